"""Prints what OpenTimelineIO reads in a file, as JSON: seconds and frames of each clip, and its marker."""

import json
import sys

import opentimelineio as otio

path = sys.argv[1]
rate = float(sys.argv[2])
if path.endswith(".edl"):
    timeline = otio.adapters.read_from_file(path, adapter_name="cmx_3600", rate=rate)
else:
    timeline = otio.adapters.read_from_file(path)

clips = []
for track in timeline.tracks:
    for clip in track.find_clips():
        source = clip.source_range
        reference = clip.media_reference
        clips.append(
            {
                "track": track.kind,
                "name": clip.name,
                "start": source.start_time.value,
                "duration": source.duration.value,
                "rate": source.start_time.rate,
                "url": getattr(reference, "target_url", None),
                "markers": [{"name": marker.name, "comment": marker.comment} for marker in clip.markers],
                "metadata": dict(clip.metadata.get("clipscribe", {})),
            }
        )
print(
    json.dumps(
        {
            "name": timeline.name,
            "schema": timeline.schema_name(),
            "frames": timeline.duration().to_frames(),
            "clips": clips,
        }
    )
)
