import type { SpeechRegion } from './audio-chunk.ts';
import { roundToMilliseconds } from './time.ts';

/** A window of speech and which voice it is. */
export interface LabelledWindow {
  start: number;
  end: number;
  voice: number;
}

/** A stretch of speech of one voice, in seconds. */
export interface VoiceTurn {
  start: number;
  end: number;
  voice: number;
}

/** Turns of one voice with a shorter pause between them are one turn. */
const LONGEST_PAUSE_WITHIN_TURN_SECONDS = 0.5;

/**
 * Turns over the speech regions: each moment belongs to the window whose middle is nearest. Regions too short to have
 * windows of their own belong to the voice that is nearest in time.
 *
 * @param windows and regions in order, of one chunk
 */
export function turnsOf(windows: readonly LabelledWindow[], regions: readonly SpeechRegion[]): VoiceTurn[] {
  if (windows.length === 0) return [];
  const turns: VoiceTurn[] = [];
  let next = 0;
  for (const region of regions) {
    const own: LabelledWindow[] = [];
    while (next < windows.length && middleOf(windows[next]) < region.end) {
      const window = windows[next];
      if (window !== undefined && middleOf(window) >= region.start) own.push(window);
      next += 1;
    }
    const heard = own.length > 0 ? own : [nearestInTime(windows, next, region)];
    withinRegion(withoutFlicker(heard), region).forEach((turn) => addTurn(turns, turn));
  }
  return turns;
}

const middleOf = (window: LabelledWindow | undefined): number =>
  window === undefined ? Infinity : (window.start + window.end) / 2;

/** The window before or the one after, whichever is nearer. */
function nearestInTime(
  windows: readonly LabelledWindow[],
  next: number,
  region: SpeechRegion,
): LabelledWindow {
  const before = windows[next - 1];
  const after = windows[next] ?? before;
  const nearest =
    before !== undefined && region.start - before.end <= (after?.start ?? Infinity) - region.end
      ? before
      : after;
  return nearest ?? { ...region, voice: 0 };
}

/** One window of another voice between two of the same is a hesitation, not an interruption. */
const withoutFlicker = (windows: readonly LabelledWindow[]): LabelledWindow[] =>
  windows.map((window, index) => {
    const before = windows[index - 1];
    const after = windows[index + 1];
    const isAlone = before !== undefined && after !== undefined && before.voice === after.voice;
    return isAlone ? { ...window, voice: before.voice } : window;
  });

function withinRegion(windows: readonly LabelledWindow[], region: SpeechRegion): VoiceTurn[] {
  return windows.map((window, index) => ({
    start: index === 0 ? region.start : border(windows[index - 1], window),
    end: index === windows.length - 1 ? region.end : border(window, windows[index + 1]),
    voice: window.voice,
  }));
}

const border = (one: LabelledWindow | undefined, other: LabelledWindow | undefined): number =>
  roundToMilliseconds((middleOf(one) + middleOf(other)) / 2);

function addTurn(turns: VoiceTurn[], turn: VoiceTurn): void {
  const last = turns.at(-1);
  const goesOn =
    last !== undefined &&
    last.voice === turn.voice &&
    turn.start - last.end < LONGEST_PAUSE_WITHIN_TURN_SECONDS;
  if (goesOn) last.end = turn.end;
  else turns.push({ ...turn });
}
