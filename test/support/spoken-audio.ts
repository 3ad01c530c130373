import { execFileSync } from 'node:child_process';
import {
  durationSeconds,
  silence,
  speak,
  SPEECH_SAMPLE_RATE,
  type Voice,
} from '../../scripts/demo/speech.ts';
import type { SpokenText } from './bilingual-talk.ts';
import { tools } from './tools.ts';

const VOICE: Voice = { name: 'en-us', wordsPerMinute: 150, pitch: 45 };

export interface SpokenAudio {
  /** Mono FLAC at 16 kHz. */
  flac: Buffer;
  /** The same as s16le PCM. */
  pcm: Buffer;
  durationSeconds: number;
  /** Where each text was spoken, in seconds. */
  spoken: { text: string; start: number; end: number }[];
}

/** Texts spoken one after another with silence of `pauseSeconds` before, between and after them. */
export async function speakTexts(
  texts: readonly (string | SpokenText)[],
  pauseSeconds = 1,
  voice = VOICE,
): Promise<SpokenAudio> {
  const parts: Buffer[] = [silence(pauseSeconds)];
  const spoken: SpokenAudio['spoken'] = [];
  let clock = pauseSeconds;
  for (const one of texts) {
    const { text, voice: own } = typeof one === 'string' ? { text: one, voice } : one;
    const samples = await speak(text, own);
    spoken.push({ text, start: clock, end: clock + durationSeconds(samples) });
    parts.push(samples, silence(pauseSeconds));
    clock += durationSeconds(samples) + pauseSeconds;
  }
  return { ...encode(Buffer.concat(parts)), durationSeconds: clock, spoken };
}

/** Raw samples of {@link SPEECH_SAMPLE_RATE} as the server's ports take them. */
function encode(samples: Buffer): { flac: Buffer; pcm: Buffer } {
  const input = [
    '-f',
    's16le',
    '-ar',
    String(SPEECH_SAMPLE_RATE),
    '-ac',
    '1',
    '-i',
    'pipe:0',
    '-ar',
    '16000',
  ];
  const run = (...output: string[]): Buffer =>
    execFileSync(tools.ffmpeg, ['-loglevel', 'error', ...input, ...output, 'pipe:1'], {
      input: samples,
      maxBuffer: 1 << 30,
    });
  return { flac: run('-f', 'flac'), pcm: run('-f', 's16le') };
}
