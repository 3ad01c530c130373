import type { ArtifactRef } from '../domain/artifact.ts';
import type { SpokenChunk } from '../domain/ground.ts';
import { formatClock } from '../domain/time.ts';
import type { TranslationWindow } from '../domain/translation.ts';
import { saltFor } from './redo-salt.ts';
import { runStep, SKIPPED } from './run-step.ts';
import { allOrCancel } from './task-group.ts';
import { Turns } from './turns.ts';
import type { VideoJob } from './video-job.ts';

export interface Translation {
  language: string;
  /** JSON `Transcript` in that language. */
  transcript: ArtifactRef;
}

/** What is to be translated, and where it is heard. */
interface Spoken {
  transcript: ArtifactRef;
  segmentCount: number;
  graph: ArtifactRef | null;
  spokenChunks: readonly SpokenChunk[];
}

/** A part of the transcript, and the audio in which it is heard. */
interface Part {
  window: TranslationWindow;
  chunk: SpokenChunk;
}

/**
 * The transcript in each language that was asked for, side by side. A language is left out where its step was
 * skipped, or where everything is said in it already.
 */
export async function translate(
  job: VideoJob,
  { transcript, segmentCount, graph, spokenChunks }: Spoken,
): Promise<Translation[]> {
  const languages = job.settings.translateTo ?? [];
  const parts = partsOf(spokenChunks);
  if (languages.length > 0 && parts.length === 0 && segmentCount > 0)
    job.notices.push('Nothing was translated: nobody was heard to speak, so the language is not known.');
  if (languages.length === 0 || parts.length === 0) return [];
  job.enter('translate');
  job.countWindows(languages.length * parts.length);
  const turns = new Turns(() => job.settings.concurrency ?? job.input.policy.concurrency);
  const translations = await allOrCancel(
    languages.map((language) => () => translateInto(job, { transcript, graph, language, parts, turns })),
  );
  return translations.filter((translation) => translation !== null);
}

/** One part for each chunk with speech; together they cover all of the video's time. */
const partsOf = (chunks: readonly SpokenChunk[]): Part[] =>
  chunks.map((chunk, index) => ({
    chunk,
    window: { start: index === 0 ? 0 : chunk.start, end: chunks[index + 1]?.start ?? null },
  }));

interface Work {
  transcript: ArtifactRef;
  graph: ArtifactRef | null;
  language: string;
  parts: readonly Part[];
  turns: Turns;
}

async function translateInto(
  job: VideoJob,
  { transcript, graph, language, parts, turns }: Work,
): Promise<Translation | null> {
  const { jobId, userId } = job.input;
  let isSkipped = false;
  const translatePart = async ({ chunk, window }: Part, index: number): Promise<ArtifactRef | null> => {
    if (isSkipped) return null;
    const result = await runStep(job, {
      stage: 'translate',
      activity: 'translateSegments',
      input: () => ({
        ...{ jobId, userId, transcript, graph, window, chunk, to: language },
        model: job.model,
        salt: saltFor(job, 'translate'),
      }),
      summary: `${language} ${index + 1}/${parts.length} · from ${formatClock(window.start)}`,
    });
    job.counts.windowsDone += 1;
    job.publish();
    if (result === SKIPPED) {
      isSkipped = true;
      return null;
    }
    const { translated: text, notice } = result;
    if (notice !== undefined && !job.notices.includes(notice)) job.notices.push(notice);
    return text;
  };
  // Where nothing translates into this language, the first part tells; the others would only tell it again.
  const [first, ...rest] = parts.map((part, index) => () => turns.take(() => translatePart(part, index)));
  const translated = [await first?.(), ...(await allOrCancel(rest))].filter((part) => part != null);
  if (translated.length < parts.length) return null;
  const joined = await runStep(job, {
    stage: 'translate',
    activity: 'joinTranslation',
    input: () => ({
      ...{ transcript, language },
      windows: parts.flatMap(({ window }, index) => {
        const part = translated[index];
        return part === undefined ? [] : [{ window, translated: part }];
      }),
      salt: saltFor(job, 'translate'),
    }),
    summary: `${language} · ${parts.length} parts as one transcript`,
  });
  if (joined === SKIPPED) return null;
  if (joined.translatedCount === 0) {
    job.notices.push(`Nothing had to be translated into ${language}: everything is said in it.`);
    return null;
  }
  return { language, transcript: joined.transcript };
}
