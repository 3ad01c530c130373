import io
import wave

import numpy as np
import pytest

from clipscribe_inference.audio import SAMPLE_RATE_HZ, decode_audio, samples_from_pcm
from clipscribe_inference.problems import Problem


def wave_file(samples: np.ndarray, rate: int = SAMPLE_RATE_HZ, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes((samples * 32_767).astype("<i2").tobytes())
    return file.getvalue()


def tone(seconds: float, rate: int) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate).astype(np.float32)


def test_a_wave_file_keeps_its_length_and_loudness() -> None:
    samples = decode_audio(wave_file(tone(2, 44_100), 44_100))
    assert samples.size == pytest.approx(2 * SAMPLE_RATE_HZ, abs=200)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_stereo_becomes_mono() -> None:
    left = tone(1, SAMPLE_RATE_HZ)
    samples = decode_audio(wave_file(np.stack([left, left], axis=1).reshape(-1), channels=2))
    assert samples.size == pytest.approx(SAMPLE_RATE_HZ, abs=50)


@pytest.mark.parametrize(
    "data",
    [
        b"<html>no audio</html>" * 100,
        wave_file(np.zeros(0)),
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
    ],
)
def test_what_is_no_audio_is_refused_and_names_no_file(data: bytes) -> None:
    with pytest.raises(Problem) as caught:
        decode_audio(data)
    assert caught.value.code == "CorruptMedia"


def test_an_empty_file_says_so() -> None:
    with pytest.raises(Problem) as caught:
        decode_audio(b"")
    assert caught.value.code == "EmptyFile"


def test_a_file_that_breaks_off_gives_what_is_there() -> None:
    whole = wave_file(tone(2, SAMPLE_RATE_HZ))
    assert decode_audio(whole[: len(whole) // 2]).size == pytest.approx(SAMPLE_RATE_HZ, abs=600)


def test_raw_samples_are_taken_as_they_are() -> None:
    assert samples_from_pcm(np.array([0, 16_384, -32_768], dtype="<i2").tobytes()).tolist() == [0, 0.5, -1]
    with pytest.raises(Problem):
        samples_from_pcm(b"abc")
