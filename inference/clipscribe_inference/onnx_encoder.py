"""Speaker encoders in ONNX, in the form that WeSpeaker, 3D-Speaker and sherpa-onnx share.

    python -m clipscribe_inference.onnx_encoder FILE

tells whether a file is one: prints a JSON line `{"model": NAME, "dimensions": N}`, or why it is none.

The input is (windows, frames, 80): Kaldi's log mel filter banks of 25 ms every 10 ms, less their mean over the window.
The first output is (windows, dimensions).
"""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import kaldi_native_fbank
import numpy as np
import onnxruntime

from .audio import SAMPLE_RATE_HZ
from .problems import Problem
from .speech import Region

MEL_BANDS = 80
FRAMES_PER_SECOND = 100
# As many of the frames that begin in a window reach beyond its end.
FRAMES_BEYOND = 2
LOUDNESS_DBFS = -30.0
# Kaldi's samples are whole numbers of 16 bits: with smaller ones quiet speech meets the floor of the logarithm.
FULL_SCALE = 32_768
# Larger ones are no faster, and take more memory.
BATCH = 4
# A short and a whole window.
PROBED_FRAMES = (28, 158)
UNUSABLE = "SpeakerEncoderUnusable"


class OnnxEncoder:
    """An encoder read from a file. Safe to call from several threads. See voices.SpeakerEncoder.

    `model` names the file's content, so that a changed file counts as another encoder.
    """

    def __init__(self, file: Path, same_voice_similarity: float):
        """Reads and tries the file. Raises Problem `SpeakerEncoderUnusable`, which says what is wrong with it."""
        try:
            content = file.read_bytes()
        except OSError as error:
            raise _unusable(file, f"cannot be read: {error.strerror}") from error
        self.model = f"onnx-{hashlib.sha256(content).hexdigest()[:12]}"
        self.same_voice_similarity = same_voice_similarity
        self._session = _session(file, content)
        self._input = _checked_input(file, self._session)
        self.dimensions = self._probe(file)

    def embed(
        self,
        samples: np.ndarray,
        regions: list[Region],
        windows: list[tuple[float, float]],
        is_wanted: Callable[[], bool],
    ) -> np.ndarray:
        frames = _filter_banks(_levelled(samples, regions))
        firsts = np.array([round(start * FRAMES_PER_SECOND) for start, _ in windows])
        counts = np.array([round((end - start) * FRAMES_PER_SECOND) for start, end in windows]) - FRAMES_BEYOND
        counts = np.clip(counts, 1, len(frames) - firsts)
        embeddings = np.zeros((len(windows), self.dimensions), np.float32)
        for count in np.unique(counts):
            alike = np.flatnonzero(counts == count)
            for start in range(0, len(alike), BATCH):
                if not is_wanted():
                    return embeddings
                batch = alike[start : start + BATCH]
                heard = frames[firsts[batch, None] + np.arange(count)]
                raw = self._run(heard - heard.mean(axis=1, keepdims=True))
                embeddings[batch] = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
        return embeddings

    def _run(self, features: np.ndarray) -> np.ndarray:
        return self._session.run([self._session.get_outputs()[0].name], {self._input: features})[0]

    def _probe(self, file: Path) -> int:
        """The number of dimensions, seen from trials: what exports declare of their outputs is often wrong."""
        shapes = set()
        for count in PROBED_FRAMES:
            noise = np.random.default_rng(0).normal(size=(2, count, MEL_BANDS)).astype(np.float32)
            try:
                embeddings = self._run(noise)
            except Exception as error:
                raise _unusable(file, f"does not take two windows of {count} frames: {_first_line(error)}") from error
            if embeddings.ndim != 2 or len(embeddings) != 2 or not np.isfinite(embeddings).all():
                raise _unusable(file, f"answers {embeddings.shape}, not one embedding for each of two windows")
            shapes.add(embeddings.shape)
        if len(shapes) > 1:
            raise _unusable(file, "answers with more numbers for longer windows")
        return shapes.pop()[1]


def _session(file: Path, content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # Voices are heard beside transcription, which has all cores.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Errors only: many exports declare one window and take several, of which it would warn each time.
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _unusable(file, f"is no ONNX model that can be run: {_first_line(error)}") from error


def _checked_input(file: Path, session: onnxruntime.InferenceSession) -> str:
    inputs = session.get_inputs()
    if len(inputs) != 1 or inputs[0].type != "tensor(float)" or inputs[0].shape[2:] != [MEL_BANDS]:
        found = ", ".join(f"{each.name}: {each.type} {each.shape}" for each in inputs)
        raise _unusable(file, f"has the input {found}, not one of floats (windows, frames, {MEL_BANDS})")
    rate = session.get_modelmeta().custom_metadata_map.get("sample_rate", str(SAMPLE_RATE_HZ))
    if rate != str(SAMPLE_RATE_HZ):
        raise _unusable(file, f"wants {rate} samples a second, not {SAMPLE_RATE_HZ}")
    return inputs[0].name


def _levelled(samples: np.ndarray, regions: list[Region]) -> np.ndarray:
    """Each region equally loud, so that digital silence, at the floor of the logarithm, is as far below each voice."""
    levelled = samples.copy()
    for region in regions:
        heard = levelled[int(region.start * SAMPLE_RATE_HZ) : int(region.end * SAMPLE_RATE_HZ)]
        power = float(np.mean(heard**2)) if heard.size else 0.0
        heard *= 10 ** (LOUDNESS_DBFS / 20) / max(power, 1e-12) ** 0.5
    return levelled


def _filter_banks(samples: np.ndarray) -> np.ndarray:
    """Kaldi's log mel filter banks (frames, 80). Every frame lies in the samples as a whole."""
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = SAMPLE_RATE_HZ
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = MEL_BANDS
    banks = kaldi_native_fbank.OnlineFbank(options)
    banks.accept_waveform(SAMPLE_RATE_HZ, samples * FULL_SCALE)
    banks.input_finished()
    return np.stack([banks.get_frame(index) for index in range(banks.num_frames_ready)])


def _unusable(file: Path, reason: str) -> Problem:
    return Problem(422, UNUSABLE, f"The speaker encoder {file} {reason}.")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200].rstrip(".")


def main(arguments: list[str]) -> int:
    """The command line. Returns the exit code: 0 usable, 1 not, 2 for wrong usage."""
    if len(arguments) != 1:
        print("usage: python -m clipscribe_inference.onnx_encoder FILE", file=sys.stderr)
        return 2
    try:
        encoder = OnnxEncoder(Path(arguments[0]), same_voice_similarity=0)
    except Problem as problem:
        print(problem.message, file=sys.stderr)
        return 1
    print(json.dumps({"model": encoder.model, "dimensions": encoder.dimensions}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
