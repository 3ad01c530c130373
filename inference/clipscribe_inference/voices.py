"""Voices: what a speaker encoder hears in short windows of speech.

The encoder is GE2E (Wan et al., "Generalized end-to-end loss for speaker verification", 2018) with the weights and
features of Resemblyzer: three LSTM layers over 40 mel bands, windows of 1.6 s.
"""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .audio import SAMPLE_RATE_HZ
from .problems import Problem
from .speaker_model import weights_file
from .speech import Region

MODEL = "resemblyzer-ge2e-0.1.4"
# Two windows of one voice are on average more alike than this, of two voices less.
SAME_VOICE_SIMILARITY = 0.6
WINDOW_SECONDS = 1.6
HOP_SECONDS = 0.4
SHORTEST_WINDOW_SECONDS = 0.3
FRAMES_PER_SECOND = 100
FRAME_SAMPLES = 400
LOUDNESS_DBFS = -30.0
MEL_BANDS = 40
UNITS = 256
LAYERS = 3
# Larger ones are no faster; smaller ones keep the processor waiting for memory.
BATCH = 256


@dataclass(frozen=True)
class VoiceWindow:
    """What was heard between two times, in seconds; `embedding` is of unit length."""

    start: float
    end: float
    embedding: np.ndarray

    def document(self) -> dict:
        """With the embedding as base64 of int8: only its direction has a meaning, so that no scale is sent."""
        largest = float(np.abs(self.embedding).max()) or 1.0
        quantised = np.round(self.embedding * (127 / largest)).astype(np.int8)
        return {
            "start": round(self.start, 3),
            "end": round(self.end, 3),
            "embedding": base64.b64encode(quantised.tobytes()).decode("ascii"),
        }


class VoiceModel:
    """The encoder, loaded when first needed. Safe to call from several threads."""

    def __init__(self, models_directory: Path):
        self._file = weights_file(models_directory)
        self._loading = threading.Lock()
        self._encoder: _Encoder | None = None

    def listen(
        self, samples: np.ndarray, regions: list[Region], is_wanted: Callable[[], bool] = lambda: True
    ) -> list[VoiceWindow]:
        """The windows of the regions in order. Ends early, with what it has, once it is not wanted any more.

        Raises Problem `ModelUnknown` where the encoder is not on disk.
        """
        windows = [window for region in regions for window in _windows(region)]
        if not windows:
            return []
        encoder = self._get()
        frames = _mel_frames(samples, regions)
        firsts = np.array([round(start * FRAMES_PER_SECOND) for start, _ in windows])
        counts = np.array([max(1, round((end - start) * FRAMES_PER_SECOND)) for start, end in windows])
        embeddings = encoder.embed(frames, firsts, counts, is_wanted)
        return [
            VoiceWindow(start, end, embedding) for (start, end), embedding in zip(windows, embeddings, strict=False)
        ]

    def _get(self) -> "_Encoder":
        with self._loading:
            if self._encoder is None:
                if not self._file.is_file():
                    raise Problem(404, "ModelUnknown", "The speaker encoder is not installed here; run set-up.")
                with np.load(self._file) as weights:
                    self._encoder = _Encoder(dict(weights))
            return self._encoder


def _windows(region: Region) -> list[tuple[float, float]]:
    """Windows over a region, spread evenly, none reaching outside: a pause holds another voice or none."""
    seconds = region.end - region.start
    if seconds < SHORTEST_WINDOW_SECONDS:
        return []
    if seconds <= WINDOW_SECONDS:
        return [(region.start, region.end)]
    steps = int(np.ceil((seconds - WINDOW_SECONDS) / HOP_SECONDS))
    starts = region.start + (seconds - WINDOW_SECONDS) * np.arange(steps + 1) / steps
    return [(float(start), float(start) + WINDOW_SECONDS) for start in starts]


def _mel_frames(samples: np.ndarray, regions: list[Region]) -> np.ndarray:
    """Power mel spectrogram (frames, bands), each region as loud as the encoder was trained on.

    Loudness is set for each region, because in a room far voices are quiet and near ones loud.
    """
    padded = np.pad(samples, FRAME_SAMPLES // 2)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, FRAME_SAMPLES)[:: SAMPLE_RATE_HZ // FRAMES_PER_SECOND]
    frames = np.empty((len(blocks), MEL_BANDS), np.float32)
    for start in range(0, len(blocks), 6_000):
        part = blocks[start : start + 6_000] * HANN
        frames[start : start + 6_000] = (np.abs(np.fft.rfft(part, axis=1)) ** 2).astype(np.float32) @ MEL_FILTERS
    for region in regions:
        heard = samples[int(region.start * SAMPLE_RATE_HZ) : int(region.end * SAMPLE_RATE_HZ)]
        power = float(np.mean(heard**2)) if heard.size else 0.0
        first, last = int(region.start * FRAMES_PER_SECOND), int(region.end * FRAMES_PER_SECOND) + 1
        frames[first : last + 1] *= 10 ** (LOUDNESS_DBFS / 10) / max(power, 1e-12)
    return frames


def _mel_filters() -> np.ndarray:
    """Triangular filters on Slaney's mel scale, each of unit area, as librosa's default: (frequencies, bands)."""
    hertz_per_mel, log_from_hertz, log_step = 200 / 3, 1_000.0, np.log(6.4) / 27
    log_from_mel = log_from_hertz / hertz_per_mel
    highest_mel = log_from_mel + np.log(SAMPLE_RATE_HZ / 2 / log_from_hertz) / log_step
    mels = np.linspace(0.0, highest_mel, MEL_BANDS + 2)
    hertz = np.where(
        mels < log_from_mel, mels * hertz_per_mel, log_from_hertz * np.exp(log_step * (mels - log_from_mel))
    )
    distances = hertz[:, None] - np.linspace(0, SAMPLE_RATE_HZ / 2, FRAME_SAMPLES // 2 + 1)[None]
    widths = np.diff(hertz)[:, None]
    triangles = np.maximum(0, np.minimum(-distances[:-2] / widths[:-1], distances[2:] / widths[1:]))
    return (triangles * (2 / (hertz[2:] - hertz[:-2]))[:, None]).T.astype(np.float32)


HANN = np.hanning(FRAME_SAMPLES + 1)[:-1].astype(np.float32)
MEL_FILTERS = _mel_filters()


class _Encoder:
    """The LSTM in numpy. Windows go side by side, so that each step of time is a few large multiplications."""

    def __init__(self, weights: dict[str, np.ndarray]):
        self._biases = [weights[f"lstm.bias_ih_l{n}"] + weights[f"lstm.bias_hh_l{n}"] for n in range(LAYERS)]
        # What comes from below and what was before go through one multiplication.
        self._matrices = [
            np.vstack([weights[f"lstm.weight_ih_l{n}"].T, weights[f"lstm.weight_hh_l{n}"].T]) for n in range(LAYERS)
        ]
        self._linear = np.ascontiguousarray(weights["linear.weight"].T)
        self._linear_bias = weights["linear.bias"]

    def embed(
        self, frames: np.ndarray, firsts: np.ndarray, counts: np.ndarray, is_wanted: Callable[[], bool]
    ) -> np.ndarray:
        """Embeddings (windows, 256) of the windows that begin at `firsts` and have `counts` frames."""
        padded = np.vstack([frames, np.zeros((int(counts.max()), MEL_BANDS), np.float32)])
        embeddings = np.zeros((len(firsts), UNITS), np.float32)
        by_length = np.argsort(counts, kind="stable")
        for start in range(0, len(by_length), BATCH):
            if not is_wanted():
                break
            batch = by_length[start : start + BATCH]
            embeddings[batch] = self._embed_batch(padded, firsts[batch], counts[batch])
        return embeddings

    def _embed_batch(self, frames: np.ndarray, firsts: np.ndarray, counts: np.ndarray) -> np.ndarray:
        hidden = [np.zeros((len(firsts), UNITS), np.float32) for _ in range(LAYERS)]
        cells = [np.zeros((len(firsts), UNITS), np.float32) for _ in range(LAYERS)]
        last = np.zeros((len(firsts), UNITS), np.float32)
        for step in range(int(counts.max())):
            below = frames[firsts + step]
            for layer in range(LAYERS):
                gates = np.concatenate([below, hidden[layer]], axis=1) @ self._matrices[layer] + self._biases[layer]
                # PyTorch's order: input, forget, cell, output. A sigmoid is a tanh of half the size.
                candidate = np.tanh(gates[:, 2 * UNITS : 3 * UNITS])
                opened = 0.5 + 0.5 * np.tanh(0.5 * gates)
                cells[layer] = opened[:, UNITS : 2 * UNITS] * cells[layer] + opened[:, :UNITS] * candidate
                below = hidden[layer] = opened[:, 3 * UNITS :] * np.tanh(cells[layer])
            ended = counts == step + 1
            last[ended] = hidden[-1][ended]
        raw = np.maximum(last @ self._linear + self._linear_bias, 0)
        return raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
