"""Speech that changes its language, with the real model."""

import numpy as np
import pytest

from clipscribe_inference.audio import SAMPLE_RATE_HZ
from clipscribe_inference.transcription import Request, transcribe
from clipscribe_inference.whisper import SpeechModel

ENGLISH = (
    "Every morning the train leaves the station at nine o'clock. "
    "Many people read the newspaper, and others look out of the window at the river and the old bridge."
)
ITALIAN = (
    "Domani mattina andiamo al mare con tutta la famiglia. "
    "Mia sorella prepara il pranzo, e mio padre compra il pane e la frutta al mercato."
)
# Of espeak-ng's voices in other languages, the one that Whisper base takes for its own language most surely.
ITALIAN_VOICE = ("it+f3", 130, 60)


@pytest.fixture(scope="module")
def model(models_directory) -> SpeechModel:
    return SpeechModel(models_directory / "whisper-base", "cpu")


@pytest.fixture(scope="module")
def mixed(speak) -> np.ndarray:
    """English, Italian, English, with a second of silence between."""
    pause = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    english = speak(ENGLISH)
    return np.concatenate([english, pause, speak(ITALIAN, *ITALIAN_VOICE), pause, speak(ENGLISH)])


def nothing(*_: object) -> None:
    pass


def languages(transcript) -> list[str]:
    return [segment.language for segment in transcript.segments]


@pytest.mark.parametrize("switching", ["evident", "any"])
def test_each_language_is_written_down_in_itself(model, mixed, switching) -> None:
    transcript = transcribe(model, Request(mixed, switching=switching), nothing)
    assert set(languages(transcript)) == {"en", "it"}
    italian = " ".join(segment.text for segment in transcript.segments if segment.language == "it").lower()
    english = " ".join(segment.text for segment in transcript.segments if segment.language == "en").lower()
    assert "famiglia" in italian and "mercato" in italian
    assert "train" in english and "station" in english
    assert "famiglia" not in english
    starts = [word.start for segment in transcript.segments for word in segment.words]
    assert starts == sorted(starts)


def test_a_language_that_was_chosen_is_kept_throughout(model, mixed) -> None:
    transcript = transcribe(model, Request(mixed, language="en", switching="never"), nothing)
    assert set(languages(transcript)) == {"en"}


def test_one_language_gives_the_same_text_with_and_without_switching(model, speak) -> None:
    samples = speak(ENGLISH)
    plain, evident, either = (
        transcribe(model, Request(samples, switching=switching), nothing) for switching in ("never", "evident", "any")
    )
    assert plain.segments
    assert [segment.text for segment in evident.segments] == [segment.text for segment in plain.segments]
    assert [segment.text for segment in either.segments] == [segment.text for segment in plain.segments]


def test_a_wrongly_held_language_does_not_make_nonsense(model, speak) -> None:
    transcript = transcribe(model, Request(speak(ITALIAN, *ITALIAN_VOICE), language="en", switching="evident"), nothing)
    assert set(languages(transcript)) == {"it"}
