/** Makes the demo talk, once: `node scripts/demo/make-talk.ts TALK.mp4`. `npm start` without arguments runs it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { loadTools } from '../../src/config/tools.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { CHAPTERS, TALK_TITLE, VOICES } from './conversation.ts';
import { drawSlide } from './slide.ts';
import { durationSeconds, silence, speak, SPEECH_SAMPLE_RATE } from './speech.ts';

const run = promisify(execFile);

const PAUSE_BETWEEN_TURNS_SECONDS = 0.6;
const PAUSE_BETWEEN_CHAPTERS_SECONDS = 1.2;
const FRAMES_PER_SECOND = 10;

/** In order of preference; the last is part of every ffmpeg. */
const VIDEO_ENCODERS = ['libx264', 'libopenh264', 'mpeg4'];

interface SpokenChapter {
  readonly title: string;
  readonly lines: readonly string[];
  readonly samples: Buffer;
}

/** Speaks all turns of all chapters. */
async function speakChapters(): Promise<SpokenChapter[]> {
  const spoken: SpokenChapter[] = [];
  for (const { title, lines, turns } of CHAPTERS) {
    const parts: Buffer[] = [];
    for (const { speaker, text } of turns) {
      parts.push(await speak(text, VOICES[speaker]), silence(PAUSE_BETWEEN_TURNS_SECONDS));
    }
    parts.push(silence(PAUSE_BETWEEN_CHAPTERS_SECONDS));
    spoken.push({ title, lines, samples: Buffer.concat(parts) });
  }
  return spoken;
}

/** Title and chapters in ffmpeg's metadata format. */
function describeMetadata(chapters: readonly SpokenChapter[]): string {
  const parts = [`;FFMETADATA1\ntitle=${TALK_TITLE}\n`];
  let startMs = 0;
  for (const { title, samples } of chapters) {
    const endMs = startMs + Math.round(durationSeconds(samples) * 1000);
    parts.push(`[CHAPTER]\nTIMEBASE=1/1000\nSTART=${startMs}\nEND=${endMs}\ntitle=${title}\n`);
    startMs = endMs;
  }
  return parts.join('');
}

async function chooseVideoEncoder(ffmpeg: string): Promise<string> {
  const { stdout } = await run(ffmpeg, ['-hide_banner', '-encoders']);
  const present = VIDEO_ENCODERS.find((name) => new RegExp(`^ V\\S+ ${name} `, 'm').test(stdout));
  if (present === undefined)
    throw new Error(`${ffmpeg} has none of the encoders ${VIDEO_ENCODERS.join(', ')}.`);
  return present;
}

/** Writes the parts into a scratch folder and joins them to a video, each slide for as long as its chapter. */
async function encode(ffmpeg: string, scratch: string, chapters: readonly SpokenChapter[]): Promise<string> {
  const inputs: string[] = [];
  for (const [index, { title, lines, samples }] of chapters.entries()) {
    const slide = path.join(scratch, `slide-${index}.ppm`);
    await writeFile(slide, drawSlide(title, lines));
    const showFor = [
      '-loop',
      '1',
      '-framerate',
      String(FRAMES_PER_SECOND),
      '-t',
      String(durationSeconds(samples)),
    ];
    inputs.push(...showFor, '-i', slide);
  }
  const audio = path.join(scratch, 'audio.pcm');
  await writeFile(audio, Buffer.concat(chapters.map(({ samples }) => samples)));
  const metadata = path.join(scratch, 'metadata.txt');
  await writeFile(metadata, describeMetadata(chapters));
  const video = path.join(scratch, 'talk.mp4');
  const count = chapters.length;
  await run(ffmpeg, [
    ...['-hide_banner', '-loglevel', 'error', ...inputs],
    ...['-f', 's16le', '-ar', String(SPEECH_SAMPLE_RATE), '-ac', '1', '-i', audio],
    ...['-f', 'ffmetadata', '-i', metadata],
    ...['-filter_complex', `concat=n=${count}:v=1,format=yuv420p[video]`],
    ...['-map', '[video]', '-map', `${count}:a`, '-map_metadata', String(count + 1)],
    ...[
      '-c:v',
      await chooseVideoEncoder(ffmpeg),
      '-b:v',
      '200k',
      '-c:a',
      'aac',
      '-b:a',
      '128k',
      '-ar',
      '48000',
    ],
    ...['-movflags', '+faststart', video],
  ]);
  return video;
}

const target = process.argv[2];
if (target === undefined) throw new Error('Name the file to make: node scripts/demo/make-talk.ts TALK.mp4');
if (!existsSync(target)) {
  process.stderr.write('• Demo talk …\n');
  const { ffmpeg } = loadTools(loadSettings().home);
  await mkdir(path.dirname(target), { recursive: true });
  const scratch = await mkdtemp(path.join(path.dirname(target), '.making-'));
  try {
    await rename(await encode(ffmpeg, scratch, await speakChapters()), target);
    process.stderr.write(`✓ Demo talk … ${target}\n`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
