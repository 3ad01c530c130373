"""Error rates of transcripts and of speaker labels, as the field counts them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jiwer
import numpy as np
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate
from scipy.optimize import linear_sum_assignment
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

# Written without spaces between words, so characters are counted.
CHARACTER_LANGUAGES = {"zh", "ja", "yue", "th", "lo", "km", "my"}
_ENGLISH = EnglishTextNormalizer()
_BASIC = BasicTextNormalizer()


@dataclass(frozen=True)
class Errors:
    """Wrong units, and units of the reference: words, characters or seconds. `rate` of nothing is 0 or infinite."""

    errors: float
    length: float

    @property
    def rate(self) -> float:
        if self.length > 0:
            return self.errors / self.length
        return 0.0 if self.errors == 0 else float("inf")


@dataclass(frozen=True)
class Turn:
    """Somebody speaks from `start` to `end`, in seconds."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True)
class SpeakerErrors(Errors):
    """Diarization errors in seconds of speech. `errors` is the sum of the three kinds."""

    missed: float
    false_alarm: float
    confused: float


def units(text: str, language: str) -> list[str]:
    """Words, or characters in CHARACTER_LANGUAGES, after Whisper's own normalizers."""
    if language in CHARACTER_LANGUAGES:
        plain = _BASIC(unicodedata.normalize("NFKC", text))
        return list(re.sub(r"\s+", "", plain))
    return (_ENGLISH if language == "en" else _BASIC)(text).split()


def word_errors(reference: str, hypothesis: str, language: str) -> Errors:
    """Insertions, deletions and replacements by the Levenshtein alignment of the two texts."""
    return _errors(units(reference, language), units(hypothesis, language))


def speaker_attributed_errors(
    reference: Mapping[str, str], hypothesis: Mapping[str, str], language: str
) -> tuple[Errors, dict[str, str]]:
    """Concatenated minimum-permutation word errors (cpWER, arXiv 2004.09249), and which label is whom.

    All words of a speaker are one text. Labels are given to speakers one to one so that the errors are fewest;
    speakers without a label lose all their words, and labels without a speaker invented theirs.
    """
    speakers, labels = list(reference), list(hypothesis)
    size = max(len(speakers), len(labels))
    said = [units(reference[name], language) for name in speakers] + [[]] * (size - len(speakers))
    heard = [units(hypothesis[name], language) for name in labels] + [[]] * (size - len(labels))
    costs = np.array([[_errors(one, other).errors for other in heard] for one in said]).reshape(size, size)
    rows, columns = linear_sum_assignment(costs)
    pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
    names = {labels[column]: speakers[row] for row, column in pairs if row < len(speakers) and column < len(labels)}
    return Errors(float(costs[rows, columns].sum()), sum(len(one) for one in said)), names


def speaker_errors(
    reference: Sequence[Turn],
    hypothesis: Sequence[Turn],
    duration_seconds: float,
    collar_seconds: float,
    overlap: bool,
) -> SpeakerErrors:
    """Diarization errors by pyannote.metrics, over the whole recording.

    `collar_seconds` on each side of every border of the reference are not scored (as md-eval and dscore mean it;
    pyannote.metrics takes the sum of both sides). `overlap`: whether stretches in which several speak count.
    """
    metric = DiarizationErrorRate(collar=2 * collar_seconds, skip_overlap=not overlap)
    whole = Timeline([Segment(0, duration_seconds)])
    parts = metric(annotation(reference), annotation(hypothesis), uem=whole, detailed=True)
    missed, false_alarm, confused = (float(parts[key]) for key in ("missed detection", "false alarm", "confusion"))
    return SpeakerErrors(missed + false_alarm + confused, float(parts["total"]), missed, false_alarm, confused)


@dataclass(frozen=True)
class OverlapScore:
    """Seconds in which several people speak: in truth, as found, and both."""

    true: float
    found: float
    right: float


def overlap_score(reference: Sequence[Turn], hypothesis: Sequence[Turn]) -> OverlapScore:
    """How much of the overlaps is found, whoever is said to speak in them."""
    true, found = annotation(reference).get_overlap(), annotation(hypothesis).get_overlap()
    return OverlapScore(true.duration(), found.duration(), true.crop(found).duration())


def annotation(turns: Sequence[Turn]) -> Annotation:
    """Turns as pyannote knows them."""
    result = Annotation()
    for index, turn in enumerate(turns):
        if turn.end > turn.start:
            result[Segment(turn.start, turn.end), index] = turn.speaker
    return result


def turns_from_rttm(text: str) -> list[Turn]:
    """The SPEAKER lines of an RTTM file; other lines are left out."""
    fields = (line.split() for line in text.splitlines())
    return [
        Turn(float(line[3]), float(line[3]) + float(line[4]), line[7]) for line in fields if line[:1] == ["SPEAKER"]
    ]


def _errors(said: list[str], heard: list[str]) -> Errors:
    if not said:
        return Errors(len(heard), 0)
    counts = jiwer.process_words(" ".join(said), " ".join(heard))
    return Errors(counts.substitutions + counts.deletions + counts.insertions, len(said))
