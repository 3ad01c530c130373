"""What the tests share: made-up windows and words, spoken audio, the installed models."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clipscribe_inference.audio import SAMPLE_RATE_HZ
from clipscribe_inference.models import ensure_model
from clipscribe_inference.speech import Region
from clipscribe_inference.whisper import AlignedWord, Decoded
from clipscribe_inference.windows import Span, Window

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def decoded() -> Callable[..., Decoded]:
    """Makes a decoding of words given as (text, start, end)."""

    def make(*words: tuple[str, float, float], language: str = "en", **values: float) -> Decoded:
        aligned = tuple(
            AlignedWord(text, start, end, values.get("probability", 0.9), (1,)) for text, start, end in words
        )
        return Decoded(
            text="".join(word.text for word in aligned),
            words=aligned,
            average_log_probability=values.get("log_probability", -0.2),
            no_speech_probability=values.get("no_speech", 0.05),
            compression_ratio=values.get("compression", 1.2),
            temperature=0.0,
            language=language,
        )

    return make


@pytest.fixture
def window() -> Callable[..., Window]:
    """Makes a window over the given speech, without padding, pauses kept."""

    def make(*speech: tuple[float, float]) -> Window:
        regions = tuple(Region(start, end) for start, end in speech)
        return Window((Span(regions[0].start, regions[-1].end, 0.0),), regions)

    return make


@pytest.fixture(scope="session")
def models_directory() -> Path:
    """The folder with Whisper base, which set-up has put there; fetched where it has not."""
    directory = Path(os.environ.get("CLIPSCRIBE_HOME") or _user_data_folder()) / "models"
    ensure_model(directory, "base")
    return directory


def _user_data_folder() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "clipscribe"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "clipscribe"


@pytest.fixture(scope="session")
def speak() -> Callable[..., np.ndarray]:
    """Speaks text by espeak-ng, in American English where no other voice is named: samples at 16 kHz."""

    def samples(text: str, voice: str = "en-us", words_per_minute: int = 150, pitch: int = 45) -> np.ndarray:
        program = (
            f"import {{ speak }} from {json.dumps(str(CHECKOUT / 'scripts' / 'demo' / 'speech.ts'))};"
            f"const voice = {{ name: {json.dumps(voice)}, wordsPerMinute: {words_per_minute}, pitch: {pitch} }};"
            f"process.stdout.write((await speak({json.dumps(text)}, voice)).toString('base64'));"
        )
        node = CHECKOUT / "node_modules" / ".bin" / "node"
        spoken = subprocess.run(
            [str(node), "--input-type=module-typescript", "--eval", program],
            check=True,
            capture_output=True,
            cwd=CHECKOUT,
        ).stdout
        source = np.frombuffer(base64.b64decode(spoken), dtype="<i2").astype(np.float32) / 32_768
        positions = np.arange(0, source.size, 22_050 / SAMPLE_RATE_HZ)
        return np.interp(positions, np.arange(source.size), source).astype(np.float32)

    return samples
