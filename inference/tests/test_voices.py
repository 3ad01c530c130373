import base64
import itertools

import numpy as np
import pytest

from clipscribe_inference.installed_encoder import InstalledEncoder
from clipscribe_inference.problems import Problem
from clipscribe_inference.speaker_model import ensure_speaker_models
from clipscribe_inference.speech import Region
from clipscribe_inference.voices import WINDOW_SECONDS, _windows, listen


@pytest.fixture(scope="module")
def encoder(models_directory) -> InstalledEncoder:
    ensure_speaker_models(models_directory)
    return InstalledEncoder(models_directory)


def test_windows_cover_a_region_and_stay_inside() -> None:
    for seconds in [0.31, 1.0, 1.6, 1.7, 2.0, 9.99]:
        windows = _windows(Region(5.0, 5.0 + seconds))
        assert windows[0][0] == pytest.approx(5.0)
        assert windows[-1][1] == pytest.approx(5.0 + seconds)
        assert all(end - start <= WINDOW_SECONDS + 1e-6 for start, end in windows)
        assert all(later[0] <= earlier[1] for earlier, later in itertools.pairwise(windows))
    assert _windows(Region(1.0, 1.2)) == []


def test_two_readings_of_one_voice_are_alike_and_another_voice_is_not(encoder, speak) -> None:
    one = speak("The committee will come to order, and the witness may begin.")
    same = speak("Thank you. I have been asked to describe how the budget was made.")
    # The same reading a fifth higher: other formants and another pitch, as another person has.
    other = np.interp(np.arange(0, same.size, 1.5), np.arange(same.size), same).astype(np.float32)
    mean = [_mean(encoder, samples) for samples in (one, same, other)]
    assert mean[0] @ mean[1] > encoder.same_voice_similarity
    assert mean[0] @ mean[2] < mean[0] @ mean[1] - 0.1


def _mean(encoder: InstalledEncoder, samples: np.ndarray) -> np.ndarray:
    windows = listen(encoder, samples, [Region(0.1, samples.size / 16_000 - 0.1)])
    for window in windows:
        assert np.linalg.norm(window.embedding) == pytest.approx(1, abs=1e-4)
    mean = np.mean([window.embedding for window in windows], axis=0)
    return mean / np.linalg.norm(mean)


def test_loudness_does_not_change_a_voice(encoder, speak) -> None:
    samples = speak("The committee will come to order.")
    region = [Region(0.1, 1.7)]
    [loud], [quiet] = listen(encoder, samples, region), listen(encoder, samples * 0.01, region)
    assert loud.embedding @ quiet.embedding > 0.99


def test_a_window_travels_as_bytes_almost_unchanged(encoder, speak) -> None:
    [window] = listen(encoder, speak("The committee will come to order."), [Region(0.1, 1.7)])
    bytes_sent = np.frombuffer(base64.b64decode(window.document()["embedding"]), np.int8).astype(np.float32)
    assert bytes_sent @ window.embedding / np.linalg.norm(bytes_sent) > 0.999


def test_nobody_waiting_ends_the_work(encoder) -> None:
    answers = iter([True, False])
    noise = np.random.default_rng(1).normal(0, 0.1, 16_000 * 120).astype(np.float32)
    windows = listen(encoder, noise, [Region(0.0, 120.0)], lambda: next(answers))
    assert any(not window.embedding.any() for window in windows)


def test_without_an_encoder_it_says_what_to_do(tmp_path) -> None:
    with pytest.raises(Problem, match="set-up") as raised:
        listen(InstalledEncoder(tmp_path), np.zeros(32_000, np.float32), [Region(0.0, 2.0)])
    assert raised.value.code == "ModelUnknown"
