"""Transcripts in the response formats of OpenAI's transcription API."""

from .segments import Segment
from .transcription import Transcript


def verbose_document(transcript: Transcript) -> dict:
    """`verbose_json`, plus words inside segments, `language_probability`, and `suspect`: stretches in doubt."""
    segments = [segment.document(number) for number, segment in enumerate(transcript.segments)]
    return {
        "task": transcript.task,
        "language": transcript.language,
        "language_probability": round(transcript.language_probability, 4),
        "duration": round(transcript.duration_seconds, 3),
        "text": " ".join(segment["text"] for segment in segments),
        "segments": segments,
        "words": [word for segment in segments for word in segment["words"]],
        "suspect": [{"start": round(region.start, 3), "end": round(region.end, 3)} for region in transcript.suspect],
    }


def progress_document(seconds_done: float, segments: list[Segment]) -> dict:
    """One event of a streamed answer: OpenAI's text delta, with seconds done and the finished segments."""
    return {
        "type": "transcript.text.delta",
        "delta": "".join(segment.text + " " for segment in segments),
        "seconds_done": round(seconds_done, 3),
        "segments": [segment.document(0) for segment in segments],
    }


def render(document: dict, response_format: str, granularities: set[str]) -> tuple[str | dict, str]:
    """The body of the answer and its content type."""
    if response_format == "text":
        return document["text"] + "\n", "text/plain; charset=utf-8"
    if response_format == "srt":
        return _cues(document, ",", numbered=True), "text/plain; charset=utf-8"
    if response_format == "vtt":
        return "WEBVTT\n\n" + _cues(document, ".", numbered=False), "text/vtt; charset=utf-8"
    if response_format == "verbose_json":
        return with_granularities(document, granularities), "application/json"
    return {"text": document["text"]}, "application/json"


def with_granularities(document: dict, granularities: set[str]) -> dict:
    """verbose_json with words only where they were asked for, as OpenAI answers."""
    if "word" in granularities:
        return document
    segments = [{key: value for key, value in segment.items() if key != "words"} for segment in document["segments"]]
    return {**{key: value for key, value in document.items() if key != "words"}, "segments": segments}


def _cues(document: dict, separator: str, numbered: bool) -> str:
    cues = []
    for number, segment in enumerate(document["segments"], start=1):
        head = f"{number}\n" if numbered else ""
        times = f"{_clock(segment['start'], separator)} --> {_clock(segment['end'], separator)}"
        # An arrow or a blank line inside the text would end the cue.
        text = " ".join(segment["text"].replace("-->", "→").split())
        cues.append(f"{head}{times}\n{text}\n\n")
    return "".join(cues)


def _clock(seconds: float, separator: str) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{separator}{rest % 1000:03d}"
