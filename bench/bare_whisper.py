"""The peer: bare faster-whisper calls with the same model on the same audio, and the scoring of transcripts.

Reads one JSON request per line, answers with one JSON line:
{"transcribe": "sequential" | "batched", "audio": PATH} -> {"seconds": S, "text": T}
{"score": {"reference": R, "hypothesis": H}} -> {"wordErrorRate": E, "words": N}
"""

import json
import sys
import time

import jiwer
from faster_whisper import BatchedInferencePipeline, WhisperModel
from whisper_normalizer.english import EnglishTextNormalizer

BATCH_SIZE = 8
BEAM_SIZE = 5


def main() -> None:
    model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[2]))
    batched = BatchedInferencePipeline(model)
    normalize = EnglishTextNormalizer()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "score" in request:
            measures = jiwer.process_words(
                normalize(request["score"]["reference"]), normalize(request["score"]["hypothesis"])
            )
            words = measures.hits + measures.substitutions + measures.deletions
            answer = {"wordErrorRate": measures.wer, "words": words}
        else:
            answer = transcribe(model, batched, request)
        print(json.dumps(answer), flush=True)


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
