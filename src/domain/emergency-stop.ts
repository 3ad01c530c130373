import { z } from 'zod';

/** Who stopped all work, when and why: told wherever work stands still for it (H6). */
export const stopNoticeSchema = z.object({
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string(),
});
export type StopNotice = z.infer<typeof stopNoticeSchema>;

/** One sentence for people. */
export const stopText = ({ by, at, reason }: StopNotice): string =>
  `${upperFirst(by)} stopped all work on ${at.slice(0, 16).replace('T', ' at ')} (UTC): ${reason}`;

const upperFirst = (text: string): string => (text.startsWith('the ') ? `T${text.slice(1)}` : text);
