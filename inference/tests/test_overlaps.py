import itertools

import numpy as np
import pytest

from clipscribe_inference.overlaps import OverlapModel
from clipscribe_inference.problems import Problem
from clipscribe_inference.speaker_model import ensure_speaker_models
from clipscribe_inference.speech import Region, find_speech

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def overlap_model(models_directory) -> OverlapModel:
    ensure_speaker_models(models_directory)
    return OverlapModel(models_directory)


@pytest.fixture(scope="module")
def voices(speak) -> tuple[np.ndarray, np.ndarray]:
    """Two people, about as loud, who speak for more than six seconds each."""
    one = speak(
        "The committee will come to order, and the witness may begin with what the budget was made of in those years.",
        pitch=30,
    )
    other = speak(
        "Thank you. I have been asked to describe how much the plant has cost us, and where all the money went.",
        voice="en-gb+f3",
        pitch=70,
    )
    return one[: 6 * RATE_HZ], other[: 6 * RATE_HZ]


def _mixed(one: np.ndarray, other: np.ndarray, shared_seconds: float) -> np.ndarray:
    """The second begins so long before the first ends."""
    begins = one.size - round(shared_seconds * RATE_HZ)
    mixed = np.zeros(begins + other.size, np.float32)
    mixed[: one.size] += one
    mixed[begins:] += other
    return mixed


def test_two_who_speak_at_once_are_found_with_the_times_when_each_is_alone(overlap_model, voices) -> None:
    samples = _mixed(*voices, shared_seconds=2.5)
    [overlap] = overlap_model.find(samples, find_speech(samples))
    assert overlap.start == pytest.approx(3.5, abs=0.6)
    assert overlap.end == pytest.approx(6.0, abs=0.6)
    before, after = sorted(overlap.alone, key=lambda stretches: stretches[0].start)
    assert all(stretch.end < 4.2 for stretch in before)
    assert all(stretch.start > 5.3 for stretch in after)


def test_people_who_wait_for_each_other_do_not_overlap(overlap_model, voices) -> None:
    samples = np.concatenate([*voices, *voices])
    assert overlap_model.find(samples, find_speech(samples)) == []


def test_long_audio_is_heard_in_windows_that_agree_about_time(overlap_model, voices) -> None:
    one, other = voices
    samples = np.concatenate([one, other, one, _mixed(other, one, 2.5), other])
    overlaps = overlap_model.find(samples, find_speech(samples))
    # One that reaches over the border of two windows comes in two parts.
    assert overlaps[0].start == pytest.approx(21.5, abs=0.6)
    assert overlaps[-1].end == pytest.approx(24.0, abs=0.6)
    assert all(later.start - earlier.end < 0.3 for earlier, later in itertools.pairwise(overlaps))


def test_nobody_waiting_ends_the_work(overlap_model, voices) -> None:
    samples = _mixed(*voices, shared_seconds=2.5)
    assert overlap_model.find(samples, find_speech(samples), lambda: False) == []


def test_silence_needs_no_model_and_speech_without_one_says_what_to_do(tmp_path) -> None:
    model = OverlapModel(tmp_path)
    assert model.find(np.zeros(0, np.float32), []) == []
    with pytest.raises(Problem, match="set-up") as raised:
        model.find(np.zeros(32_000, np.float32), [Region(0.0, 2.0)])
    assert raised.value.code == "ModelUnknown"
