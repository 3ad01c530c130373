import { ClipScribeError } from '../../domain/errors.ts';
import { extractionSchema } from '../../domain/knowledge.ts';
import type { EntityExtractor } from '../../ports/speech-models.ts';
import type { ModelServerClient } from './model-server-client.ts';

/** Part of the stage cache key: to be raised when the pipeline or the rules in `inference/` change. */
const MODEL = 'spacy-en_core_web_sm-3.8-1';

/** spaCy on our own server. Characters of spans count in UTF-16 units, as JavaScript strings do. */
export const createHttpEntityExtractor = (client: ModelServerClient): EntityExtractor => ({
  model: MODEL,
  extract: async (segments, { language, signal }) => {
    const body = JSON.stringify({ language, segments: segments.map(({ id, text }) => ({ id, text })) });
    const response = await client.post('/v1/entities', body, { contentType: 'application/json', signal });
    const extraction = extractionSchema.safeParse(JSON.parse(await client.text(response, signal)));
    if (!extraction.success) {
      throw new ClipScribeError('ModelUnavailable', 'The model server did not answer with entities.');
    }
    return extraction.data;
  },
});
