/** Calendar months in UTC, by which quotas count. */

/** `2026-11` */
export const monthOf = (date: Date): string => date.toISOString().slice(0, 7);

/** When a monthly count begins anew. */
export const startOfNextMonth = (date: Date): Date =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1));
