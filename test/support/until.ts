/** Polls until a condition holds, and returns what made it true; the test's own time-out bounds it. */
export async function until<T>(
  condition: () => T | Promise<T>,
  intervalMs = 100,
): Promise<Exclude<T, false | undefined | null>> {
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, false | undefined | null>;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
