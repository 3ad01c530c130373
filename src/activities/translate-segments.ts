import type { TranslateSegmentsInput } from '../contracts/video-translation-steps.ts';
import type { VideoActivities } from '../contracts/video-activities.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { ClipScribeError } from '../domain/errors.ts';
import type { SpokenChunk } from '../domain/ground.ts';
import { knowledgeGraphSchema } from '../domain/knowledge.ts';
import { namesToKeep } from '../domain/names-to-keep.ts';
import { jobFolder } from '../domain/retention.ts';
import type { StageKeyParts } from '../domain/stage-key.ts';
import { englishName } from '../domain/target-language.ts';
import {
  contextOf,
  isForeign,
  keptWindow,
  segmentsIn,
  type TranslatedText,
  type TranslatedWindow,
} from '../domain/translation.ts';
import { languageOf, transcriptSchema, type Transcript } from '../domain/transcript.ts';
import { withSpeakerNames } from '../domain/word-speakers.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { SegmentToTranslate, TranslationRequest, Translator } from '../ports/translator.ts';
import { measured, withHeartbeat } from './activity-support.ts';
import { readJson, sha256, type StageCache } from './stage-cache.ts';

export interface TranslateSegmentsDependencies {
  translators: readonly Translator[];
  store: ArtifactStore;
  cache: StageCache;
}

const VERSION = 1;

/** A segment to translate, and its place in the window. */
interface Place {
  index: number;
  segment: SegmentToTranslate;
}

/** See {@link VideoActivities.translateSegments}. */
export const createTranslateSegments =
  ({ translators, store, cache }: TranslateSegmentsDependencies): VideoActivities['translateSegments'] =>
  (input) =>
    withHeartbeat(async ({ signal }) => {
      const { to, chunk, model, salt } = input;
      const { result, measure } = await measured(async () => {
        const transcript = withSpeakerNames(await readJson(store, input.transcript, transcriptSchema));
        const places = placesToTranslate(transcript, input);
        const work = await divide(translators, places, { to, signal });
        const graph = input.graph && (await readJson(store, input.graph, knowledgeGraphSchema));
        const names = namesToKeep(
          graph,
          places.map(({ segment }) => segment.text),
        );
        const context = contextOf(transcript, input.window);
        const listens = [...work.keys()].some((translator) => translator.listens);
        let costUsd = 0;
        const key: StageKeyParts = {
          stage: 'translate',
          version: VERSION,
          parameters: {
            to,
            salt,
            engines: [...work.keys()].map(({ identity }) => identity),
            model: listens ? model : undefined,
          },
          // The window's own text, so that an edit elsewhere in the transcript costs nothing here.
          inputs: [sha256(JSON.stringify([places, context, names])), ...(listens ? [chunk.audioKey] : [])],
        };
        const needsAudio = listens && (await store.find(cache.key(key, 'json'))) === undefined;
        const kept = needsAudio && (await keptWithoutAudio(store, transcript, input));
        if (kept) return { artifact: kept, cached: true, costUsd, notice: keptNotice(to) };
        const cached = await cache.json(key, async () => {
          const window: TranslatedWindow = segmentsIn(transcript, input.window).map(() => null);
          const audio = { read: () => readAudio(store, chunk), start: chunk.start, model };
          for (const [translator, own] of work) {
            const answer = await ask(translator, own, { to, context, names, audio, signal });
            costUsd += answer.costUsd;
            own.forEach(({ index }, order) => (window[index] = answer.texts[order] ?? null));
          }
          return window;
        });
        const engines = [...work.keys()].map((one) =>
          one.listens ? `${one.identity} ${model}` : one.identity,
        );
        return {
          ...cached,
          costUsd,
          notice: undefined,
          ...(engines.length > 0 && { model: engines.join(', ') }),
        };
      });
      const { artifact, notice } = result;
      return { translated: artifact, ...(notice !== undefined && { notice }), measure };
    });

const keptNotice = (to: string): string =>
  `The translation into ${englishName(to) ?? to} is that of before, without later corrections: it was made from sound that is no longer stored.`;

/** The window as the job's results have it; undefined where the audio is there, or they do not have it. */
async function keptWithoutAudio(
  store: ArtifactStore,
  transcript: Transcript,
  { jobId, userId, chunk, window, to }: TranslateSegmentsInput,
): Promise<ArtifactRef | undefined> {
  if ((await store.find(chunk.audioKey)) !== undefined) return undefined;
  const kept = await store.find(`results/${userId}/${jobId}/transcript.${to}.json`);
  if (kept === undefined) return undefined;
  const { segments } = await readJson(store, kept, transcriptSchema);
  const translated = keptWindow(segmentsIn(transcript, window), segments);
  return store.put(
    `${jobFolder(userId, jobId)}/translated.${to}.${window.start}.json`,
    JSON.stringify(translated),
  );
}

function placesToTranslate(transcript: Transcript, { window, to }: TranslateSegmentsInput): Place[] {
  return segmentsIn(transcript, window).flatMap((segment, index) => {
    if (!isForeign(segment, transcript, to)) return [];
    const { start, end, text, speaker } = segment;
    return [{ index, segment: { start, end, text, speaker, language: languageOf(segment, transcript) } }];
  });
}

/**
 * Which translator does what: for each language the first that can.
 *
 * @throws ClipScribeError `TranslationUnavailable`
 */
async function divide(
  translators: readonly Translator[],
  places: readonly Place[],
  { to, signal }: { to: string; signal: AbortSignal },
): Promise<Map<Translator, Place[]>> {
  const work = new Map<Translator, Place[]>();
  for (const [from, own] of Map.groupBy(places, ({ segment }) => segment.language)) {
    const translator = await firstThatCan(translators, from, to, signal);
    work.set(translator, [...(work.get(translator) ?? []), ...own]);
  }
  for (const own of work.values()) own.sort((one, other) => one.index - other.index);
  return work;
}

async function firstThatCan(
  translators: readonly Translator[],
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<Translator> {
  for (const translator of translators) {
    if (await translator.canTranslate(from, to, signal)) return translator;
  }
  throw new ClipScribeError(
    'TranslationUnavailable',
    `Nothing is set up that translates from ${englishName(from) ?? from} into ${englishName(to) ?? to}: set CLIPSCRIBE_LANGUAGE_MODEL or CLIPSCRIBE_TRANSLATE_URL.`,
  );
}

async function readAudio(store: ArtifactStore, { audioKey }: SpokenChunk): Promise<Uint8Array> {
  const audio = await store.find(audioKey);
  if (audio === undefined)
    throw new ClipScribeError('ArtifactMissing', 'The audio of this part is no longer stored.');
  return store.read(audio);
}

async function ask(
  translator: Translator,
  places: readonly Place[],
  request: Omit<TranslationRequest, 'segments'>,
): Promise<{ texts: TranslatedText[]; costUsd: number }> {
  const answer = await translator.translate({ ...request, segments: places.map(({ segment }) => segment) });
  if (answer.texts.length !== places.length) throw new Error(`${translator.identity} lost count of segments`);
  return answer;
}
