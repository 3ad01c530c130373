import type { Cut, CutList } from './cut-list.ts';
import { picturesPerSecond } from './frame-rate.ts';

/**
 * An OpenTimelineIO timeline (.otio JSON): the cuts as clips of a picture track and of a sound track, each with a
 * marker that names the moment, and with its score, reason and words under `metadata.clipscribe`.
 */
export function toOtio(list: CutList): string {
  const track = (kind: 'Video' | 'Audio') => ({
    OTIO_SCHEMA: 'Track.1',
    name: kind,
    kind,
    children: list.cuts.map((cut) => clip(list, cut, kind)),
  });
  return JSON.stringify(
    {
      OTIO_SCHEMA: 'Timeline.1',
      name: list.title,
      tracks: { OTIO_SCHEMA: 'Stack.1', name: 'tracks', children: [track('Video'), track('Audio')] },
    },
    null,
    2,
  );
}

function clip(list: CutList, cut: Cut, kind: 'Video' | 'Audio') {
  const { title, reason, score, text } = cut;
  const range = timeRange(list, cut.start, cut.end - cut.start);
  const marker = {
    ...{ OTIO_SCHEMA: 'Marker.2', name: title, comment: reason, color: 'GREEN', marked_range: range },
    metadata: {},
  };
  return {
    ...{ OTIO_SCHEMA: 'Clip.1', name: title, source_range: range, media_reference: mediaReference(list) },
    // One marker for each moment is enough.
    markers: kind === 'Video' ? [marker] : [],
    metadata: { clipscribe: { score, reason, text } },
  };
}

function mediaReference(list: CutList) {
  const { mediaUrl, mediaName, durationSeconds, rate } = list;
  if (mediaUrl === null) return { OTIO_SCHEMA: 'MissingReference.1', name: mediaName };
  const frames = Math.ceil(durationSeconds * picturesPerSecond(rate));
  return {
    OTIO_SCHEMA: 'ExternalReference.1',
    name: mediaName,
    target_url: mediaUrl,
    available_range: timeRange(list, 0, frames),
  };
}

const timeRange = (list: CutList, start: number, duration: number) => ({
  OTIO_SCHEMA: 'TimeRange.1',
  start_time: rationalTime(list, start),
  duration: rationalTime(list, duration),
});

const rationalTime = ({ rate }: CutList, frames: number) => ({
  OTIO_SCHEMA: 'RationalTime.1',
  value: frames,
  rate: picturesPerSecond(rate),
});
