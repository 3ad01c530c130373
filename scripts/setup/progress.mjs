/** What a user sees of the set-up: lines on standard error, since standard output belongs to the program. */

/**
 * @typedef {object} Progress
 * @property {(text: string) => void} say
 * @property {<T>(title: string, action: (note: (text: string) => void) => Promise<T>, describe?: (value: T) => string) => Promise<T>} step
 */

/**
 * Prints a line when a step begins, one for each note, and one with its time when it is done. Lines only, no
 * cursor movement: steps run beside each other, and a log file should read as well as a terminal.
 *
 * @param {{ write(text: string): unknown }} stream
 * @param {() => number} nowMs
 * @returns {Progress}
 */
export function createProgress(stream = process.stderr, nowMs = () => performance.now()) {
  /** @param {string} text */
  const say = (text) => void stream.write(`${text}\n`);
  return {
    say,
    async step(title, action, describe = () => '') {
      const startedMs = nowMs();
      say(`• ${title} …`);
      const value = await action((note) => say(`• ${title}: ${note} …`));
      const description = describe(value);
      say(`✓ ${title} … ${formatSeconds((nowMs() - startedMs) / 1000)}${description && ` (${description})`}`);
      return value;
    },
  };
}

/**
 * `0.4 s`, `23 s`, `4 min 50 s`.
 *
 * @param {number} seconds
 */
export function formatSeconds(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
