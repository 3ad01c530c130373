import { z } from 'zod';

/** Prices of the models that are named; `otherwise` is that of all others, where one is given. */
interface GivenPrices<Price> {
  readonly byModel: ReadonlyMap<string, Price>;
  readonly otherwise: Price | undefined;
}

/**
 * A price without a model, or `MODEL=PRICE`. Names of models may hold anything but `=`, commas and blanks at their
 * ends.
 */
const ENTRY = /^(?:(?<model>[^=\s](?:[^=]*[^=\s])?)\s*=\s*)?(?<price>[^=\s]+)$/;

/**
 * Prices by model: entries with commas between them, each `MODEL=PRICE`, and one without a model for all others.
 *
 * @param price reads one price
 */
export const pricesSchema = <Price>(price: z.ZodType<Price, string>) =>
  z.string().transform((text, context): GivenPrices<Price> => {
    const byModel = new Map<string | undefined, Price>();
    for (const entry of text.split(',').map((part) => part.trim())) {
      const { model, price: given } = ENTRY.exec(entry)?.groups ?? {};
      const read = price.safeParse(given);
      const fault = !read.success
        ? `"${entry}" is neither a price nor MODEL=PRICE: ${read.error.issues[0]?.message ?? ''}`
        : byModel.has(model)
          ? `${model ?? 'The price of all other models'} is given twice.`
          : undefined;
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
      else if (read.success) byModel.set(model, read.data);
    }
    const otherwise = byModel.get(undefined);
    byModel.delete(undefined);
    return { byModel: byModel as Map<string, Price>, otherwise };
  });

/** US dollars, such as `0.006`. */
export const sumSchema = z
  .string()
  .regex(/^\d+(?:\.\d+)?$/, { error: 'Write a price such as 0.006.' })
  .transform(Number);

/** US dollars for a million tokens, those of questions and those of answers. */
export const tokenPriceSchema = z
  .string()
  .regex(/^\d+(?:\.\d+)?\/\d+(?:\.\d+)?$/, {
    error: 'Write a price as INPUT/OUTPUT, such as 0.30/2.50.',
  })
  .transform((text) => {
    const [input = 0, output = 0] = text.split('/').map(Number);
    return { input, output };
  });
