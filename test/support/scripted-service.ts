import { TestWorkflowEnvironment } from '@temporalio/testing';
import { LocalArtifactStore } from '../../src/adapters/local-store/local-artifact-store.ts';
import { startServer, type ApiServer } from '../../src/api/server.ts';
import { homeFolders } from '../../src/config/home.ts';
import { loadSettings } from '../../src/config/settings.ts';
import type { TranscribeChunkInput } from '../../src/contracts/video-speech-steps.ts';
import type { VideoActivities } from '../../src/contracts/video-activities.ts';
import { buildManifest } from '../../src/domain/manifest.ts';
import { subtitleFiles } from '../../src/domain/subtitle-files.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import type { ArtifactStore } from '../../src/ports/artifact-store.ts';
import { chunkOf, scriptedActivities, type Script } from './scripted-activities.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';
import { withShortWorkers } from './with-short-workers.ts';

/** The API as a server over a real Temporal server, the real workflow, and steps that a test scripts. */
export class ScriptedService {
  readonly temporal: TestWorkflowEnvironment;
  readonly api: ApiServer;
  readonly home: string;
  readonly store: ArtifactStore;
  /** Errors that the API took for defects of ours. */
  readonly defects: Error[];

  private constructor(parts: Pick<ScriptedService, 'temporal' | 'api' | 'defects' | 'home'>) {
    this.home = parts.home;
    this.temporal = parts.temporal;
    this.api = parts.api;
    this.defects = parts.defects;
    this.store = new LocalArtifactStore(homeFolders(parts.home).artifacts);
  }

  static async start(settings: Record<string, string> = {}): Promise<ScriptedService> {
    if (tools.temporal === null)
      throw new Error('These tests start a Temporal server: unset TEMPORAL_ADDRESS.');
    const temporal = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: tools.temporal },
        // Under load it warns of every lock that it waits for.
        log: { format: 'pretty', level: 'never' },
      },
    });
    process.env['TEMPORAL_ADDRESS'] = temporal.address;
    const home = testFolder();
    const defects: Error[] = [];
    const api = await startServer(
      loadSettings({ CLIPSCRIBE_HOME: home, CLIPSCRIBE_API_PORT: '0', ...settings }),
      (error) => defects.push(error),
    );
    return new ScriptedService({ temporal, api, defects, home });
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.temporal.teardown();
  }

  /** Workers of all queues with scripted steps, for as long as `body` runs. */
  withWorkers<T>(script: Partial<Script>, body: () => Promise<T>): Promise<T> {
    const talk = { statedDurationSeconds: 600, chunks: [chunkOf(0, 300), chunkOf(1, 300)] };
    return withShortWorkers(this.temporal, { ...talk, ...script }, body);
  }

  /** A step that stores what a chunk says, two sentences that name it, once it may. */
  transcribing(mayEnd: (index: number) => Promise<void>): VideoActivities['transcribeChunk'] {
    const { activities } = scriptedActivities({ statedDurationSeconds: 1, chunks: [] });
    return async (input: TranscribeChunkInput) => {
      const { index } = input.chunk;
      await mayEnd(index);
      const segment = { start: 1, end: 2, words: [], averageLogProbability: null };
      const transcript = await this.store.put(
        `stages/transcribe/chunk-${index}.json`,
        JSON.stringify({
          ...{ language: 'en', languageProbability: 1, durationSeconds: 100 },
          segments: [
            { ...segment, text: `Chunk ${index}.` },
            { ...segment, start: 3, end: 4, text: `Still chunk ${index}.` },
          ],
        }),
      );
      return { ...(await activities.transcribeChunk(input)), transcript };
    };
  }

  /** A last step that stores a transcript in every format, as the real one does. */
  publishing(transcript: Transcript): VideoActivities['publishResults'] {
    return async ({ job: { userId, jobId } }) => {
      const folder = `results/${userId}/${jobId}`;
      const contents = {
        'transcript.json': JSON.stringify(transcript),
        ...Object.fromEntries(
          Object.entries(subtitleFiles(transcript, {})).map(([end, text]) => [`transcript.${end}`, text]),
        ),
      };
      const files = await Promise.all(
        Object.entries(contents).map(async ([name, text]) => ({
          name,
          artifact: await this.store.put(`${folder}/${name}`, text),
        })),
      );
      const manifest = buildManifest({
        ...{ jobId, files, stages: [], parameters: {} },
        completedAt: '2026-11-25T12:00:00.000Z',
      });
      return {
        manifest: await this.store.put(`${folder}/manifest.json`, JSON.stringify(manifest)),
        measure: { seconds: 0, attempt: 1, cached: false, model: null, costUsd: 0 },
      };
    };
  }
}

/** A transcript of two speakers, with words of one sentence each. */
export const scriptedTranscript = (overrides: Partial<Transcript> = {}): Transcript => ({
  language: 'en',
  durationSeconds: 12.5,
  segments: [
    scriptedSegment('s1', 'S1', 0.5, 'Good morning, and welcome to the hearing.'),
    scriptedSegment('s2', 'S2', 6, 'Thank you. The budgets were running over all limits.'),
  ],
  speakers: [
    { id: 'S1', label: 'Ada', seconds: 5 },
    { id: 'S2', label: 'Speaker 2', seconds: 5 },
  ],
  ...overrides,
});

/** A segment whose words take half a second each. */
export function scriptedSegment(
  id: string,
  speaker: string | null,
  start: number,
  text: string,
): Transcript['segments'][number] {
  const words = text.split(' ').map((word, index) => ({
    ...{ text: word, confidence: 0.9 },
    ...{ start: start + index / 2, end: start + index / 2 + 0.4 },
  }));
  return { id, speaker, start, end: words.at(-1)?.end ?? start, text, words };
}
