import { ClipScribeError } from './errors.ts';
import type { ClipRequest } from './reel-clip.ts';

/** Where a clip lies, without its span, and the span in seconds; `end` null: the end of the source. */
export interface ClipAddress {
  address: string;
  start: number;
  end: number | null;
}

/** Normal play time (W3C Media Fragments, 4.2.1): `12.5`, `1:02.5` or `1:01:02.5`. */
const TIME = /^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d*)?)$/;

/**
 * Takes the span out of a clip's fragment `#t=12.5,30`; `start` and `end` of the request say the same and win. A
 * fragment of another kind belongs to the address.
 *
 * @throws ClipScribeError `InvalidInput` for a span that is none
 */
export function clipAddress({ source, start, end }: ClipRequest): ClipAddress {
  const [, address = source, fragment] = /^([^#]*)#t=(.*)$/s.exec(source) ?? [];
  const [, from = '', to = ''] = /^(?:npt:)?([^,]*),?(.*)$/s.exec(fragment ?? '') ?? [];
  const span = {
    address,
    start: start ?? (from === '' ? 0 : secondsOf(from, source)),
    end: end ?? (to === '' ? null : secondsOf(to, source)),
  };
  if (span.end !== null && span.end <= span.start)
    throw new ClipScribeError('InvalidInput', `The clip ${source.slice(0, 200)} ends before it starts.`);
  return span;
}

function secondsOf(time: string, source: string): number {
  const match = TIME.exec(time);
  if (match === null) {
    throw new ClipScribeError(
      'InvalidInput',
      `The span of the clip ${source.slice(0, 200)} is not readable; write it as #t=12.5,30, in seconds.`,
    );
  }
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
