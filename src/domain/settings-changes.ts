import { z } from 'zod';

/**
 * The schema of changes of settings: each may be left out, and then stays as it is. (`partial()` would put its default
 * in its place.)
 */
export const settingsChanges = (settings: z.ZodObject): z.ZodType<Record<string, unknown>> =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(settings.shape).map(([name, setting]) => [
        name,
        z.optional(setting instanceof z.ZodDefault ? setting.unwrap() : setting),
      ]),
    ),
  );
