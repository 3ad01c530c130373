import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'subtitle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebVTTParser } from 'webvtt-parser';
import { coreDocumentSchema, type CoreDocument } from '../../src/domain/core-document.ts';
import { manifestSchema } from '../../src/domain/manifest.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { activitiesOf, largestPayload } from '../support/job-history.ts';
import { makeMedia } from '../support/make-media.ts';
import { RESULT_FILES, Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { makeTalk, talkInput, type Talk } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';
import { wordErrorRate } from '../support/word-error-rate.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

describe('the main job', () => {
  let stack: Stack;
  let home: TestHome;
  let talk: Talk;
  let video: string;
  let worker: WorkerProcess;
  let job: StackJob;
  let core: CoreDocument;
  let transcript: Transcript;

  beforeAll(async () => {
    const folder = testFolder();
    talk = await makeTalk({ seconds: 330, pauseSeconds: 0.8 });
    video = await makeMedia(
      join(folder, 'Heat from the sea.mp4'),
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=5'],
      ...talkInput(talk),
      ...['-shortest', '-c:v', 'mpeg4', '-b:v', '100k', '-c:a', 'aac', '-b:a', '64k'],
    );
    stack = await Stack.start();
    home = stack.home();
    worker = await stack.worker(home);
    job = await stack.submit({ kind: 'file', path: video });
    await job.result();
    core = coreDocumentSchema.parse(JSON.parse(await job.file(home, 'core.json')));
    transcript = await job.transcript(home);
  });

  afterAll(() => stack?.close());

  it('writes every result file and nothing else', () => {
    expect(readdirSync(job.resultFolder(home)).sort()).toEqual(RESULT_FILES);
  });

  it('lists every file in the manifest with its true size and hash', async () => {
    const manifest = manifestSchema.parse(JSON.parse(await job.file(home, 'manifest.json')));
    const found = RESULT_FILES.filter((name) => name !== 'manifest.json').map((name) => {
      const content = readFileSync(join(job.resultFolder(home), name));
      return { name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    });
    expect(manifest.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))).toEqual(found);
    expect(manifest.stages.map(({ name }) => name)).toEqual(core.stages.map(({ name }) => name));
  });

  it('knows the video', () => {
    expect(core.video).toMatchObject({ title: 'Heat from the sea', route: 'short', url: null });
    expect(core.video.durationSeconds).toBeCloseTo(talk.durationSeconds, 0);
    expect(core.language).toBe('en');
    expect(core.job.notices).toEqual([]);
  });

  it('is told to Prometheus, with what the Temporal SDK measures', async () => {
    const metrics = await worker.metrics();
    const chunks = /clipscribe_step_duration_seconds_count\{[^}]*step="transcribeChunk"[^}]*\} (\d+)/.exec(
      metrics,
    );
    expect(Number(chunks?.[1])).toBeGreaterThan(1);
    const [, megabytes] = /^job_memory_usage_mb\{role="all"\} ([\d.]+)$/m.exec(metrics) ?? [];
    // The worker and the model server behind it.
    expect(Number(megabytes)).toBeGreaterThan(200);
    expect(metrics).toContain('temporal_activity_execution_latency_bucket{');
    expect(metrics).not.toContain('Heat from the sea');
  });

  it('understands what is said', () => {
    const heard = core.segments.map(({ text }) => text).join(' ');
    expect(wordErrorRate(talk.text, heard)).toBeLessThan(0.15);
  });

  it('places every word in order within the media', () => {
    const words = transcript.segments.flatMap((segment) => segment.words);
    const times = words.flatMap(({ start, end }) => [start, end]);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times.at(-1)).toBeLessThanOrEqual(core.video.durationSeconds);
    for (const { start, end, words: inside } of transcript.segments) {
      expect(inside[0]?.start).toBeGreaterThanOrEqual(start);
      expect(inside.at(-1)?.end).toBeLessThanOrEqual(end);
    }
  });

  it('finds the people, companies and places, and what they did', () => {
    const names = core.entities.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['Laura Collins', 'Lantern Energy', 'Helen Wright', 'Plymouth']),
    );
    const relation = core.relations.find(({ subject, object }) => {
      const nameOf = (id: string): string | undefined => core.entities.find((one) => one.id === id)?.name;
      return nameOf(subject) === 'Laura Collins' && nameOf(object) === 'Lantern Energy';
    });
    expect(relation?.predicate).toMatch(/found/);
    expect(relation?.evidence[0]?.quote).toContain('Laura Collins');
  });

  it('writes subtitles that other programs read, by the rules of subtitling', async () => {
    const nodes = parseSync(await job.file(home, 'transcript.srt'));
    const cues = nodes.flatMap((node) => (node.type === 'cue' ? node.data : []));
    expect(cues.length).toBeGreaterThan(50);
    for (const [index, { start, end, text }] of cues.entries()) {
      expect(text.trim()).not.toBe('');
      expect(end).toBeGreaterThan(start);
      expect(end - start).toBeLessThanOrEqual(7_000);
      expect(start).toBeGreaterThanOrEqual(cues[index - 1]?.end ?? 0);
      expect(text.split('\n').length).toBeLessThanOrEqual(2);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(42);
    }
    const vtt = new WebVTTParser({ '&amp;': '&', '&lt;': '<', '&gt;': '>' }).parse(
      await job.file(home, 'transcript.vtt'),
      'captions',
    );
    expect(vtt.errors).toEqual([]);
    const milliseconds = (seconds: number): number => Math.round(seconds * 1_000);
    expect(
      vtt.cues.map(({ startTime, endTime }) => [milliseconds(startTime), milliseconds(endTime)]),
    ).toEqual(cues.map(({ start, end }) => [start, end]));
  });

  it('writes a report that names the video and what is in it', async () => {
    const report = await job.file(home, 'report.md');
    expect(report).toMatch(/^# .*Heat from the sea/);
    expect(report).toContain('Lantern Energy');
  });

  it('keeps data out of the history, and says in it what happens', async () => {
    const history = await job.handle.fetchHistory();
    expect(largestPayload(history)).toBeLessThan(64 * 1024);
    const activities = activitiesOf(history);
    expect(activities.filter(({ summary }) => summary === '')).toEqual([]);
    const chunks = activities.filter(({ name }) => name === 'transcribeChunk');
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.map(({ summary }) => summary)[1]).toMatch(/^chunk 2\/\S+ · \d+:\d\d–\d+:\d\d$/);
    expect(stack.ledger.calls.map(({ state }) => state)).toEqual(chunks.map(() => 'finished'));
  });

  it('leaves nothing in scratch', () => {
    expect(home.scratch()).toEqual([]);
  });

  it('transcribes nothing when the same video comes again, and gives the same transcript', async () => {
    const callsBefore = stack.ledger.calls.length;
    const again = await stack.submit({ kind: 'file', path: video });
    await again.result();
    expect(stack.ledger.calls.length).toBe(callsBefore);
    expect(await again.transcript(home)).toEqual(transcript);
    const repeated = coreDocumentSchema.parse(JSON.parse(await again.file(home, 'core.json')));
    expect(repeated.stages.find(({ name }) => name === 'transcribe')).toMatchObject({ cached: true });
  });
});
