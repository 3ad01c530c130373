"""The scorer's process: reads one JSON request per line, answers with one JSON line.

{"join": {"media": DIR, "folder": DIR}} -> {"recordings": [manifest entries]}
{"words": {"reference", "hypothesis", "language"}} -> {"errors", "length", "rate"}
{"attributed": {"reference": {speaker: text}, "hypothesis": {label: text}, "language"}} -> the same
{"speakers": {"reference": RTTM text, "hypothesis": RTTM text, "durationSeconds", "collarSeconds", "overlap"}}
    -> {"errors", "length", "rate", "missed", "false_alarm", "confused"}, in seconds
{"overlaps": {"reference": RTTM text, "hypothesis": RTTM text}} -> {"true", "found", "right"}, in seconds
"""

import json
import math
import sys
from dataclasses import asdict
from pathlib import Path

from readings import make_joined
from scores import Errors, overlap_score, speaker_attributed_errors, speaker_errors, turns_from_rttm, word_errors


def answer(request: dict) -> dict:
    """Does what one request asks for."""
    if "join" in request:
        return {"recordings": make_joined(Path(request["join"]["media"]), Path(request["join"]["folder"]))}
    if "words" in request:
        return document(word_errors(**request["words"]))
    if "attributed" in request:
        return document(speaker_attributed_errors(**request["attributed"])[0])
    if "overlaps" in request:
        fields = request["overlaps"]
        return asdict(overlap_score(turns_from_rttm(fields["reference"]), turns_from_rttm(fields["hypothesis"])))
    fields = request["speakers"]
    return document(
        speaker_errors(
            turns_from_rttm(fields["reference"]),
            turns_from_rttm(fields["hypothesis"]),
            fields["durationSeconds"],
            fields["collarSeconds"],
            fields["overlap"],
        )
    )


def document(errors: Errors) -> dict:
    """As JSON; a rate that is not finite is null."""
    return {**asdict(errors), "rate": errors.rate if math.isfinite(errors.rate) else None}


if __name__ == "__main__":
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
