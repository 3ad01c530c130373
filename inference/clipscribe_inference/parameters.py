"""Reading what callers send: form fields and JSON, nothing trusted."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from .decoder import Job
from .problems import Problem
from .speech import Region
from .switching import SWITCHINGS, Switching
from .whisper import Task

RESPONSE_FORMATS = ("json", "text", "srt", "vtt", "verbose_json")
LONGEST_PROMPT_CHARACTERS = 2_000
MOST_REGIONS = 100_000
MOST_SEGMENTS = 20_000
MOST_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class Answer:
    """How the caller wants the answer."""

    response_format: str
    granularities: set[str]
    stream: bool


@dataclass(frozen=True)
class TextSegment:
    """A segment of a transcript, to find entities in."""

    id: str
    text: str


def transcription_job(form: FormData, audio: bytes, task: Task = "transcribe") -> tuple[Job, Answer]:
    """The fields of OpenAI's transcription and translation forms, and our own. Raises Problem `InvalidInput`."""
    response_format = _text(form, "response_format") or "json"
    if response_format not in RESPONSE_FORMATS:
        raise Problem(400, "InvalidInput", f"response_format must be one of {', '.join(RESPONSE_FORMATS)}.")
    prompt = _text(form, "prompt")
    if prompt and len(prompt) > LONGEST_PROMPT_CHARACTERS:
        raise Problem(400, "InvalidInput", f"prompt is longer than {LONGEST_PROMPT_CHARACTERS} characters.")
    job = Job(
        audio=audio,
        model=(_text(form, "model") or "base").removeprefix("whisper-"),
        language=(_text(form, "language") or "").lower() or None,
        switching=_switching(_text(form, "language_switching")),
        prompt=prompt or None,
        temperature=_temperature(_text(form, "temperature")),
        speech_regions=voice_request(form),
        resume_after=_resume_after(_text(form, "resume_after")),
        task=task,
    )
    granularities = {value for value in form.getlist("timestamp_granularities[]") if isinstance(value, str)}
    return job, Answer(response_format, granularities, _text(form, "stream").lower() == "true")


def voice_request(form: FormData) -> list[Region] | None:
    """Where to listen for voices; None: wherever somebody speaks. Raises Problem `InvalidInput`."""
    regions = _text(form, "speech_regions")
    return regions_from(regions) if regions else None


def _text(form: Mapping, name: str) -> str:
    value = form.get(name) or ""
    if not isinstance(value, str):
        raise Problem(400, "InvalidInput", f"{name} must be text, not a file.")
    return value.strip()


def _switching(text: str) -> Switching:
    for switching in SWITCHINGS:
        if switching == (text or "never"):
            return switching
    raise Problem(400, "InvalidInput", f"language_switching must be one of {', '.join(SWITCHINGS)}.")


def _resume_after(text: str) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise Problem(400, "InvalidInput", "resume_after must be seconds from the start of the audio.")
    return value


def _temperature(text: str) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise Problem(400, "InvalidInput", "temperature must be a number from 0 to 1.")
    return value


def regions_from(text: str) -> list[Region]:
    """Speech regions from JSON `[[start, end], …]` in seconds: ordered, not overlapping."""
    document = _json(text)
    if not isinstance(document, list) or len(document) > MOST_REGIONS:
        raise Problem(400, "InvalidInput", "speech_regions must be a JSON array of [start, end] pairs.")
    regions: list[Region] = []
    for pair in document:
        if not (isinstance(pair, list) and len(pair) == 2 and all(_is_number(value) for value in pair)):
            raise Problem(400, "InvalidInput", "speech_regions must hold pairs of numbers.")
        start, end = float(pair[0]), float(pair[1])
        if start < (regions[-1].end if regions else 0) or end < start:
            raise Problem(400, "InvalidInput", "speech_regions must be in order and must not overlap.")
        regions.append(Region(start, end))
    return regions


def segments_from(data: bytes) -> tuple[str, list[TextSegment]]:
    """The language and segments of a request for entities: `{language, segments: [{id, text}]}`."""
    document = _json(data)
    if not isinstance(document, dict) or not isinstance(document.get("language"), str):
        raise Problem(400, "InvalidInput", "The body must be a JSON object with `language` and `segments`.")
    items = document.get("segments")
    if not isinstance(items, list) or len(items) > MOST_SEGMENTS:
        raise Problem(400, "InvalidInput", f"`segments` must be an array of at most {MOST_SEGMENTS} segments.")
    segments: list[TextSegment] = []
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("id"), str) or not isinstance(item.get("text"), str):
            raise Problem(400, "InvalidInput", "Each segment must have an `id` and a `text`, both strings.")
        segments.append(TextSegment(item["id"], item["text"]))
    if sum(len(segment.text) for segment in segments) > MOST_CHARACTERS:
        raise Problem(413, "InvalidInput", f"The segments hold more than {MOST_CHARACTERS} characters; send fewer.")
    return document["language"].lower(), segments


def _json(text: str | bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "InvalidInput", "A JSON document was expected.") from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
