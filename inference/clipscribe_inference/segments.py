"""Joining the words of all windows into segments that end where sentences end."""

import re
from dataclasses import dataclass

from faster_whisper.transcribe import get_compression_ratio

from .words import Word

LONGEST_SEGMENT_SECONDS = 28.0
# A pause after which nobody is still in the same sentence.
SENTENCE_PAUSE_SECONDS = 3.0
SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’)\]»」』]*$")
ABBREVIATION = re.compile(
    r"^(mr|mrs|ms|dr|prof|st|jr|sr|vs|no|gen|sen|rep|gov|capt|lt|col|etc|e\.g|i\.e|bzw|sig|[a-z])\.$", re.IGNORECASE
)


@dataclass(frozen=True)
class Segment:
    """A sentence, or part of a long one. At least one word."""

    words: tuple[Word, ...]

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return self.words[-1].end

    @property
    def language(self) -> str:
        return self.words[0].source.language

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words).strip()

    def document(self, number: int) -> dict:
        """The segment in OpenAI's verbose_json shape, with its words."""
        weight = sum(len(word.tokens) for word in self.words) or 1
        log_probability = sum(word.source.average_log_probability * len(word.tokens) for word in self.words) / weight
        return {
            "id": number,
            "seek": int(self.start * 100),
            "start": round(self.start, 3),
            "end": round(self.end, 3),
            "text": self.text,
            "language": self.language,
            "tokens": [token for word in self.words for token in word.tokens],
            "temperature": max(word.source.temperature for word in self.words),
            "avg_logprob": round(log_probability, 4),
            "compression_ratio": round(get_compression_ratio(self.text), 4),
            "no_speech_prob": round(max(word.source.no_speech_probability for word in self.words), 4),
            "words": [word_document(word) for word in self.words],
        }


def word_document(word: Word) -> dict:
    """A word in OpenAI's verbose_json shape, with its probability."""
    return {
        "word": word.text.strip(),
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "probability": round(min(1.0, max(0.0, word.probability)), 4),
    }


class SegmentJoiner:
    """Takes words in order of time and gives segments back as soon as their last word is known."""

    def __init__(self) -> None:
        self._words: list[Word] = []

    def add(self, words: list[Word]) -> list[Segment]:
        """Segments that are finished by these words."""
        finished: list[Segment] = []
        for word in words:
            if self._words and _ends_before(self._words, word):
                finished.extend(self.flush())
            self._words.append(word)
        return finished

    @property
    def holds_nothing(self) -> bool:
        """Whether all words given so far are in segments given back."""
        return not self._words

    def settle(self) -> list[Segment]:
        """The held segment, if its last word ends a sentence: called at the end of a window, where a pause is."""
        return self.flush() if self._words and _ends_sentence(self._words[-1]) else []

    def flush(self) -> list[Segment]:
        """The segments of the words still held back."""
        words, self._words = self._words, []
        return [Segment(tuple(part)) for part in _split_long(words)]


def _ends_before(words: list[Word], following: Word) -> bool:
    last = words[-1]
    if following.start - last.end > SENTENCE_PAUSE_SECONDS or following.source.language != last.source.language:
        return True
    # "Yahoo! is", "approx. ten": a small letter goes on with the sentence.
    return _ends_sentence(last) and not following.text.strip()[:1].islower()


def _ends_sentence(word: Word) -> bool:
    text = word.text.strip()
    return bool(SENTENCE_END.search(text)) and not ABBREVIATION.match(text)


def _split_long(words: list[Word]) -> list[list[Word]]:
    """Cuts a sentence that is too long where a clause ends or, failing that, at its longest pause."""
    if not words:
        return []
    if words[-1].end - words[0].start <= LONGEST_SEGMENT_SECONDS or len(words) == 1:
        return [words]
    middle = (words[0].start + words[-1].end) / 2
    half = (words[-1].end - words[0].start) / 2

    def merit(index: int) -> float:
        pause = min(1.0, words[index].start - words[index - 1].end)
        clause = 0.5 if words[index - 1].text.rstrip().endswith((",", ";", ":", "、", "，")) else 0.0
        return pause + clause - abs(words[index].start - middle) / half

    cut = max(range(1, len(words)), key=merit)
    return _split_long(words[:cut]) + _split_long(words[cut:])
