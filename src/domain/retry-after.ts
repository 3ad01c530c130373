/** How long a `Retry-After` header asks to wait (RFC 9110, 10.2.3); undefined where it does not say. */
export function secondsToWait(header: string | null | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? '';
  if (value === '') return undefined;
  const seconds = Number(value);
  if (seconds >= 0) return seconds;
  const untilMs = Date.parse(value);
  return Number.isNaN(untilMs) ? undefined : Math.max(0, (untilMs - nowMs) / 1000);
}
