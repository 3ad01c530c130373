import { z } from '@hono/zod-openapi';

/** The answer of whatever corrects a job. */
export const correctionAnswerSchema = z
  .object({
    success: z.literal(true),
    message: z.string(),
    corrections: z.array(z.string()).meta({ description: 'Ids of what this request corrected.' }),
  })
  .meta({ id: 'CorrectionAnswer' });
