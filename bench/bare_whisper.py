"""The peer: bare faster-whisper calls with the same model on the same audio.

Reads one JSON request per line, answers with one JSON line:
{"transcribe": "sequential" | "batched", "audio": PATH} -> {"seconds": S, "text": T}
"""

import json
import sys
import time

from faster_whisper import BatchedInferencePipeline, WhisperModel

BATCH_SIZE = 8
BEAM_SIZE = 5


def main() -> None:
    """Loads the model, then answers until the input ends."""
    model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[2]))
    batched = BatchedInferencePipeline(model)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(transcribe(model, batched, json.loads(line))), flush=True)


def transcribe(model: WhisperModel, batched: BatchedInferencePipeline, request: dict) -> dict:
    """As the library's README shows both calls; the time includes reading the file, not loading the model."""
    started = time.perf_counter()
    if request["transcribe"] == "batched":
        segments, _ = batched.transcribe(request["audio"], beam_size=BEAM_SIZE, batch_size=BATCH_SIZE)
    else:
        segments, _ = model.transcribe(request["audio"], beam_size=BEAM_SIZE, vad_filter=True)
    text = " ".join(segment.text.strip() for segment in segments)
    return {"seconds": time.perf_counter() - started, "text": text}


main()
