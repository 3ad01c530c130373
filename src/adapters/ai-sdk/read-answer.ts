import { z } from 'zod';

/** A model's answer, or what is wrong with it, in a few words. */
export type ReadAnswer<Answer> = { answer: Answer } | { fault: string };

const FAULT_CHARACTERS = 500;

/**
 * A model's answer by its schema. Models that nobody holds to JSON put a sentence or a code fence around the object,
 * which is left out.
 */
export function readAnswer<Answer>(text: string, schema: z.ZodType<Answer>): ReadAnswer<Answer> {
  const object = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  try {
    const parsed = schema.safeParse(JSON.parse(object));
    return parsed.success
      ? { answer: parsed.data }
      : { fault: z.prettifyError(parsed.error).slice(0, FAULT_CHARACTERS) };
  } catch {
    return { fault: 'It is no JSON object.' };
  }
}
