/** The part of smpte-timecode that is used here; the package has no types of its own. */
declare module 'smpte-timecode' {
  /** A count of pictures as SMPTE 12M writes it: `HH:MM:SS:FF`, or `HH:MM:SS;FF` where numbers are dropped. */
  export default function Timecode(
    frameCount: number,
    frameRate: [numerator: number, denominator: number],
    dropFrame: boolean,
  ): { toString(): string };
}
