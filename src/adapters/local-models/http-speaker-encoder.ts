import { FormData } from 'undici';
import type { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import { chunkVoicesSchema, type ChunkVoices } from '../../domain/voices.ts';
import type { SpeakerEncoder } from '../../ports/speech-models.ts';
import type { ModelServerClient } from './model-server-client.ts';

type Answer = Omit<ChunkVoices, 'regions'>;

const answerSchema: z.ZodType<Answer> = chunkVoicesSchema.omit({ regions: true });

/**
 * A speaker encoder on our own model server, or on one that answers alike.
 *
 * @param identity tells encoders apart in the stage cache
 */
export const createHttpSpeakerEncoder = (client: ModelServerClient, identity: string): SpeakerEncoder => ({
  identity,
  embed: async (audio, { speechRegions, signal }) => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(audio)], { type: 'audio/flac' }), 'chunk.flac');
    form.set('speech_regions', JSON.stringify(speechRegions.map(({ start, end }) => [start, end])));
    const response = await client.post('/v1/audio/speaker-embeddings', form, { signal });
    const answer = answerSchema.safeParse(parseJson(await client.text(response, signal)));
    if (!answer.success || !isUsable(answer.data)) {
      throw new ClipScribeError('ModelRejected', 'The model server did not answer with voices.');
    }
    return answer.data;
  },
});

/** In order of time, and all of one size: embeddings of different sizes cannot be compared. */
const isUsable = ({ windows }: Answer): boolean =>
  windows.every(
    ({ start, end, embedding }, index) =>
      start < end &&
      start >= (windows[index - 1]?.start ?? 0) &&
      embedding.length > 0 &&
      embedding.length === windows[0]?.embedding.length,
  );

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
