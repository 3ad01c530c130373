"""Named things in a transcript, and the verbs that join them, by spaCy."""

import re
import threading
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from .parameters import TextSegment
from .relations import Relation, find_relations

ENTITY_TYPES = {
    "PERSON", "ORG", "GPE", "LOC", "DATE", "MONEY", "EVENT", "PRODUCT", "LAW", "NORP", "WORK_OF_ART", "FAC", "PERCENT",
}  # fmt: skip
# Models of other languages than English and Chinese were trained on Wikipedia's four classes.
OTHER_LABELS = {"PER": "PERSON", "persName": "PERSON", "placeName": "LOC", "geogName": "LOC", "orgName": "ORG"}
NAMES = ENTITY_TYPES - {"DATE", "MONEY", "PERCENT"}
# Text is parsed in pieces of about this size: memory grows with the piece, not with the transcript.
PIECE_CHARACTERS = 20_000

NOT_NAMES = {
    "um", "uh", "uhm", "hmm", "mm", "mhm", "ah", "oh", "eh", "okay", "ok", "yeah", "yes", "no", "nope", "yep", "well",
    "so", "like", "right", "hey", "hi", "hello", "wow", "alright", "thanks", "thank you", "please", "sorry", "i", "you",
    "he", "she", "it", "we", "they", "me", "us", "this", "that", "there", "here", "gonna", "wanna", "and", "but",
    "guys", "folks", "sir", "madam", "applause", "laughter", "music",
}  # fmt: skip
LEADING_WORDS = re.compile(
    r"^(?:(?:the|a|an|this|that|these|those|my|your|our|their|his|her|its)\s+)+(?=\S)", re.IGNORECASE
)
TRAILING = re.compile(r"(?:['’]s|['’])?[\s.,;:!?…\"”“)\]\-–—]*$")
LEADING_PUNCTUATION = re.compile(r"^[\s.,;:!?…\"”“(\[\-–—'’]+")
DEFINITE_DATE = re.compile(
    r"\d|january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|spring|summer|autumn|winter|century|christmas|easter|nineteen|twenty|thousand",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Piece:
    """Consecutive segments joined by spaces, with where each begins in the joined text."""

    text: str
    segments: tuple[TextSegment, ...]
    starts: tuple[int, ...]


class EntityModel:
    """spaCy pipelines by language, loaded when first needed and kept. Safe to call from several threads."""

    def __init__(self) -> None:
        self._pipelines: dict[str, Language] = {}
        self._loading = threading.Lock()
        self._packages = {name.split("_")[0]: name for name in sorted(spacy.util.get_installed_models(), reverse=True)}

    @property
    def languages(self) -> list[str]:
        """Languages with an installed pipeline."""
        return sorted(self._packages)

    def extract(self, language: str, segments: list[TextSegment]) -> dict:
        """Entities and relations of a run of segments.

        Returns `{languageSupported, entities, relations}`; characters count as in JavaScript (UTF-16 units) from
        the start of the entity's segment. Sentences may run over several segments. A language without a
        pipeline is no error: `languageSupported` is false and `message` says how to get one.
        """
        if language not in self._packages:
            return {
                "languageSupported": False,
                "message": f"No spaCy pipeline for the language {language!r} is installed. Install one into the Python "
                f"environment, for example: python -m spacy download {language}_core_news_sm",
                "entities": [],
                "relations": [],
            }
        pipeline = self._pipeline(language)
        entities: list[dict] = []
        relations: list[dict] = []
        for piece in _pieces(segments):
            document = pipeline(piece.text)
            document.ents = list(_clean_entities(document))
            entities.extend(_entity_document(piece, entity) for entity in document.ents)
            if language == "en":
                relations.extend(_relation_document(piece, relation) for relation in find_relations(document))
        return {"languageSupported": True, "entities": entities, "relations": relations}

    def preload(self, language: str) -> None:
        """Loads the pipeline of a language, if there is one, before the first request."""
        if language in self._packages:
            self._pipeline(language)

    def _pipeline(self, language: str) -> Language:
        with self._loading:
            if language not in self._pipelines:
                self._pipelines[language] = spacy.load(self._packages[language])
            return self._pipelines[language]


def _pieces(segments: list[TextSegment]) -> Iterator[_Piece]:
    """Segments in pieces of about PIECE_CHARACTERS, cut after a sentence where there is one in reach."""
    current: list[TextSegment] = []
    size = 0
    for segment in segments:
        current.append(segment)
        size += len(segment.text) + 1
        ends_sentence = segment.text.rstrip().endswith((".", "!", "?"))
        if size > 2 * PIECE_CHARACTERS or (size > PIECE_CHARACTERS and ends_sentence):
            yield _join(current)
            current, size = [], 0
    if current:
        yield _join(current)


def _join(segments: list[TextSegment]) -> _Piece:
    starts: list[int] = []
    length = 0
    for segment in segments:
        starts.append(length)
        length += len(segment.text) + 1
    return _Piece(" ".join(segment.text for segment in segments), tuple(segments), tuple(starts))


def _clean_entities(document: Doc) -> Iterator[Span]:
    """Entities of the wanted types, without articles and punctuation, without the small model's usual errors."""
    for entity in document.ents:
        label = OTHER_LABELS.get(entity.label_, entity.label_)
        if label not in ENTITY_TYPES:
            continue
        text = entity.text
        first = len(text) - len(LEADING_PUNCTUATION.sub("", text))
        first += len(text[first:]) - len(LEADING_WORDS.sub("", text[first:]))
        last = len(TRAILING.sub("", text))
        if last <= first or not _is_plausible(text[first:last], label):
            continue
        span = document.char_span(
            entity.start_char + first, entity.start_char + last, label=label, alignment_mode="contract"
        )
        if span is not None and len(span) > 0:
            yield span


def _is_plausible(text: str, label: str) -> bool:
    if text.lower() in NOT_NAMES:
        return False
    if label == "DATE":
        return bool(DEFINITE_DATE.search(text)) and not re.fullmatch(r"\d{1,3}", text)
    if label in NAMES:
        # Transcripts write names with capitals; what has none, or is a bare number, is no name.
        return len(text) > 1 and any(
            character.isupper() or (character.isalpha() and not character.islower()) for character in text
        )
    return len(text) > 1


def _entity_document(piece: _Piece, entity: Span) -> dict:
    index = bisect_right(piece.starts, entity.start_char) - 1
    segment = piece.segments[index]
    start = entity.start_char - piece.starts[index]
    # A name may run over the border of two segments: its place is then what lies in the first.
    end = min(len(segment.text), entity.end_char - piece.starts[index])
    return {
        "segmentId": segment.id,
        "text": " ".join(entity.text.split()),
        "type": entity.label_,
        "startCharacter": _utf16_length(segment.text[:start]),
        "endCharacter": _utf16_length(segment.text[:end]),
    }


def _relation_document(piece: _Piece, relation: Relation) -> dict:
    return {
        "subject": _entity_document(piece, relation.subject),
        "predicate": relation.predicate,
        "object": _entity_document(piece, relation.object),
        "confidence": round(relation.confidence, 2),
        "quote": " ".join(relation.sentence.text.split()),
    }


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
