import { z } from 'zod';
import { speechRegionSchema } from '../../domain/audio-chunk.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type { SpeechDetector } from '../../ports/speech-models.ts';
import type { ModelServerClient } from './model-server-client.ts';

const analysisSchema = z.object({
  regions: z.array(speechRegionSchema),
  quietPoints: z.array(z.number().nonnegative()),
});

/** Silero VAD on our own server. */
export const createHttpSpeechDetector = (client: ModelServerClient): SpeechDetector => ({
  detectSpeech: async (pcm, { signal }) => {
    const response = await client.post('/v1/audio/speech-regions', pcm, { contentType: 'audio/l16', signal });
    const analysis = analysisSchema.safeParse(JSON.parse(await client.text(response, signal)));
    if (!analysis.success) {
      throw new ClipScribeError('ModelUnavailable', 'The model server did not answer with speech regions.');
    }
    return analysis.data;
  },
});
