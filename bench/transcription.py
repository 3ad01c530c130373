"""Speed and word error rate of three ways to transcribe the same audio with the same model on the same cores.

    python bench/transcription.py --media DIR [--minutes 10] [--rounds 3] [--files speech/a.flac …]

`sequential` and `batched` are bare calls of faster-whisper in this process: beam 5, VAD, batch of 8, no word
times. `clipscribe` is the model server of inference/, reached over HTTP as a worker does: speech regions, then
chunks of about 224 s cut in pauses, with word times. The three alternate within each round, so that what else
the machine does falls on all alike. Prints one JSON document; wall and processor seconds are per second of
audio.

DIR holds manifest.json: an array of {file, language, reference_text, …}. Word error rate after Whisper's own
text normalizers (package whisper-normalizer: the English one for English, else the basic one).
"""

import argparse
import io
import json
import os
import resource
import secrets
import statistics
import subprocess
import sys
import time
import urllib.request
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.audio import decode_audio
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

SAMPLE_RATE_HZ = 16_000
CHUNK_SECONDS = 224
SHORTEST_CHUNK_SECONDS = 150
INFERENCE_FOLDER = Path(__file__).parents[1] / "inference"
NORMALIZERS = {"en": EnglishTextNormalizer()}
BASIC_NORMALIZER = BasicTextNormalizer()


@dataclass(frozen=True)
class Recording:
    """Audio with its reference text, perhaps repeated to reach a length."""

    name: str
    language: str
    samples: np.ndarray
    reference: str

    @property
    def seconds(self) -> float:
        return self.samples.size / SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Run:
    """One transcription of one recording."""

    mode: str
    recording: Recording
    text: str
    wall_seconds: float
    processor_seconds: float


class Server:
    """The model server in a process of its own."""

    def __init__(self, models_directory: Path, model: str, threads: int):
        self._key = secrets.token_hex(16)
        self._model = model
        command = [sys.executable, "-m", "clipscribe_inference", "--models-directory", str(models_directory)]
        command += ["--threads", str(threads), "--preload", model]
        environment = {**os.environ, "PYTHONPATH": str(INFERENCE_FOLDER), "CLIPSCRIBE_INFERENCE_KEY": self._key}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        assert self._process.stdout is not None
        self._url = f"http://127.0.0.1:{json.loads(self._process.stdout.readline())['port']}"

    def transcribe(self, recording: Recording) -> str:
        """As a worker does it: find speech, cut chunks in pauses, transcribe one after another."""
        texts: list[str] = []
        language = recording.language
        for start, end, regions in self._chunks(recording.samples):
            fields = {"model": self._model, "response_format": "verbose_json", "speech_regions": json.dumps(regions)}
            fields |= {"timestamp_granularities[]": "word", "language": language}
            document = self._post("/v1/audio/transcriptions", *form_of(wave_file(recording.samples[start:end]), fields))
            texts.append(document["text"])
        return " ".join(texts)

    def processor_seconds(self) -> float:
        """User and system time of the server and its decoder so far; 0 where the system has no /proc."""
        health = self._get("/health")
        return sum(process_seconds(health[name]) for name in ("processId", "decoderProcessId") if health[name])

    def close(self) -> None:
        """Ends the server by closing its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def _chunks(self, samples: np.ndarray):
        """(first sample, last sample, regions in seconds of the chunk) of each chunk with speech."""
        pcm = (samples * 32_767).astype("<i2").tobytes()
        regions = self._post("/v1/audio/speech-regions", pcm, "audio/l16")["regions"]
        spans = [(region["start"], region["end"]) for region in regions]
        start = 0.0
        while spans:
            count = chunk_length(spans, start)
            inside, spans = spans[:count], spans[count:]
            end = (inside[-1][1] + spans[0][0]) / 2 if spans else samples.size / SAMPLE_RATE_HZ
            yield (
                round(start * SAMPLE_RATE_HZ),
                round(end * SAMPLE_RATE_HZ),
                [[max(0.0, one - start), other - start] for one, other in inside],
            )
            start = end

    def _get(self, path: str) -> dict:
        with urllib.request.urlopen(self._url + path) as answer:
            return json.load(answer)

    def _post(self, path: str, body: bytes, content_type: str) -> dict:
        headers = {"authorization": f"Bearer {self._key}", "content-type": content_type}
        with urllib.request.urlopen(urllib.request.Request(self._url + path, body, headers)) as answer:
            return json.load(answer)


def chunk_length(spans: list[tuple[float, float]], start: float) -> int:
    """How many regions go into the chunk from `start` on: up to the longest pause before the target."""
    fitting = [index for index, (_, end) in enumerate(spans) if end - start <= CHUNK_SECONDS]
    if len(fitting) == len(spans):
        return len(spans)
    late = [index for index in fitting if spans[index][1] - start >= SHORTEST_CHUNK_SECONDS] or fitting or [0]
    return 1 + max(late, key=lambda index: spans[index + 1][0] - spans[index][1])


def wave_file(samples: np.ndarray) -> bytes:
    """Samples as a 16-bit WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE_HZ)
        writer.writeframes((samples * 32_767).astype("<i2").tobytes())
    return file.getvalue()


def form_of(audio: bytes, fields: dict[str, str]) -> tuple[bytes, str]:
    """A multipart form with a file, and its content type."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="chunk.wav"\r\n\r\n'.encode()
    body = b"".join([*parts, head, audio, f"\r\n--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"


def process_seconds(process_id: int) -> float:
    """User and system time of a process so far, from /proc."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own_processor_seconds() -> float:
    """User and system time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def load_recordings(media: Path, names: list[str], minutes: float) -> list[Recording]:
    """The recordings named; the first is repeated until it is `minutes` long."""
    manifest = {entry["file"]: entry for entry in json.loads((media / "manifest.json").read_text())}
    recordings = []
    for index, name in enumerate(names):
        samples = decode_audio(str(media / name), sampling_rate=SAMPLE_RATE_HZ)
        seconds = samples.size / SAMPLE_RATE_HZ
        times = max(1, -(-int(minutes * 60) // int(seconds))) if index == 0 else 1
        entry = manifest[name]
        reference = " ".join([entry["reference_text"]] * times)
        recordings.append(Recording(name, entry["language"], np.tile(samples, times), reference))
    return recordings


def word_errors(recording: Recording, text: str) -> tuple[int, int]:
    """Wrong words and words of the reference."""
    normalize = NORMALIZERS.get(recording.language, BASIC_NORMALIZER)
    measured = jiwer.process_words(normalize(recording.reference), normalize(text))
    errors = measured.substitutions + measured.deletions + measured.insertions
    return errors, measured.hits + measured.substitutions + measured.deletions


def timed(mode: str, recording: Recording, call: Callable[[Recording], str], clock: Callable[[], float]) -> Run:
    """Runs a mode once and measures it."""
    wall, processor = time.monotonic(), clock()
    text = call(recording)
    return Run(mode, recording, text, time.monotonic() - wall, clock() - processor)


def summary(runs: list[Run], mode: str) -> dict:
    """Median speed on the first recording, and the error rate over all recordings of the first round."""
    mine = [run for run in runs if run.mode == mode]
    long = [run for run in mine if run.recording is mine[0].recording]
    seconds = long[0].recording.seconds
    unique = {run.recording.name: run for run in reversed(mine)}
    counts = {name: word_errors(run.recording, run.text) for name, run in unique.items()}
    wall = [run.wall_seconds / seconds for run in long]
    return {
        "mode": mode,
        "wallFactor": round(statistics.median(wall), 4),
        "wallFactors": [round(value, 4) for value in wall],
        "processorFactor": round(statistics.median(run.processor_seconds for run in long) / seconds, 4),
        "wordErrorRate": round(counts[long[0].recording.name][0] / counts[long[0].recording.name][1], 4),
        "wordErrorRates": {name: round(errors / words, 4) for name, (errors, words) in sorted(counts.items())},
    }


def main() -> int:
    """Runs the benchmark and prints its result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--media", type=Path, required=True)
    parser.add_argument("--models-directory", type=Path, required=True)
    parser.add_argument("--model", default="base")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--files", nargs="+", default=["long/talk_4min.opus"], help="the first is the long one")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    recordings = load_recordings(options.media, options.files, options.minutes)
    directory = str(options.models_directory / f"whisper-{options.model}")
    model = WhisperModel(directory, device="cpu", compute_type="int8", cpu_threads=options.threads)
    pipeline = BatchedInferencePipeline(model)
    server = Server(options.models_directory, options.model, options.threads)

    def sequential(recording: Recording) -> str:
        segments, _ = model.transcribe(recording.samples, language=recording.language, beam_size=5, vad_filter=True)
        return " ".join(segment.text.strip() for segment in segments)

    def batched(recording: Recording) -> str:
        segments, _ = pipeline.transcribe(recording.samples, language=recording.language, beam_size=5, batch_size=8)
        return " ".join(segment.text.strip() for segment in segments)

    modes = {
        "sequential": (sequential, own_processor_seconds),
        "batched": (batched, own_processor_seconds),
        "clipscribe": (server.transcribe, server.processor_seconds),
    }
    try:
        warm_up = Recording("warm-up", "en", recordings[0].samples[: 20 * SAMPLE_RATE_HZ], "")
        for call, _ in modes.values():
            call(warm_up)
        runs = []
        for number in range(options.rounds):
            for mode, (call, clock) in modes.items():
                # Texts do not change from round to round: the short recordings are needed once.
                for recording in recordings if number == 0 else recordings[:1]:
                    runs.append(timed(mode, recording, call, clock))
    finally:
        server.close()
    print(json.dumps({"audioSeconds": round(recordings[0].seconds), "modes": [summary(runs, mode) for mode in modes]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
