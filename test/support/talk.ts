import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  durationSeconds,
  silence,
  speak,
  SPEECH_SAMPLE_RATE,
  type Voice,
} from '../../scripts/demo/speech.ts';
import { testFolder } from './test-folder.ts';

/** People, companies and places that do not exist or did not do so, in sentences with verbs that join them. */
const SENTENCES = [
  'Laura Collins founded Lantern Energy in 2014, in a small office near the harbor of Plymouth.',
  'The company heats houses with warm water from the sea, even in a very cold winter.',
  'Daniel Foster joined the company from Meridian Bank, where he had worked as an engineer.',
  'Last June, Lantern Energy bought Coastal Pipes, a family business from the north of Scotland.',
  'The city of Plymouth paid one half of the first plant, and the bank paid the other half.',
  'Every morning, large pumps collect the heat and send it through the old streets of the town.',
  'Maria Jensen leads the work in Aberdeen, and she wants to finish the second plant in March.',
  'When the wind is strong, the plant stores the heat in deep wells under the market square.',
  'Helen Wright wrote a book about the harbor, and her readers came from all over Europe.',
  'The fishermen were afraid of the pumps at first, but now they sell their fish beside them.',
  'Meridian Bank gave Lantern Energy a loan, because the old plant in Denmark had worked so well.',
  'Children from the school visit the building every week, and they ask the best questions.',
  'Thomas Miller, a teacher from Cornwall, explains how the water gives away its warmth.',
  'The University of Exeter measured the water for two years and found no harm to the plants.',
  'Our guests from Japan walked along the pipes, took many pictures, and invited us to Tokyo.',
  'Nobody believed in the project when it started, and today almost every town wants to copy it.',
] as const;

/** Of the voices tried, the one that Whisper base understands best. */
const VOICE: Voice = { name: 'en-us+f3', wordsPerMinute: 150, pitch: 60 };

/** Speech with what is said in it. */
export interface Talk {
  /** Raw mono s16le PCM at the rate of {@link talkInput}. */
  pcmPath: string;
  durationSeconds: number;
  text: string;
}

const spoken = new Map<string, Promise<Buffer>>();

function sentence(index: number): Promise<Buffer> {
  const text = SENTENCES[index % SENTENCES.length] as string;
  const known = spoken.get(text) ?? speak(text, VOICE);
  spoken.set(text, known);
  return known;
}

/**
 * Makes a talk of about so many seconds: the sentences again and again, in another order each time, with a
 * pause after each. Long pauses make a long talk that costs little to transcribe.
 */
export async function makeTalk(shape: { seconds: number; pauseSeconds: number }): Promise<Talk> {
  const parts: Buffer[] = [];
  const text: string[] = [];
  let seconds = 0;
  for (let index = 0; seconds < shape.seconds; index += 1) {
    const round = Math.floor(index / SENTENCES.length);
    // 7 and 16 have no common divisor, so each round says every sentence, from another start.
    const number = (index * (round % 2 === 0 ? 1 : 7) + round * 5) % SENTENCES.length;
    const samples = Buffer.concat([await sentence(number), silence(shape.pauseSeconds)]);
    parts.push(samples);
    text.push(SENTENCES[number] as string);
    seconds += durationSeconds(samples);
  }
  const pcmPath = join(testFolder(), 'talk.pcm');
  await writeFile(pcmPath, Buffer.concat(parts));
  return { pcmPath, durationSeconds: seconds, text: text.join(' ') };
}

/** A talk as ffmpeg's input. */
export const talkInput = ({ pcmPath }: Talk): string[] => [
  ...['-f', 's16le', '-ar', String(SPEECH_SAMPLE_RATE), '-ac', '1', '-i', pcmPath],
];
