/** Product priorities run from 1 to 10, 10 the most urgent (S2); this is what a job gets unasked. */
export const DEFAULT_PRIORITY = 5;

/** How much a high-value title (H3) raises the priority. */
const HIGH_VALUE_RAISE = 2;

/** The priority of a high-value job. */
export const raisedPriority = (priority: number): number => Math.min(10, priority + HIGH_VALUE_RAISE);

/** Temporal's five levels, 1 first: two product priorities share one. */
export const temporalPriorityKey = (priority: number): number => Math.ceil((11 - priority) / 2);
