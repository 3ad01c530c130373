import itertools
import random

import numpy as np
import pytest

from clipscribe_inference.audio import SAMPLE_RATE_HZ
from clipscribe_inference.speech import Region
from clipscribe_inference.windows import LONGEST_PAUSE_SECONDS, MAXIMUM_WINDOW_SECONDS, PADDING_SECONDS, pack


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32)


def random_regions(seed: int) -> tuple[list[Region], float]:
    source = random.Random(seed)
    clock, regions = source.uniform(0, 3), []
    for _ in range(source.randint(1, 60)):
        end = clock + source.choice([0.1, 0.5, 2.0, 6.0, 15.0, 70.0]) * source.uniform(0.5, 1.5)
        regions.append(Region(clock, end))
        clock = end + source.choice([0.16, 0.3, 0.8, 4.0, 40.0]) * source.uniform(1.0, 1.5)
    return regions, clock + source.uniform(0.001, 2)


@pytest.mark.parametrize("seed", range(40))
def test_windows_hold_all_speech_once_in_order_and_fit_the_model(seed: int) -> None:
    regions, total = random_regions(seed)
    audio = silence(total)
    total = audio.size / SAMPLE_RATE_HZ
    windows = pack(audio, regions)
    speech = [region for window in windows for region in window.speech]
    assert sum(region.end - region.start for region in speech) == pytest.approx(
        sum(region.end - region.start for region in regions)
    )
    for before, after in itertools.pairwise(speech):
        assert before.end <= after.start
    for before, after in itertools.pairwise(windows):
        assert before.end <= after.start + 1e-9
    for window in windows:
        assert window.seconds <= MAXIMUM_WINDOW_SECONDS + 1e-6
        assert 0 <= window.start < window.end <= total + 1e-9
        for region in window.speech:
            assert any(span.start <= region.start and region.end <= span.end for span in window.spans)


def test_no_speech_gives_no_windows() -> None:
    assert pack(silence(5), []) == []


def test_the_cut_lies_in_the_longest_pause_when_it_costs_no_window() -> None:
    regions = [Region(0, 10), Region(10.3, 20), Region(21.5, 30), Region(30.3, 40)]
    windows = pack(silence(40), regions)
    assert [(window.speech[0].start, window.speech[-1].end) for window in windows] == [(0, 20), (21.5, 40)]


def test_long_pauses_are_shortened_and_times_map_back() -> None:
    windows = pack(silence(60), [Region(1, 5), Region(40, 45)])
    assert len(windows) == 1
    window = windows[0]
    assert window.seconds == pytest.approx(4 * PADDING_SECONDS + 4 + 5 + LONGEST_PAUSE_SECONDS)
    assert window.audio_time(PADDING_SECONDS) == pytest.approx(1)
    assert window.audio_time(3 * PADDING_SECONDS + 4 + LONGEST_PAUSE_SECONDS) == pytest.approx(40)
    assert window.audio_time(999) == pytest.approx(window.end)
    assert window.samples(silence(60)).size == pytest.approx(window.seconds * SAMPLE_RATE_HZ, abs=3)


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    audio = np.ones(50 * SAMPLE_RATE_HZ, dtype=np.float32)
    audio[round(24.0 * SAMPLE_RATE_HZ) : round(24.1 * SAMPLE_RATE_HZ)] = 0.01
    windows = pack(audio, [Region(0, 50)])
    assert windows[0].end == pytest.approx(24.05, abs=0.06)
    assert windows[1].start == windows[0].end


def test_packing_the_rest_gives_the_same_windows() -> None:
    """So that a transcription that stopped after a window goes on as if it had not."""
    regions, total = random_regions(7)
    windows = pack(silence(total), regions)
    rest = [region for region in regions if region.start > windows[2].end]
    assert [window.speech for window in pack(silence(total), rest)] == [window.speech for window in windows[3:]]
