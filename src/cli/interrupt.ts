/**
 * Ctrl-C, and a terminal that is closed: the first asks to leave in order, the second ends at once.
 *
 * @returns the signal that is aborted by the first, and a function that stops listening
 */
export function onInterrupt(): { signal: AbortSignal; [Symbol.dispose]: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    // What was started notices by its pipe that we are gone, and drains.
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, interrupt);
    },
  };
}
