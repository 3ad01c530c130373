import { z } from 'zod';

/** Short work runs on Cloud Run, hours-long work on a VM (H2). */
export const routeSchema = z.enum(['short', 'long']);
export type Route = z.infer<typeof routeSchema>;

/** From this duration on a video takes the long route (H2). */
export const LONG_ROUTE_FROM_SECONDS = 2700;

/** The route for a duration; unknown durations start on the short route (H2). */
export const routeFor = (durationSeconds: number | null, longRouteFromSeconds: number): Route =>
  durationSeconds !== null && durationSeconds >= longRouteFromSeconds ? 'long' : 'short';

/** Title words that mark content worth a better model and an earlier turn (H3). */
export const HIGH_VALUE_WORDS = [
  'hearing',
  'testimony',
  'briefing',
  'conference',
  'podcast',
  'interview',
  'presentation',
  'webinar',
  'earnings call',
  'board meeting',
  'senate',
  'congress',
] as const;

/**
 * Whether a title names high-value content (H3): whole words, any case, plural allowed.
 *
 * @param words defaults to {@link HIGH_VALUE_WORDS}; an installation may set its own.
 */
export function isHighValue(title: string, words: readonly string[] = HIGH_VALUE_WORDS): boolean {
  const normalized = ` ${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  return words.some((word) => {
    const wanted = word.toLowerCase();
    return normalized.includes(` ${wanted} `) || normalized.includes(` ${wanted}s `);
  });
}
