"""Recordings with several speakers, made by joining clips that one person reads each.

Such clips are common and talks with a text per speaker are not. Readers are told apart by where their clips come
from, so of each source and language the first clip is taken. When they speak is found by Silero VAD as it comes, so
missed speech and false alarms in these recordings say little; which voice is whose is known for certain.
"""

import itertools
import json
import re
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper.audio import decode_audio
from faster_whisper.vad import VadOptions, get_speech_timestamps
from scores import Turn

SAMPLE_RATE_HZ = 16_000
BRIDGED_PAUSE_MILLISECONDS = 500
CUTTING_PAUSE_MILLISECONDS = 160
BETWEEN_TURNS_SECONDS = 0.4
PART_SECONDS = 8.0
LONGEST_READING_SECONDS = 30.0
MOST_READERS = 10
ALTERNATING_READING_SECONDS = 40.0
SPEECH_LEVEL = 0.05
# Where the manifest says that a text is not by a human, no word is counted against it.
MACHINE_MADE_TEXT = re.compile(r"recogniser|model output")


@dataclass(frozen=True)
class Reading:
    """A clip with its reader and its text."""

    reader: str
    language: str
    text: str
    samples: np.ndarray

    @property
    def seconds(self) -> float:
        return self.samples.size / SAMPLE_RATE_HZ


def make_joined(media: Path, folder: Path) -> list[dict]:
    """Writes the joined recordings into a folder; returns entries as the manifest has them, `texts` by speaker."""
    readings = _readings(media)
    english = [reading for reading in readings if reading.language == "en"]
    long = [reading for reading in english if reading.seconds >= ALTERNATING_READING_SECONDS]
    plans = {
        f"two readers alternating {index + 1}": _alternating(pair)
        for index, pair in enumerate(itertools.pairwise(long))
    }
    if len(english) > 2:
        plans[f"{len(english)} readers in English"] = [(reading, reading.samples) for reading in english]
    if len(readings) >= MOST_READERS:
        plans[f"{MOST_READERS} readers"] = [
            (reading, _parts(reading.samples, LONGEST_READING_SECONDS)[0]) for reading in readings[:MOST_READERS]
        ]
    return [_write(folder, name, turns) for name, turns in plans.items()]


def speaking(samples: np.ndarray, pause_milliseconds: int = BRIDGED_PAUSE_MILLISECONDS) -> list[tuple[float, float]]:
    """Seconds in which somebody speaks; shorter pauses belong to it."""
    options = VadOptions(min_silence_duration_ms=pause_milliseconds, speech_pad_ms=0)
    # The detector writes into the array that it is given.
    spans = get_speech_timestamps(samples.copy(), options)
    return [(span["start"] / SAMPLE_RATE_HZ, span["end"] / SAMPLE_RATE_HZ) for span in spans]


def _readings(media: Path) -> list[Reading]:
    found: dict[tuple[str, str], Reading] = {}
    texts: set[str] = set()
    for entry in json.loads((media / "manifest.json").read_text()):
        text, source, language = entry.get("reference_text"), entry.get("source_repo"), entry.get("language")
        if (
            not (text and source and language)
            or entry.get("rttm")
            or MACHINE_MADE_TEXT.search(entry.get("notes") or "")
        ):
            continue
        if (source, language) in found or text in texts:
            continue
        texts.add(text)
        found[source, language] = Reading(
            Path(entry["file"]).stem, language, text, _levelled(decode_audio(str(media / entry["file"])))
        )
    return list(found.values())


def _levelled(samples: np.ndarray) -> np.ndarray:
    """Trimmed to its speech and as loud as the others, so that neither tells the reader."""
    spans = speaking(samples)
    start, end = (round(seconds * SAMPLE_RATE_HZ) for seconds in (spans[0][0], spans[-1][1]))
    piece = samples[start:end]
    return np.clip(piece * (SPEECH_LEVEL / np.sqrt(np.mean(np.square(piece)))), -1, 1)


def _alternating(pair: tuple[Reading, Reading]) -> list[tuple[Reading, np.ndarray]]:
    """Both readings in parts, in turns; the longer one goes on alone at the end."""
    first, second = ([(reading, part) for part in _parts(reading.samples, PART_SECONDS)] for reading in pair)
    turns: list[tuple[Reading, np.ndarray]] = []
    for index in range(max(len(first), len(second))):
        turns += first[index : index + 1] + second[index : index + 1]
    return turns


def _parts(samples: np.ndarray, seconds: float) -> list[np.ndarray]:
    """Cut in pauses, each part as long as may be up to about `seconds`; nothing is lost."""
    spans = speaking(samples, CUTTING_PAUSE_MILLISECONDS)
    parts: list[np.ndarray] = []
    begun = 0
    for (_, end), (following, following_end) in itertools.pairwise(spans):
        if following_end - begun / SAMPLE_RATE_HZ > seconds:
            cut = round((end + following) / 2 * SAMPLE_RATE_HZ)
            parts.append(samples[begun:cut])
            begun = cut
    return [*parts, samples[begun:]]


def _write(folder: Path, name: str, turns: list[tuple[Reading, np.ndarray]]) -> dict:
    pause = np.zeros(round(BETWEEN_TURNS_SECONDS * SAMPLE_RATE_HZ), np.float32)
    pieces: list[np.ndarray] = [pause]
    truth: list[Turn] = []
    for reading, samples in turns:
        offset = sum(piece.size for piece in pieces) / SAMPLE_RATE_HZ
        truth += [Turn(offset + start, offset + end, reading.reader) for start, end in speaking(samples)]
        pieces += [samples, pause]
    file = f"{name.replace(' ', '-')}.wav"
    with wave.open(str(folder / file), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE_HZ)
        writer.writeframes((np.concatenate(pieces) * 32_767).astype("<i2").tobytes())
    rttm = Path(file).with_suffix(".rttm")
    (folder / rttm).write_text(
        "".join(
            f"SPEAKER joined 1 {turn.start:.3f} {turn.end - turn.start:.3f} <NA> <NA> {turn.speaker} <NA> <NA>\n"
            for turn in truth
        )
    )
    languages = {reading.language for reading, _ in turns}
    # With several languages in one recording, words would measure which language was chosen.
    texts = {reading.reader: reading.text for reading, _ in turns} if len(languages) == 1 else None
    return {
        "file": file,
        "duration_s": sum(piece.size for piece in pieces) / SAMPLE_RATE_HZ,
        "language": "+".join(sorted(languages)),
        "rttm": str(rttm),
        "texts": texts,
    }
