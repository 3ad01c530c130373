"""Voices: what a speaker encoder hears in short windows of speech."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .speech import Region

WINDOW_SECONDS = 1.6
HOP_SECONDS = 0.4
SHORTEST_WINDOW_SECONDS = 0.3


class SpeakerEncoder(Protocol):
    """Makes vectors of voices. Safe to call from several threads."""

    @property
    def model(self) -> str:
        """Name and version: embeddings of different encoders cannot be compared."""

    @property
    def same_voice_similarity(self) -> float:
        """Two windows of one voice are on average more alike than this, of two voices less (cosine)."""

    def embed(
        self,
        samples: np.ndarray,
        regions: list[Region],
        windows: list[tuple[float, float]],
        is_wanted: Callable[[], bool],
    ) -> np.ndarray:
        """Embeddings of unit length (windows, dimensions) of windows (start, end) that lie in the regions of speech.

        Ends early, with zeros for the rest, once it is not wanted any more. There is one window at least.
        """


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


def listen(
    encoder: SpeakerEncoder,
    samples: np.ndarray,
    regions: list[Region],
    is_wanted: Callable[[], bool] = lambda: True,
) -> list[VoiceWindow]:
    """The windows of the regions in order. Ends early, with what it has, once it is not wanted any more.

    Raises Problem `ModelUnknown` where the encoder is not on disk.
    """
    windows = [window for region in regions for window in _windows(region)]
    if not windows:
        return []
    embeddings = encoder.embed(samples, regions, windows, is_wanted)
    return [VoiceWindow(start, end, embedding) for (start, end), embedding in zip(windows, embeddings, strict=True)]


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
