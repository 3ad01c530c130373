"""Word times from alignment, put onto the clock of the audio and held to where speech is."""

from dataclasses import dataclass

from .speech import Region
from .whisper import Decoded
from .windows import Window

SHORTEST_WORD_SECONDS = 0.02
# The detector's edges are a little tight; a word may begin and end this much outside of a region.
EDGE_SLACK_SECONDS = 0.1


@dataclass(frozen=True)
class Word:
    """A word in seconds of the audio. `text` keeps its leading space; `source` is the window it was heard in."""

    text: str
    start: float
    end: float
    probability: float
    tokens: tuple[int, ...]
    source: Decoded


def place_words(decoded: Decoded, window: Window) -> list[Word]:
    """The words of a window in seconds of the audio: in order, not overlapping, inside the window.

    Alignment gives the silence between two words to one of them; such a word is cut back to the region of
    speech in which most of it lies.
    """
    placed: list[Word] = []
    previous_end = window.start
    for index, word in enumerate(decoded.words):
        start, end = _held_to_speech(window.audio_time(word.start), window.audio_time(word.end), window.speech)
        # Room for the words that follow, where many share the last instant of a window.
        latest_end = window.end - SHORTEST_WORD_SECONDS * (len(decoded.words) - index - 1)
        start = max(previous_end, min(start, latest_end - SHORTEST_WORD_SECONDS))
        end = min(max(end, start + SHORTEST_WORD_SECONDS), max(latest_end, start))
        placed.append(Word(word.text, start, end, word.probability, word.tokens, decoded))
        previous_end = end
    return placed


def _held_to_speech(start: float, end: float, speech: tuple[Region, ...]) -> tuple[float, float]:
    def overlap(region: Region) -> float:
        return min(end, region.end + EDGE_SLACK_SECONDS) - max(start, region.start - EDGE_SLACK_SECONDS)

    home = max(speech, key=overlap)
    if overlap(home) <= 0:
        return start, end
    return max(start, home.start - EDGE_SLACK_SECONDS), min(end, home.end + EDGE_SLACK_SECONDS)


def longest_unheard(words: list[Word], speech: tuple[Region, ...], longest_word_seconds: float) -> float:
    """The longest stretch of speech, in seconds of speech, between two words (or a word and an end) without a word.

    Pauses do not count. A word covers at most `longest_word_seconds`: alignment stretches the words beside
    what was left out.
    """
    # Alignment may stretch a word to either side of what it skipped, so a long word covers only its share.
    edges: list[tuple[float, float]] = []
    for word in words:
        excess = max(0.0, word.end - word.start - longest_word_seconds) / 2
        edges.append((word.start + excess, word.end - excess))
    starts = [speech[0].start] + [end for _, end in edges]
    ends = [start for start, _ in edges] + [speech[-1].end]
    return max((_speech_between(start, end, speech) for start, end in zip(starts, ends, strict=True)), default=0.0)


def _speech_between(start: float, end: float, speech: tuple[Region, ...]) -> float:
    return sum(max(0.0, min(end, region.end) - max(start, region.start)) for region in speech)
