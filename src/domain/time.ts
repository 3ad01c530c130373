/** Rounds seconds to whole milliseconds, which are whole samples at SAMPLE_RATE_HZ. */
export const roundToMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** The last whole millisecond that is not later; tolerant of the error of binary fractions. */
export const floorToMilliseconds = (seconds: number): number => Math.floor(seconds * 1000 + 1e-6) / 1000;

/** The value, or the nearest bound where it lies outside. The upper bound wins where the bounds cross. */
export const clamp = (value: number, lowest: number, highest: number): number =>
  Math.min(Math.max(value, lowest), highest);

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Seconds as people read them, rounded down: `0:07`, `12:05`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const clock = `${twoDigits(minutes)}:${twoDigits(whole % 60)}`;
  return hours > 0 ? `${hours}:${clock}` : clock.replace(/^0/, '');
}

/** Seconds of a time as people write it: `723.5`, `12:03`, `1:02:03.5`; undefined where it is none. */
export function parseClock(text: string): number | undefined {
  if (!/^(?:(?:\d+:)?\d{1,2}:\d{1,2}|\d+)(?:\.\d+)?$/.test(text)) return undefined;
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}
