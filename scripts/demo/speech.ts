/**
 * Speech from text by espeak-ng. The package's licence is GPL-3.0: it makes sound for the demo and the tests, in
 * processes of their own, and is no part of what is installed for production.
 */
import createEspeak from 'espeak-ng';

/** What espeak-ng's English voices produce: mono, 16 bits, in samples per second. */
export const SPEECH_SAMPLE_RATE = 22_050;

/** A voice as espeak-ng takes it. */
export interface Voice {
  /** Language and variant, such as `en-us+f3`. */
  readonly name: string;
  readonly wordsPerMinute: number;
  /** 0 to 99. */
  readonly pitch: number;
}

const WAVE_HEADER_BYTES = 44;

/**
 * Speaks a text. The same text and voice give the same samples on every system.
 *
 * @param voice a voice that espeak-ng does not have is replaced by its default one
 * @returns 16-bit little-endian mono samples at {@link SPEECH_SAMPLE_RATE}, without a header
 */
export async function speak(text: string, voice: Voice): Promise<Buffer> {
  const settings = ['-v', voice.name, '-s', String(voice.wordsPerMinute), '-p', String(voice.pitch)];
  const silent = { print: () => {}, printErr: () => {} };
  const espeak = await createEspeak({ arguments: ['-w', 'speech.wav', ...settings, '--', text], ...silent });
  const wave = espeak.FS.readFile('speech.wav');
  return Buffer.from(wave.buffer, wave.byteOffset + WAVE_HEADER_BYTES, wave.length - WAVE_HEADER_BYTES);
}

/** Silence of the same form as {@link speak} returns. */
export function silence(seconds: number): Buffer {
  return Buffer.alloc(2 * Math.round(seconds * SPEECH_SAMPLE_RATE));
}

/** The duration of samples as {@link speak} returns them. */
export function durationSeconds(samples: Buffer): number {
  return samples.length / 2 / SPEECH_SAMPLE_RATE;
}
