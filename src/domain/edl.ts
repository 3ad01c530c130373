import Timecode from 'smpte-timecode';
import type { CutList } from './cut-list.ts';
import type { Rational } from './reel-clip.ts';

/** Where reels begin on the record side, by the custom of the trade. */
const RECORD_START_HOUR = 1;
/** "Auxiliary": a source that is no tape. */
const REEL_NAME = 'AX';
const MOST_EVENTS = 999;
const LINE_BREAKS = /[\r\n\p{Cc}]+/gu;

/**
 * A CMX 3600 edit decision list: picture and sound of each cut, one after the other. Source times count from the
 * start of the file. Rates of 30000/1001 and 60000/1001 count in drop-frame, so that the clock stays true.
 */
export function toEdl({ title, rate, mediaName, cuts }: CutList): string {
  const dropsFrames = isDropFrame(rate);
  const at = (frame: number): string =>
    Timecode(frame, [rate.numerator, rate.denominator], dropsFrames).toString();
  let record = framesOfHours(RECORD_START_HOUR, rate);
  const events = cuts.slice(0, MOST_EVENTS).map(({ start, end, title: name, reason }, index) => {
    const recordEnd = record + end - start;
    const number = String(index + 1).padStart(3, '0');
    const times = [at(start), at(end), at(record), at(recordEnd)].join(' ');
    record = recordEnd;
    return [
      `${number}  ${REEL_NAME.padEnd(8)} AA/V  C        ${times}`,
      `* FROM CLIP NAME: ${oneLine(mediaName)}`,
      `* COMMENT: ${oneLine(name)}`,
      `* COMMENT: ${oneLine(reason)}`,
    ].join('\n');
  });
  const mode = dropsFrames ? 'DROP FRAME' : 'NON-DROP FRAME';
  return `TITLE: ${oneLine(title)}\nFCM: ${mode}\n\n${events.map((event) => `${event}\n`).join('\n')}`;
}

const isDropFrame = ({ numerator, denominator }: Rational): boolean =>
  denominator === 1001 && (numerator === 30_000 || numerator === 60_000);

/** Pictures until the clock shows so many whole hours. */
function framesOfHours(hours: number, rate: Rational): number {
  const nominal = Math.round(rate.numerator / rate.denominator);
  const counted = hours * 3600 * nominal;
  if (!isDropFrame(rate)) return counted;
  // Two numbers (of 60, four) are left out in every minute, but for each tenth.
  const droppedPerMinute = nominal / 15;
  return counted - hours * 54 * droppedPerMinute;
}

const oneLine = (text: string): string => text.replace(LINE_BREAKS, ' ').trim();
