import { z } from '@hono/zod-openapi';

/** Members of a request that says whom to tell of what comes of it. */
export const notifyShape = {
  webhookUrl: z.string().max(2048).optional().meta({
    description: 'Events are sent to this address too, signed with the secret of the webhook `jobs`.',
    example: 'https://example.org/hooks/clipscribe',
  }),
  notifyEmail: z.email().max(254).optional().meta({
    description: 'Its end, and what it waits for, are told to this address by mail.',
    example: 'you@example.org',
  }),
};
