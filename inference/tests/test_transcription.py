"""The whole way from samples to a transcript, with the real model."""

from dataclasses import replace

import numpy as np
import pytest

from clipscribe_inference.audio import SAMPLE_RATE_HZ
from clipscribe_inference.speech import Region
from clipscribe_inference.transcription import Request, batches, transcribe
from clipscribe_inference.whisper import AlignedWord, Decoded, SpeechModel


@pytest.fixture(scope="module")
def model(models_directory) -> SpeechModel:
    return SpeechModel(models_directory / "whisper-base", "cpu")


def nothing(*_: object) -> None:
    pass


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), dtype=np.float32)


def test_batches_hold_all_windows_and_come_in_pairs() -> None:
    for count in range(1, 40):
        windows = list(range(count))
        parts = batches(windows, 4)
        assert [window for part in parts for window in part] == windows
        assert all(0 < len(part) <= 4 for part in parts)
        assert count == 1 or len(parts) % 2 == 0
        assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_speech_becomes_text_with_times(model, speak) -> None:
    first = speak("The train leaves the station at nine.")
    samples = np.concatenate([silence(2), first, silence(40), speak("The journey takes two hours."), silence(1)])
    transcript = transcribe(model, Request(samples), nothing)
    assert transcript.language == "en"
    text = " ".join(segment.text for segment in transcript.segments).lower()
    assert "train" in text and "journey" in text
    words = [word for segment in transcript.segments for word in segment.words]
    second_start = 2 + first.size / SAMPLE_RATE_HZ + 40
    assert words[0].start == pytest.approx(2, abs=0.5)
    assert next(word.start for word in words if "journey" in word.text) == pytest.approx(second_start, abs=1.0)


@pytest.mark.parametrize("kind", ["silence", "noise", "tone"])
def test_what_is_no_speech_gives_no_text(model, kind: str) -> None:
    seconds = 35
    samples = silence(seconds)
    if kind == "noise":
        samples = 0.05 * np.random.default_rng(1).standard_normal(samples.size).astype(np.float32)
    if kind == "tone":
        samples = 0.2 * np.sin(2 * np.pi * 440 * np.arange(samples.size) / SAMPLE_RATE_HZ).astype(np.float32)
    assert transcribe(model, Request(samples, language="en"), nothing).segments == []


def test_progress_is_in_order_and_passes_every_segment_once(model, speak) -> None:
    sentence = np.concatenate([speak("Every morning the train leaves the station at nine o'clock."), silence(0.6)])
    calls: list[tuple[float, list]] = []
    samples = np.tile(sentence, 12)
    transcript = transcribe(model, Request(samples, language="en"), lambda *call: calls.append(call))
    assert [segment for _, segments in calls for segment in segments] == transcript.segments
    seconds = [done for done, _ in calls]
    assert seconds == sorted(seconds)
    assert len(calls) > 1
    for done, segments in calls:
        assert all(segment.end <= done + 1e-6 for segment in segments)


def test_the_same_audio_gives_the_same_text(model, speak) -> None:
    request = Request(speak("The train leaves the station at nine."), language="en")
    assert transcribe(model, request, nothing).segments == transcribe(model, request, nothing).segments


def test_going_on_gives_what_the_whole_gives(model, speak) -> None:
    sentence = np.concatenate([speak("Every morning the train leaves the station at nine o'clock."), silence(0.6)])
    other = np.concatenate([speak("The journey takes two hours."), silence(0.9)])
    samples = np.concatenate([np.tile(sentence, 7), np.tile(other, 3), np.tile(sentence, 9), other])
    request = Request(samples, language="en")
    calls: list[tuple[float, list]] = []
    whole = transcribe(model, request, lambda *call: calls.append(call))
    assert len(calls) > 2
    for count, (done, _) in enumerate(calls, start=1):
        known = [segment for _, segments in calls[:count] for segment in segments]
        rest = transcribe(model, replace(request, resume_after=round(done, 3)), nothing)
        assert known + rest.segments == whole.segments


class StopsAtPause:
    """Takes every pause of half a second for the end, as Whisper takes some; says one word for half a second."""

    lanes = 1
    batch_size = 4

    def decode(self, windows: list[np.ndarray], *_: object) -> list[Decoded]:
        return [self._hear(samples) for samples in windows]

    def _hear(self, samples: np.ndarray) -> Decoded:
        steps = samples[: samples.size // 8_000 * 8_000].reshape(-1, 8_000).any(axis=1)
        begun = int(np.argmax(steps))
        count = int(np.argmin(np.append(steps[begun:], False)))
        words = tuple(
            AlignedWord(f" w{index}", index / 2, index / 2 + 0.5, 0.9, (index,))
            for index in range(begun, begun + count)
        )
        return Decoded("".join(word.text for word in words), words, -0.2, 0.1, 1.0, 0.0, "en")


def test_speech_behind_a_pause_that_was_taken_for_the_end_is_searched_in_ever_smaller_pieces() -> None:
    sound = np.full(4 * SAMPLE_RATE_HZ, 0.1, np.float32)
    samples = np.concatenate([part for _ in range(4) for part in (sound, silence(1.5))])
    regions = [Region(index * 5.5, index * 5.5 + 4) for index in range(4)]
    transcript = transcribe(StopsAtPause(), Request(samples, regions, "en"), nothing)
    assert transcript.suspect == []
    words = [word for segment in transcript.segments for word in segment.words]
    for region in regions:
        assert any(abs(word.start - region.start) < 0.6 for word in words)


ITALIAN = (
    "Domani mattina andiamo al mare con tutta la famiglia.",
    "Mia sorella prepara il pranzo, e mio padre compra il pane e la frutta al mercato.",
)


def test_speech_in_another_language_is_written_in_english(model, speak) -> None:
    spoken = [part for text in ITALIAN for part in (speak(text, "it", 130), silence(1))]
    samples = np.concatenate([silence(1), *spoken])
    translated = transcribe(model, Request(samples, language="it", task="translate"), nothing)
    text = " ".join(segment.text for segment in translated.segments).lower()
    assert "family" in text and "father" in text and "market" in text
    assert {segment.language for segment in translated.segments} == {"en"}
    words = [word for segment in translated.segments for word in segment.words]
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert words[-1].end <= samples.size / SAMPLE_RATE_HZ


def test_a_translation_is_divided_into_english_words_whatever_is_spoken(model, speak) -> None:
    samples = np.concatenate([silence(1), speak("Nǐ hǎo. Jīntiān tiānqì hěn hǎo.", "cmn-latn-pinyin", 120), silence(1)])
    translated = transcribe(model, Request(samples, language="zh", task="translate"), nothing)
    words = [word.text for segment in translated.segments for word in segment.words]
    assert words
    # Chinese is divided into single tokens, "Hal" and "f" among them.
    assert all(text.startswith(" ") or not text[0].isalpha() for text in words)
