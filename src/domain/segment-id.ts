/** The id of a transcript's segment by its place, from 0. */
export const segmentId = (index: number): string => `s${String(index + 1).padStart(6, '0')}`;
