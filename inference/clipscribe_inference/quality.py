"""What is wrong with a decoded window: loops, skipped speech, words out of nothing.

The thresholds for compression and log probability are Whisper's own (arXiv 2212.04356, section 4.5).
"""

import re
from dataclasses import dataclass

from .whisper import Decoded
from .windows import Window
from .words import Word, longest_unheard

HIGHEST_COMPRESSION_RATIO = 2.4
LOWEST_LOG_PROBABILITY = -1.0
HIGHEST_NO_SPEECH_PROBABILITY = 0.6
LONGEST_UNHEARD_SECONDS = 2.0
LONGEST_WORD_SECONDS = 1.0
FASTEST_WORDS_PER_SECOND = 8.0
LOOP_REPETITIONS = 4
LONGEST_LOOP_WORDS = 12

# Credits of subtitle files that Whisper learned and says over silence and music. Nobody speaks them.
CREDITS = re.compile(
    r"amara\.org|subtitles? by|subtitled by|captions? by|untertitel(ung)? (der|des|von|im auftrag)"
    r"|sous-titr\w* (par|réalis)|subtítulos (realizados )?por|sottotitoli (creati|a cura|e revisione)"
    r"|legendas pela|ondertiteld? door|napisy (stworzone|wykonane)"
    r"|字幕(由|by|制作|志愿者)|请不吝点赞|ご視聴ありがとうございました|субтитры (создавал|сделал|подготов)",
    re.IGNORECASE,
)
# Things that are said, but that Whisper also says over silence: dropped only where little speaks for them.
FAREWELLS = {
    "thank you", "thanks for watching", "thank you for watching", "thank you very much", "thanks", "bye", "bye bye",
    "you", "please subscribe", "see you next time", "thank you so much for watching", "the end", "music", "applause",
    "gracias", "vielen dank", "danke", "merci", "grazie", "obrigado", "gràcies", "tack",
}  # fmt: skip


@dataclass(frozen=True)
class Flaws:
    """What is wrong with a window. None: `severity` 0."""

    loop: bool
    improbable: bool
    too_many_words: bool
    unheard_seconds: float

    @property
    def skipped_speech(self) -> bool:
        return self.unheard_seconds > LONGEST_UNHEARD_SECONDS

    @property
    def severity(self) -> float:
        """To compare two decodings of the same window: seconds of skipped speech, and the rest worth more."""
        invented = 10.0 * (self.loop or self.too_many_words) + 5.0 * self.improbable
        return invented + (self.unheard_seconds if self.skipped_speech else 0.0)


def find_flaws(decoded: Decoded, words: list[Word], window: Window) -> Flaws:
    """Judges a window by its text, its probabilities and where its words lie on its speech."""
    speech_seconds = sum(region.end - region.start for region in window.speech)
    return Flaws(
        loop=decoded.compression_ratio > HIGHEST_COMPRESSION_RATIO or has_loop([word.text for word in words]),
        improbable=bool(words) and decoded.average_log_probability < LOWEST_LOG_PROBABILITY,
        too_many_words=len(words) > 5 and len(words) > FASTEST_WORDS_PER_SECOND * (speech_seconds + 1),
        unheard_seconds=longest_unheard(words, window.speech, LONGEST_WORD_SECONDS),
    )


def has_loop(words: list[str]) -> bool:
    """Whether a phrase of up to LONGEST_LOOP_WORDS words follows itself LOOP_REPETITIONS times or more.

    One word alone must be said twice as often: people do say "no, no, no, no".
    """
    plain = [_plain(word) for word in words]
    for length in range(1, LONGEST_LOOP_WORDS + 1):
        needed = LOOP_REPETITIONS * (2 if length == 1 else 1)
        run = 0
        for index in range(length, len(plain)):
            run = run + 1 if plain[index] == plain[index - length] else 0
            if run >= length * (needed - 1):
                return True
    return False


def is_phantom(words: list[Word], speech_seconds: float) -> bool:
    """Whether a sentence is one of those that Whisper makes up over silence and music."""
    text = "".join(word.text for word in words).strip()
    if CREDITS.search(text):
        return True
    if _plain(text) not in FAREWELLS:
        return False
    probability = sum(word.probability for word in words) / len(words)
    no_speech = max(word.source.no_speech_probability for word in words)
    # A quick "Thanks." may last less than 0.2 s and be speech all along.
    unspoken = speech_seconds < min(0.2, (words[-1].end - words[0].start) / 2)
    return probability < 0.4 or unspoken or (no_speech > HIGHEST_NO_SPEECH_PROBABILITY and probability < 0.7)


def is_silence(decoded: Decoded) -> bool:
    """Whisper's own sign for a window without speech: it says so, and does not believe its text."""
    return (
        decoded.no_speech_probability > HIGHEST_NO_SPEECH_PROBABILITY
        and decoded.average_log_probability < LOWEST_LOG_PROBABILITY
    )


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s']", " ", text.lower()).split())
