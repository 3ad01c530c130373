import pytest

from clipscribe_inference.quality import find_flaws, has_loop, is_phantom, is_silence
from clipscribe_inference.words import place_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and then and then and then and then we went", True),
        ("I think so. I think so. I think so. I think so.", True),
        ("no no no no", False),
        ("no no no no no no no no", True),
        ("words words words words words um and that should be all", False),
        ("we shall fight on the beaches we shall fight on the landing grounds we shall fight in the fields", False),
        ("", False),
    ],
)
def test_loops_are_told_from_emphasis(text: str, expected: bool) -> None:
    assert has_loop(text.split()) is expected


def test_a_good_window_has_no_flaws(decoded, window) -> None:
    place = window((0, 5))
    heard = decoded(*((f" word{index}", index * 0.5, index * 0.5 + 0.4) for index in range(10)))
    assert find_flaws(heard, place_words(heard, place), place).severity == 0


@pytest.mark.parametrize("values", [{"compression": 3.0}, {"log_probability": -1.2}])
def test_repetition_and_improbable_text_are_flaws(decoded, window, values) -> None:
    place = window((0, 5))
    heard = decoded(*((f" word{index}", index * 0.5, index * 0.5 + 0.4) for index in range(10)), **values)
    assert find_flaws(heard, place_words(heard, place), place).severity > 0


def test_invented_text_is_worse_than_skipped_speech(decoded, window) -> None:
    place = window((0, 8))
    looped = decoded(*((f" word{index}", index * 0.5, index * 0.5 + 0.4) for index in range(16)), compression=3.0)
    skipped = decoded((" one", 0, 0.5), (" two", 0.5, 1))
    severities = [find_flaws(heard, place_words(heard, place), place).severity for heard in (looped, skipped)]
    assert severities[0] > severities[1] > 0


def test_credits_are_phantoms_and_thanks_only_where_little_speaks_for_them(decoded, window) -> None:
    def words(text: str, **values: float):
        return place_words(decoded((text, 0, 1), **values), window((0, 1)))

    assert is_phantom(words(" Subtitles by the Amara.org community"), 1.0)
    assert is_phantom(words(" Thank you.", probability=0.2), 1.0)
    assert is_phantom(words(" Thanks for watching!", no_speech=0.9, probability=0.6), 1.0)
    assert is_phantom(words(" Thank you."), 0.1)
    assert not is_phantom(words(" Thank you."), 1.0)
    assert not is_phantom(words(" Thank you for the map.", probability=0.2), 1.0)
    quick = place_words(decoded((" Thanks.", 0, 0.18)), window((0, 1)))
    assert not is_phantom(quick, 0.18)
    assert is_phantom(quick, 0.05)


def test_silence_is_what_whisper_does_not_believe(decoded) -> None:
    assert is_silence(decoded((" you", 0, 1), no_speech=0.9, log_probability=-1.5))
    assert not is_silence(decoded((" you", 0, 1), no_speech=0.9, log_probability=-0.3))
