"""Joined recordings, made of clips that are built here."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from readings import SAMPLE_RATE_HZ, make_joined
from scores import turns_from_rttm

SENTENCE = "The committee will come to order, and hear the witness who has come a long way."


def write(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())


@pytest.fixture
def media(tmp_path, speak) -> Path:
    """Two long clips and a short one in English, one more of a known source, and one with a machine's text."""
    sentence = np.concatenate([speak(SENTENCE), np.zeros(SAMPLE_RATE_HZ, np.float32)])
    entries = []
    for name, source, times, notes in [
        ("one", "a", 9, ""),
        ("two", "b", 9, ""),
        ("three", "c", 1, ""),
        ("again", "a", 1, ""),
        ("machine", "d", 1, "reference is another recogniser's output"),
    ]:
        write(tmp_path / f"{name}.wav", np.tile(sentence, times) * (0.3 if name == "two" else 0.9))
        entry = {"file": f"{name}.wav", "language": "en", "source_repo": source, "notes": notes}
        entries.append({**entry, "reference_text": f"{name} said this"})
    (tmp_path / "manifest.json").write_text(json.dumps(entries))
    return tmp_path


def test_readers_take_turns_and_keep_all_their_words(media, tmp_path):
    out = tmp_path / "joined"
    out.mkdir()
    alternating, in_a_row = make_joined(media, out)
    assert alternating["texts"] == {"one": "one said this", "two": "two said this"}
    assert in_a_row["texts"].keys() == {"one", "two", "three"}
    turns = turns_from_rttm((out / alternating["rttm"]).read_text())
    changes = [turn for turn, last in zip(turns[1:], turns, strict=False) if turn.speaker != last.speaker]
    assert len(changes) >= 5
    assert all(last.end <= turn.start for turn, last in zip(turns[1:], turns, strict=False))
    assert turns[-1].end <= alternating["duration_s"]


def test_the_truth_lies_where_the_sound_is_and_voices_are_equally_loud(media, tmp_path):
    out = tmp_path / "joined"
    out.mkdir()
    alternating, _ = make_joined(media, out)
    with wave.open(str(out / alternating["file"])) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32_768
    turns = turns_from_rttm((out / alternating["rttm"]).read_text())
    levels: dict[str, list[float]] = {"one": [], "two": []}
    spoken = np.zeros(samples.size, bool)
    for turn in turns:
        stretch = slice(round(turn.start * SAMPLE_RATE_HZ), round(turn.end * SAMPLE_RATE_HZ))
        spoken[stretch] = True
        levels[turn.speaker].append(float(np.sqrt(np.mean(np.square(samples[stretch])))))
    assert np.mean(np.square(samples[~spoken])) < 0.02 * np.mean(np.square(samples[spoken]))
    assert np.mean(levels["one"]) == pytest.approx(np.mean(levels["two"]), rel=0.2)


def test_the_same_media_give_the_same_recordings(media, tmp_path):
    files = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        joined = make_joined(media, tmp_path / name)
        files.append([(tmp_path / name / entry["file"]).read_bytes() for entry in joined])
    assert files[0] == files[1]
