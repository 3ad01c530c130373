"""Where two people talk at the same time: pyannote's segmentation model in numpy.

The model (Plaquet and Bredin, "Powerset multi-class cross entropy loss for neural speaker diarization", 2023) hears
ten seconds at once and tells, every 17 ms, which of up to three people speak: nobody, one of them, or two.
"""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .audio import SAMPLE_RATE_HZ
from .problems import Problem
from .speaker_model import overlaps_file
from .speech import Region

WINDOW_SECONDS = 10.0
# Each moment is heard by two windows, and told by the one in whose middle half it is.
HOP_SECONDS = 5.0
FRAME_STEP_SECONDS = 270 / SAMPLE_RATE_HZ
FIRST_FRAME_MIDDLE_SECONDS = 495 / SAMPLE_RATE_HZ
PEOPLE = 3
# The classes that the model tells apart: who speaks in each.
CLASSES = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
IS_OVERLAP = np.array([len(people) > 1 for people in CLASSES])
# More likely than not.
OVERLAP_PROBABILITY = 0.5
SHORTEST_OVERLAP_SECONDS = 0.2
LONGEST_GAP_SECONDS = 0.1
BATCH = 32
SINC_FILTERS = 80
SINC_SAMPLES = 251
SINC_STRIDE = 10
LOWEST_HERTZ = 50.0
NARROWEST_BAND_HERTZ = 50.0
LAYERS = 4
UNITS = 128


@dataclass(frozen=True)
class Overlap:
    """Two people speak from `start` to `end`, in seconds; `alone`: near it, when each of them speaks alone."""

    start: float
    end: float
    alone: tuple[tuple[Region, ...], tuple[Region, ...]]

    def document(self) -> dict:
        """As JSON."""
        return {
            "start": round(self.start, 3),
            "end": round(self.end, 3),
            "alone": [
                [{"start": round(each.start, 3), "end": round(each.end, 3)} for each in stretches]
                for stretches in self.alone
            ],
        }


class OverlapModel:
    """The model, loaded when first needed. Safe to call from several threads."""

    def __init__(self, models_directory: Path):
        self._file = overlaps_file(models_directory)
        self._loading = threading.Lock()
        self._network: _Network | None = None

    def find(
        self, samples: np.ndarray, regions: list[Region], is_wanted: Callable[[], bool] = lambda: True
    ) -> list[Overlap]:
        """Overlaps in the regions, in order. Ends early, with what it has, once it is not wanted any more.

        Raises Problem `ModelUnknown` where the model is not on disk.
        """
        total = samples.size / SAMPLE_RATE_HZ
        starts = _window_starts(total)
        own = _own_stretches(starts, total)
        spoken = [
            index
            for index, stretch in enumerate(own)
            if any(region.start < stretch.end and stretch.start < region.end for region in regions)
        ]
        if not spoken:
            return []
        network = self._get()
        found: list[Overlap] = []
        for first in range(0, len(spoken), BATCH):
            if not is_wanted():
                break
            batch = spoken[first : first + BATCH]
            windows = np.stack([_window(samples, starts[index]) for index in batch])
            for index, likelihoods in zip(batch, network.classes(windows), strict=True):
                found += _overlaps(likelihoods, starts[index], own[index])
        return [overlap for overlap in found if any(r.start < overlap.end and overlap.start < r.end for r in regions)]

    def _get(self) -> "_Network":
        with self._loading:
            if self._network is None:
                if not self._file.is_file():
                    raise Problem(404, "ModelUnknown", "The model of overlaps is not installed here; run set-up.")
                with np.load(self._file) as weights:
                    self._network = _Network(dict(weights))
            return self._network


def _window_starts(total: float) -> list[float]:
    """Windows over the whole audio; the last one ends where the audio does."""
    last = max(0.0, total - WINDOW_SECONDS)
    return [HOP_SECONDS * index for index in range(int(np.ceil(last / HOP_SECONDS)))] + [last]


def _own_stretches(starts: list[float], total: float) -> list[Region]:
    """What each window tells: it ends in the middle between it and the next."""
    borders = [(one + other + WINDOW_SECONDS) / 2 for one, other in itertools.pairwise(starts)]
    return [Region(start, end) for start, end in zip([0.0, *borders], [*borders, total], strict=True)]


def _window(samples: np.ndarray, start: float) -> np.ndarray:
    first, length = round(start * SAMPLE_RATE_HZ), round(WINDOW_SECONDS * SAMPLE_RATE_HZ)
    heard = samples[first : first + length]
    return np.pad(heard, (0, length - heard.size)).astype(np.float32)


def _overlaps(likelihoods: np.ndarray, start: float, own: Region) -> list[Overlap]:
    middles = start + FIRST_FRAME_MIDDLE_SECONDS + FRAME_STEP_SECONDS * np.arange(len(likelihoods))
    probable = likelihoods[:, IS_OVERLAP]
    is_overlap = (probable.sum(axis=1) > OVERLAP_PROBABILITY) & (own.start <= middles) & (middles < own.end)
    loudest = likelihoods.argmax(axis=1)
    alone = [_stretches(middles, loudest == CLASSES.index((person,))) for person in range(PEOPLE)]
    pairs = [people for people in CLASSES if len(people) > 1]
    overlaps = []
    for stretch in _joined(_stretches(middles, is_overlap)):
        if stretch.end - stretch.start < SHORTEST_OVERLAP_SECONDS:
            continue
        within = (stretch.start <= middles) & (middles < stretch.end)
        one, other = pairs[int(probable[within].sum(axis=0).argmax())]
        overlaps.append(Overlap(stretch.start, stretch.end, (tuple(alone[one]), tuple(alone[other]))))
    return overlaps


def _stretches(middles: np.ndarray, is_true: np.ndarray) -> list[Region]:
    changes = np.flatnonzero(np.diff(np.concatenate([[False], is_true, [False]]).astype(np.int8)))
    half = FRAME_STEP_SECONDS / 2
    return [
        Region(max(0.0, float(middles[first] - half)), float(middles[behind - 1] + half))
        for first, behind in zip(changes[::2], changes[1::2], strict=True)
    ]


def _joined(stretches: list[Region]) -> list[Region]:
    joined: list[Region] = []
    for stretch in stretches:
        if joined and stretch.start - joined[-1].end < LONGEST_GAP_SECONDS:
            joined[-1] = Region(joined[-1].start, stretch.end)
        else:
            joined.append(stretch)
    return joined


class _Network:
    """Sinc filters, two convolutions, four LSTM layers in both directions, three linear layers."""

    def __init__(self, weights: dict[str, np.ndarray]):
        self._weights = weights
        self._filters = np.ascontiguousarray(_sinc_filters(weights).T)

    def classes(self, windows: np.ndarray) -> np.ndarray:
        """Likelihoods (windows, frames, classes) of windows of samples."""
        weights = self._weights
        frames = np.stack([self._frames(window) for window in windows], axis=1)
        for layer in range(LAYERS):
            frames = np.concatenate([self._lstm(frames, layer, ""), self._lstm(frames, layer, "_reverse")], axis=2)
        for layer in ("linear.0", "linear.1"):
            frames = _leaky(frames @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"])
        scores = frames @ weights["classifier.weight"].T + weights["classifier.bias"]
        likelihoods = np.exp(scores - scores.max(axis=2, keepdims=True))
        return (likelihoods / likelihoods.sum(axis=2, keepdims=True)).transpose(1, 0, 2)

    def _frames(self, window: np.ndarray) -> np.ndarray:
        """What the LSTM reads of one window: (frames, channels)."""
        weights = self._weights
        samples = self._normalised(window[:, None], "sincnet.wav_norm1d")[:, 0]
        blocks = np.lib.stride_tricks.sliding_window_view(samples, SINC_SAMPLES)[::SINC_STRIDE]
        frames = self._pooled(np.abs(blocks @ self._filters), 0)
        for layer in (1, 2):
            kernel = weights[f"sincnet.conv1d.{layer}.weight"]
            near = np.lib.stride_tricks.sliding_window_view(frames, kernel.shape[2], axis=0)
            flat = near.reshape(len(near), -1) @ kernel.reshape(len(kernel), -1).T
            frames = self._pooled(flat + weights[f"sincnet.conv1d.{layer}.bias"], layer)
        return frames

    def _pooled(self, frames: np.ndarray, layer: int) -> np.ndarray:
        threes = frames[: len(frames) // 3 * 3].reshape(-1, 3, frames.shape[1])
        return _leaky(self._normalised(threes.max(axis=1), f"sincnet.norm1d.{layer}"))

    def _normalised(self, frames: np.ndarray, name: str) -> np.ndarray:
        scaled = (frames - frames.mean(axis=0)) / np.sqrt(frames.var(axis=0) + 1e-5)
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]

    def _lstm(self, frames: np.ndarray, layer: int, direction: str) -> np.ndarray:
        names = [f"lstm.{part}_l{layer}{direction}" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        below, before, bias_below, bias_before = (self._weights[name] for name in names)
        recurrent = np.ascontiguousarray(before.T)
        inputs = frames @ below.T + (bias_below + bias_before)
        hidden = np.zeros((frames.shape[1], UNITS), np.float32)
        cell = np.zeros_like(hidden)
        outputs = np.empty((*frames.shape[:2], UNITS), np.float32)
        steps = range(len(frames))
        for step in reversed(steps) if direction else steps:
            gates = inputs[step] + hidden @ recurrent
            # PyTorch's order: input, forget, cell, output. A sigmoid is a tanh of half the size.
            candidate = np.tanh(gates[:, 2 * UNITS : 3 * UNITS])
            opened = 0.5 + 0.5 * np.tanh(0.5 * gates)
            cell = opened[:, UNITS : 2 * UNITS] * cell + opened[:, :UNITS] * candidate
            hidden = opened[:, 3 * UNITS :] * np.tanh(cell)
            outputs[step] = hidden
        return outputs


def _leaky(values: np.ndarray) -> np.ndarray:
    return np.where(values > 0, values, 0.01 * values)


def _sinc_filters(weights: dict[str, np.ndarray]) -> np.ndarray:
    """Band-pass filters (filters, samples), even ones and odd ones (Ravanelli and Bengio's SincNet)."""
    low = LOWEST_HERTZ + np.abs(weights["sincnet.conv1d.0.filterbank.low_hz_"])
    band = NARROWEST_BAND_HERTZ + np.abs(weights["sincnet.conv1d.0.filterbank.band_hz_"])
    high = np.clip(low + band, LOWEST_HERTZ, SAMPLE_RATE_HZ / 2)
    half = SINC_SAMPLES // 2
    times = 2 * np.pi * np.arange(-half, 0) / SAMPLE_RATE_HZ
    window = np.hamming(SINC_SAMPLES)[:half]
    even = (np.sin(high * times) - np.sin(low * times)) / (times / 2) * window
    odd = (np.cos(low * times) - np.cos(high * times)) / (times / 2) * window
    width = 2 * (high - low)
    filters = np.vstack(
        [
            np.hstack([even, width, even[:, ::-1]]) / width,
            np.hstack([odd, np.zeros_like(width), -odd[:, ::-1]]) / width,
        ]
    )
    return filters.astype(np.float32)
