import type { z } from 'zod';

/**
 * A model's answer by its schema; undefined where it does not follow it. Models that nobody holds to JSON put a
 * sentence or a code fence around the object, which is left out.
 */
export function readAnswer<Answer>(text: string, schema: z.ZodType<Answer>): Answer | undefined {
  const object = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  try {
    const parsed = schema.safeParse(JSON.parse(object));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
