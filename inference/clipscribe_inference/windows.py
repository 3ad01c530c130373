"""Packing speech into windows for Whisper.

Whisper reads windows of at most 30 s, and what it costs grows with their number and length. So speech is
packed close to that length, cut at the longest pauses in reach (a cut inside a phrase costs words on both
sides), and long pauses are shortened. A window knows how its own clock maps to the clock of the audio.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from .audio import SAMPLE_RATE_HZ
from .speech import Region, quietest_point

MAXIMUM_WINDOW_SECONDS = 28.0
# Sound kept on both sides of speech, because the detector clips soft consonants: 0.2 s cost half a point of
# word errors on the talks that this was measured on.
PADDING_SECONDS = 0.4
# Pauses inside a window are shortened to this: enough for a full stop, not enough to invent words in.
LONGEST_PAUSE_SECONDS = 1.0
# A cut costs this part of one more window where there is no pause, falling with the pause's length.
CUT_COST = 0.6
CUT_COST_SCALE_SECONDS = 0.4


@dataclass(frozen=True)
class Span:
    """A stretch of audio that is in a window: `start` to `end` in the audio, from `offset` in the window."""

    start: float
    end: float
    offset: float


@dataclass(frozen=True)
class Window:
    """What is decoded at once: spans of audio one after another, in order."""

    spans: tuple[Span, ...]
    speech: tuple[Region, ...]

    @property
    def start(self) -> float:
        return self.spans[0].start

    @property
    def end(self) -> float:
        return self.spans[-1].end

    @property
    def seconds(self) -> float:
        """Length of the window's own audio."""
        last = self.spans[-1]
        return last.offset + last.end - last.start

    def samples(self, audio: np.ndarray) -> np.ndarray:
        """The window's audio, cut out of the whole."""
        pieces = (audio[round(span.start * SAMPLE_RATE_HZ) : round(span.end * SAMPLE_RATE_HZ)] for span in self.spans)
        return np.concatenate(list(pieces))

    def audio_time(self, window_time: float) -> float:
        """A time on the window's clock as a time in the audio."""
        index = max(0, bisect_right([span.offset for span in self.spans], window_time) - 1)
        span = self.spans[index]
        return min(span.end, max(span.start, span.start + window_time - span.offset))


def pack(audio: np.ndarray, regions: list[Region], maximum_seconds: float = MAXIMUM_WINDOW_SECONDS) -> list[Window]:
    """Windows over all speech, in order, each at most `maximum_seconds` long; nothing lost, nothing twice.

    The cheapest packing by dynamic programming: every window costs 1, every cut costs more the shorter its
    pause is.
    """
    total = audio.size / SAMPLE_RATE_HZ
    pieces = _split_long(audio, [r for r in regions if r.end > r.start and r.start < total], maximum_seconds)
    padded = _pad(pieces, total)
    cheapest = [0.0] + [math.inf] * len(padded)
    first_of = [0] * (len(padded) + 1)
    for end in range(1, len(padded) + 1):
        seconds = 0.0
        for start in range(end - 1, -1, -1):
            seconds += padded[start].end - padded[start].start
            if start < end - 1:
                seconds += min(LONGEST_PAUSE_SECONDS, padded[start + 1].start - padded[start].end)
                if seconds > maximum_seconds:
                    break
            cost = cheapest[start] + 1 + (_cut_cost(pieces[start].start - pieces[start - 1].end) if start else 0)
            if cost < cheapest[end]:
                cheapest[end], first_of[end] = cost, start
    windows: list[Window] = []
    end = len(padded)
    while end > 0:
        start = first_of[end]
        windows.append(_window(padded[start:end], pieces[start:end]))
        end = start
    return windows[::-1]


def _cut_cost(pause_seconds: float) -> float:
    return CUT_COST * math.exp(-pause_seconds / CUT_COST_SCALE_SECONDS)


def _split_long(audio: np.ndarray, regions: list[Region], maximum_seconds: float) -> list[Region]:
    """Cuts regions that do not fit into a window where the sound is weakest."""
    limit = maximum_seconds - 2 * PADDING_SECONDS
    pieces: list[Region] = []
    for region in regions:
        start = region.start
        while region.end - start > limit:
            cut = quietest_point(audio, start + limit * 0.6, start + limit)
            pieces.append(Region(start, cut))
            start = cut
        pieces.append(Region(start, region.end))
    return pieces


def _pad(regions: list[Region], total: float) -> list[Region]:
    """Widens regions by the padding, at most to the middle of the pause between two."""
    padded: list[Region] = []
    for index, region in enumerate(regions):
        before = region.start if index == 0 else (region.start - regions[index - 1].end) / 2
        after = total - region.end if index == len(regions) - 1 else (regions[index + 1].start - region.end) / 2
        start = region.start - min(PADDING_SECONDS, max(0.0, before))
        padded.append(Region(start, min(total, region.end + min(PADDING_SECONDS, max(0.0, after)))))
    return padded


def _window(padded: list[Region], speech: list[Region]) -> Window:
    """Lays padded regions one after another, with pauses kept up to LONGEST_PAUSE_SECONDS."""
    stretches: list[tuple[float, float]] = [(padded[0].start, padded[0].end)]
    for region in padded[1:]:
        start, end = stretches[-1]
        pause = region.start - end
        if pause <= LONGEST_PAUSE_SECONDS:
            stretches[-1] = (start, region.end)
        else:
            stretches[-1] = (start, end + LONGEST_PAUSE_SECONDS / 2)
            stretches.append((region.start - LONGEST_PAUSE_SECONDS / 2, region.end))
    spans: list[Span] = []
    offset = 0.0
    for start, end in stretches:
        spans.append(Span(start, end, offset))
        offset += end - start
    return Window(tuple(spans), tuple(speech))
