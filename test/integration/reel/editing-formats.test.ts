import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cutListOf } from '../../../src/domain/cut-list.ts';
import { toEdl } from '../../../src/domain/edl.ts';
import { picturesPerSecond, standardRate } from '../../../src/domain/frame-rate.ts';
import { toOtio } from '../../../src/domain/otio.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import type { Rational } from '../../../src/domain/reel-clip.ts';
import { readWithPython } from '../../support/python.ts';
import { testFolder } from '../../support/test-folder.ts';

/** What the formats' own library reads in our files. */
interface ReadTimeline {
  name: string;
  schema: string;
  frames: number;
  clips: {
    track: string;
    name: string;
    start: number;
    duration: number;
    rate: number;
    url: string | null;
    markers: { name: string; comment: string }[];
    metadata: Record<string, unknown>;
  }[];
}

const SCRIPT = fileURLToPath(new URL('../../support/read_timeline.py', import.meta.url));

const proposal: Proposal = {
  version: 1,
  jobId: 'job_1',
  video: { title: 'Die Flut – “und” das Tal', url: 'https://example.org/talk', durationSeconds: 4000 },
  settings: { lengthSeconds: 60 },
  model: 'local',
  moments: [
    { start: 12.34, end: 20.5, title: 'First "moment"', score: 0.8, reason: 'It says much.', text: 'a' },
    { start: 59.98, end: 65.2, title: 'Über die Minute', score: 0.7, reason: 'It names Jane.', text: 'b' },
    { start: 3601.5, end: 3620.25, title: 'After an hour', score: 0.6, reason: 'It is last.', text: 'c' },
  ],
};

const rateOf = (perSecond: number): Rational => {
  const rate = standardRate(perSecond);
  if (rate === undefined) throw new Error(`There is no rate ${perSecond}.`);
  return rate;
};

async function read(name: string, content: string, rate: Rational): Promise<ReadTimeline> {
  const path = join(testFolder(), name);
  writeFileSync(path, content);
  return (await readWithPython(SCRIPT, path, String(picturesPerSecond(rate)))) as ReadTimeline;
}

describe.each([23.976, 25, 29.97, 30, 59.94])('at %f pictures a second', (perSecond) => {
  const rate = rateOf(perSecond);
  const list = cutListOf(proposal, { rate });
  const total = list.cuts.reduce((frames, { start, end }) => frames + end - start, 0);

  test('OpenTimelineIO reads our timeline, with times, markers and our own data', async () => {
    const timeline = await read('talk.otio', toOtio(list), rate);
    expect(timeline).toMatchObject({ name: proposal.video.title, schema: 'Timeline', frames: total });
    for (const track of ['Video', 'Audio']) {
      const clips = timeline.clips.filter((clip) => clip.track === track);
      expect(clips.map(({ name, start, duration }) => ({ name, start, duration }))).toEqual(
        list.cuts.map(({ title, start, end }) => ({ name: title, start, duration: end - start })),
      );
      for (const clip of clips) expect(clip.rate).toBeCloseTo(picturesPerSecond(rate), 9);
    }
    expect(timeline.clips[0]).toMatchObject({
      url: 'https://example.org/talk',
      markers: [{ name: 'First "moment"', comment: 'It says much.' }],
      metadata: { score: 0.8, reason: 'It says much.', text: 'a' },
    });
  });

  test('its CMX 3600 adapter reads the same pictures in our edit list', async () => {
    const timeline = await read('talk.edl', toEdl(list), rate);
    expect(timeline.name).toBe(proposal.video.title);
    const clips = timeline.clips.filter(({ track }) => track === 'Video');
    expect(clips.map(({ start, duration }) => ({ start, duration }))).toEqual(
      list.cuts.map(({ start, end }) => ({ start, duration: end - start })),
    );
    expect(timeline.frames).toBe(total);
  });
});

test('a file on disk is named by its address, and a video without one is missing, not wrong', async () => {
  const rate = rateOf(25);
  const mediaUrl = 'file:///media/a%20talk.mp4';
  const linked = await read('linked.otio', toOtio(cutListOf(proposal, { rate, mediaUrl })), rate);
  expect(linked.clips.map(({ url }) => url)).toContain(mediaUrl);
  expect(toEdl(cutListOf(proposal, { rate, mediaUrl }))).toContain('* FROM CLIP NAME: a talk.mp4');
  const unknown = { ...proposal, video: { ...proposal.video, url: null } };
  const missing = await read('missing.otio', toOtio(cutListOf(unknown, { rate })), rate);
  expect(new Set(missing.clips.map(({ url }) => url))).toEqual(new Set([null]));
});
