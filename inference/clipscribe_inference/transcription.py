"""From samples to a transcript: pack, decode in batches, decode again what looks wrong, join into sentences."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from .audio import SAMPLE_RATE_HZ
from .quality import Flaws, find_flaws, is_phantom, is_silence
from .segments import Segment, SegmentJoiner
from .speech import Region, find_speech
from .switching import DOUBTFUL_PROBABILITY, Part, Switching, language_parts
from .whisper import Decoded, Search, SpeechModel, Task
from .windows import Window, pack
from .words import Word, place_words

LANGUAGE_WINDOWS = 3
# A window that went wrong is cut into pieces of about half its length, so that the cuts lie elsewhere; pieces that
# still skip speech (the model takes a pause for the end) once more.
AGAIN_SECONDS = (15.0, 7.5)
# Times cross the network in milliseconds.
CLOCK_TOLERANCE_SECONDS = 0.001
# What to try with a piece that loops or is improbable: first what gives the same text every time, then samples
# as Whisper does it.
FALLBACKS = (Search(unrepeated_tokens=4), Search(temperature=0.4), Search(temperature=0.8))


@dataclass(frozen=True)
class Request:
    """What to transcribe. `regions`: speech in seconds, found by the detector where None.

    `task`: `translate` writes English whatever is spoken; times and everything else are as in a transcript.
    `switching`: `never` decodes everything in one language; `evident` decodes a window in others where the sound
    leaves no doubt that they are spoken; `any` listens to all speech for its language.
    `resume_after`: what lies before these seconds, as an earlier progress told them, is known already.
    """

    samples: np.ndarray
    regions: list[Region] | None = None
    language: str | None = None
    switching: Switching = "never"
    task: Task = "transcribe"
    prompt: str | None = None
    temperature: float = 0.0
    resume_after: float = 0.0


@dataclass(frozen=True)
class Heard:
    """One window with the words heard in it."""

    window: Window
    words: list[Word]
    flaws: Flaws
    average_log_probability: float
    language_probability: float = 1.0


@dataclass(frozen=True)
class Transcript:
    """Segments in order of time, and the stretches that stayed doubtful after all tries.

    `language` is the one expected to be spoken; segments tell the one that they are written in.
    """

    language: str
    language_probability: float
    duration_seconds: float
    segments: list[Segment]
    suspect: list[Region]
    task: Task = "transcribe"


def transcribe(model: SpeechModel, request: Request, on_progress: Callable[[float, list[Segment]], None]) -> Transcript:
    """Transcribes one piece of audio.

    `on_progress` gets seconds done and the segments finished since the last call, in order of time. All words
    before those seconds are in segments passed so far, and all words after them are in none: a caller who stops
    here can go on from there with `resume_after`, and gets what would have come.
    """
    duration = request.samples.size / SAMPLE_RATE_HZ
    regions = find_speech(request.samples) if request.regions is None else request.regions
    windows = pack(request.samples, regions)
    if not windows:
        return Transcript(request.language or "", 0.0, duration, [], [], request.task)
    probability = 1.0
    if request.language is None:
        first = [window.samples(request.samples) for window in windows[:LANGUAGE_WINDOWS]]
        language, probability = model.detect_language(first)
        request = replace(request, language=language)
    joiner = SegmentJoiner()
    segments: list[Segment] = []
    suspect: list[Region] = []

    passed = 0

    def finish(done: list[Segment], seconds: float) -> None:
        nonlocal passed
        segments.extend(segment for segment in done if not _is_phantom(segment, regions))
        if joiner.holds_nothing:
            on_progress(seconds, segments[passed:])
            passed = len(segments)

    # Windows and batches are made over the whole in any case, since what else is in its batch sways a window's text.
    known = request.resume_after + CLOCK_TOLERANCE_SECONDS
    parts = [part for part in batches(windows, model.batch_size) if part[-1].end > known]
    with ThreadPoolExecutor(model.lanes) as lanes:
        for batch in lanes.map(lambda part: hear(model, request, part), parts):
            for heard in batch:
                if heard.window.end <= known:
                    continue
                if heard.flaws.severity > 0:
                    suspect.append(Region(heard.window.start, heard.window.end))
                finish(joiner.add(heard.words) + joiner.settle(), heard.window.end)
    finish(joiner.flush(), duration)
    return Transcript(request.language or "", probability, duration, segments, suspect, request.task)


def batches(windows: list[Window], largest: int) -> list[list[Window]]:
    """Consecutive windows in batches of nearly equal size, an even number of them, so that two lanes end together.

    Depends on nothing but the windows, so the same audio gives the same text everywhere.
    """
    count = min(len(windows), 2 * -(-len(windows) // (2 * largest)))
    bounds = [len(windows) * index // count for index in range(count + 1)]
    return [windows[start:end] for start, end in itertools.pairwise(bounds)]


def hear(model: SpeechModel, request: Request, windows: list[Window]) -> list[Heard]:
    """Decodes a batch of windows, and those that went wrong again: in smaller pieces, then with other temperatures.

    What a window holds in another language is decoded in that one.
    """
    heard = _decode(model, request, windows, Search(request.temperature))
    return [_in_own_languages(model, request, one) or _mended(model, request, one) for one in heard]


def _mended(model: SpeechModel, request: Request, heard: Heard) -> Heard:
    return heard if heard.flaws.severity == 0 else _again(model, request, heard, AGAIN_SECONDS)


def _in_own_languages(model: SpeechModel, request: Request, heard: Heard) -> Heard | None:
    """The window decoded in the languages spoken in it; None where that is the expected one throughout.

    Depends on nothing but the window, so that an attempt that goes on in the middle finds the same.
    """
    is_doubtful = heard.language_probability < DOUBTFUL_PROBABILITY
    if request.switching == "never" or not (request.switching == "any" or is_doubtful):
        return None
    language = request.language or ""
    parts = language_parts(model, request.samples, heard.window, language)
    if all(part.language == language for part in parts):
        return None
    return _joined(heard.window, [one for part in parts for one in _hear_part(model, request, part)])


def _hear_part(model: SpeechModel, request: Request, part: Part) -> list[Heard]:
    own = replace(request, language=part.language, switching="never")
    return hear(model, own, pack(request.samples, part.regions))


def _decode(model: SpeechModel, request: Request, windows: list[Window], search: Search) -> list[Heard]:
    samples = [window.samples(request.samples) for window in windows]
    listens = request.switching == "evident"
    decoded = model.decode(samples, request.language or "en", request.prompt, search, listens, request.task)
    return [_judge(window, result) for window, result in zip(windows, decoded, strict=True)]


def _judge(window: Window, decoded: Decoded) -> Heard:
    words = [] if is_silence(decoded) else place_words(decoded, window)
    flaws = find_flaws(decoded, words, window)
    return Heard(window, words, flaws, decoded.average_log_probability, decoded.language_probability)


def _again(model: SpeechModel, request: Request, first: Heard, seconds: tuple[float, ...]) -> Heard:
    """The better of a window as heard and as heard in pieces of at most `seconds`, the later ones for what stays."""
    pieces = pack(request.samples, list(first.window.speech), seconds[0])
    again = [_fallback(model, request, piece) for piece in _decode(model, request, pieces, Search(request.temperature))]
    if len(seconds) > 1:
        again = [
            _again(model, request, piece, seconds[1:])
            if piece.flaws.skipped_speech and len(piece.window.speech) > 1
            else piece
            for piece in again
        ]
    second = _joined(first.window, again)
    return min(first, second, key=lambda heard: (heard.flaws.severity, -heard.average_log_probability))


def _joined(window: Window, pieces: list[Heard]) -> Heard:
    """What was heard in the pieces of a window, in order of time, as heard in the whole."""
    flaws = Flaws(
        loop=any(piece.flaws.loop for piece in pieces),
        improbable=any(piece.flaws.improbable for piece in pieces),
        too_many_words=any(piece.flaws.too_many_words for piece in pieces),
        unheard_seconds=max(piece.flaws.unheard_seconds for piece in pieces),
    )
    probability = sum(piece.average_log_probability for piece in pieces) / len(pieces)
    return Heard(window, [word for piece in pieces for word in piece.words], flaws, probability)


def _fallback(model: SpeechModel, request: Request, heard: Heard) -> Heard:
    """Other ways to search, for loops and improbable text only: they do not find skipped speech."""
    best = heard
    for search in FALLBACKS:
        if not (best.flaws.loop or best.flaws.improbable or best.flaws.too_many_words):
            break
        other = _decode(model, request, [heard.window], search)[0]
        best = min(best, other, key=lambda one: (one.flaws.severity, -one.average_log_probability))
    return best


def _is_phantom(segment: Segment, regions: list[Region]) -> bool:
    spoken = sum(max(0.0, min(segment.end, region.end) - max(segment.start, region.start)) for region in regions)
    return is_phantom(list(segment.words), spoken)
