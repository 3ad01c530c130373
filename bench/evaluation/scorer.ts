import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { manifestSchema, type ManifestEntry } from '../manifest.ts';
import { OWN_PYTHON, PythonProcess } from '../python-process.ts';

/** Wrong units and units of the reference: words, characters (Japanese, Chinese) or seconds. */
const errorsSchema = z.object({ errors: z.number(), length: z.number() });
export type Errors = z.infer<typeof errorsSchema>;

const speakerErrorsSchema = errorsSchema.extend({
  missed: z.number(),
  false_alarm: z.number(),
  confused: z.number(),
});
export type SpeakerErrors = z.infer<typeof speakerErrorsSchema>;

/** Seconds in which several people speak: in truth, as found, and both. */
const overlapScoreSchema = z.object({ true: z.number(), found: z.number(), right: z.number() });
export type OverlapScore = z.infer<typeof overlapScoreSchema>;

export interface DerRule {
  /** Not scored on each side of every border of the reference. */
  collarSeconds: number;
  /** Whether stretches count in which several people speak. */
  overlap: boolean;
}

/** Error rates by the libraries of the field: jiwer, whisper-normalizer, pyannote.metrics (scorer.py). */
export class Scorer {
  readonly #process: PythonProcess;

  private constructor(process: PythonProcess) {
    this.#process = process;
  }

  static async start(): Promise<Scorer> {
    const script = fileURLToPath(new URL('scorer.py', import.meta.url));
    return new Scorer(await PythonProcess.start([...OWN_PYTHON, script]));
  }

  /** Writes recordings with several speakers, joined from those of `media`, into `folder`. */
  async join(media: string, folder: string): Promise<ManifestEntry[]> {
    const schema = z.object({ recordings: manifestSchema });
    return (await this.#process.ask({ join: { media, folder } }, schema)).recordings;
  }

  words(reference: string, hypothesis: string, language: string): Promise<Errors> {
    return this.#process.ask({ words: { reference, hypothesis, language } }, errorsSchema);
  }

  /** Concatenated minimum-permutation word errors (cpWER): texts by speaker, labels may have any names. */
  attributed(
    reference: Record<string, string>,
    hypothesis: Record<string, string>,
    language: string,
  ): Promise<Errors> {
    return this.#process.ask({ attributed: { reference, hypothesis, language } }, errorsSchema);
  }

  /** Diarization errors in seconds; both sides are RTTM. */
  speakers(
    reference: string,
    hypothesis: string,
    durationSeconds: number,
    rule: DerRule,
  ): Promise<SpeakerErrors> {
    return this.#process.ask(
      { speakers: { reference, hypothesis, durationSeconds, ...rule } },
      speakerErrorsSchema,
    );
  }

  /** How much of the overlaps is found; both sides are RTTM. */
  overlaps(reference: string, hypothesis: string): Promise<OverlapScore> {
    return this.#process.ask({ overlaps: { reference, hypothesis } }, overlapScoreSchema);
  }

  close(): void {
    this.#process.close();
  }
}
