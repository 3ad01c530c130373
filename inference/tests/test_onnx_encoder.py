import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from onnx_bytes import encoder_bytes

from clipscribe_inference.onnx_encoder import BATCH, OnnxEncoder, main
from clipscribe_inference.problems import Problem
from clipscribe_inference.speech import Region
from clipscribe_inference.voices import listen

SIXTEEN_SECONDS = np.random.default_rng(1).normal(0, 0.1, 16_000 * 16).astype(np.float32)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "encoder.onnx"
    path.write_bytes(encoder_bytes())
    return path


def test_a_voice_is_heard_in_other_words_and_at_any_loudness(file, speak) -> None:
    encoder = OnnxEncoder(file, 0.5)
    samples = speak("The committee will come to order, and the witness may begin.")
    # The same reading a fifth higher: other formants and another pitch, as another person has.
    other = np.interp(np.arange(0, samples.size, 1.5), np.arange(samples.size), samples).astype(np.float32)
    half = samples.size // 2
    one, rest, higher = (_mean(encoder, part) for part in (samples[:half], samples[half:], other))
    assert one @ rest > one @ higher
    assert _mean(encoder, samples * 0.01) @ _mean(encoder, samples) > 0.999


def _mean(encoder: OnnxEncoder, samples: np.ndarray) -> np.ndarray:
    windows = listen(encoder, samples, [Region(0.0, samples.size / 16_000)])
    for window in windows:
        assert np.linalg.norm(window.embedding) == pytest.approx(1, abs=1e-4)
    mean = np.mean([window.embedding for window in windows], axis=0)
    return mean / np.linalg.norm(mean)


def test_every_window_is_heard_by_itself_whatever_goes_through_the_model_beside_it(file) -> None:
    encoder = OnnxEncoder(file, 0.5)
    # Of all lengths, up to the last sample, and more of one length than go side by side.
    regions = [Region(0.0, 0.35), Region(0.4, 0.9), Region(0.9, 1.4), Region(1.41, 16.0)]
    together = listen(encoder, SIXTEEN_SECONDS, regions)
    assert len(together) > 35
    for window in together:
        first, seconds = round(window.start * 100) * 160, round(window.end - window.start, 6)
        cut = SIXTEEN_SECONDS[first : first + round(seconds * 16_000)]
        [alone] = listen(encoder, cut, [Region(0.0, seconds)])
        assert alone.embedding @ window.embedding > 0.999


def test_features_are_kaldi_s(file) -> None:
    tone = 0.1 * np.sin(2 * np.pi * 1_600 * np.arange(16_000) / 16_000)
    # Interrupted, since what does not vary goes with the mean.
    tone *= np.arange(16_000) // 1_600 % 2
    noise = np.random.default_rng(2).normal(0, 0.01, 16_000)
    [window] = listen(OnnxEncoder(file, 0.5), (tone + noise).astype(np.float32), [Region(0.0, 1.0)])
    # The middles of 80 bands between 20 Hz and 8 kHz on Kaldi's mel scale: the loudest is the one about the tone.
    mels = np.linspace(1_127 * np.log1p(20 / 700), 1_127 * np.log1p(8_000 / 700), 82)[1:-1]
    nearest = int(np.argmin(np.abs(mels - 1_127 * np.log1p(1_600 / 700))))
    assert abs(int(np.argmax(window.embedding)) - nearest) <= 1


def test_nobody_waiting_ends_the_work(file) -> None:
    answers = iter([True, False])
    windows = listen(OnnxEncoder(file, 0.5), SIXTEEN_SECONDS, [Region(0.0, 16.0)], lambda: next(answers))
    assert [window.embedding.any() for window in windows].count(True) == BATCH


def test_its_name_changes_with_the_file(file) -> None:
    before = OnnxEncoder(file, 0.5).model
    assert before == f"onnx-{hashlib.sha256(encoder_bytes()).hexdigest()[:12]}"
    file.write_bytes(encoder_bytes(metadata={"sample_rate": "16000"}))
    assert OnnxEncoder(file, 0.5).model != before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not a model", "is no ONNX model"),
        (encoder_bytes(shape=("N", 80, "T")), r"has the input x: tensor\(float\) \['N', 80, 'T'\]"),
        (encoder_bytes(shape=(1, "T", 80)), "does not take two windows of 28 frames"),
        (encoder_bytes(shape=("N", 200, 80)), "does not take two windows of 28 frames"),
        (encoder_bytes(keeps_frames=True), "more numbers for longer windows"),
        (encoder_bytes(metadata={"sample_rate": "8000"}), "wants 8000 samples a second"),
    ],
)
def test_a_file_that_does_not_do_is_refused_with_the_reason(file, content, reason) -> None:
    file.write_bytes(content)
    with pytest.raises(Problem, match=reason) as raised:
        OnnxEncoder(file, 0.5)
    assert raised.value.code == "SpeakerEncoderUnusable"


def test_the_command_tells_the_name_or_the_reason(file, capsys) -> None:
    assert main([str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"model": OnnxEncoder(file, 0.5).model, "dimensions": 80}
    assert main([str(file.with_name("absent.onnx"))]) == 1
    assert "absent.onnx cannot be read: No such file" in capsys.readouterr().err
