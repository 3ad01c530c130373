import pytest

from clipscribe_inference.words import longest_unheard, place_words


def test_words_are_in_order_and_inside_the_window_whatever_alignment_says(decoded, window) -> None:
    heard = decoded((" a", 0, 1), (" b", 0.5, 0.6), (" c", 4, 99), (" d", 99, 99), (" e", 99, 99))
    words = place_words(heard, window((10, 14)))
    clock = 10.0
    for word in words:
        assert word.start >= clock
        assert word.end >= word.start + 0.019
        clock = word.end
    assert clock <= 14 + 1e-9


def test_a_word_is_cut_back_to_the_speech_that_it_lies_in(decoded, window) -> None:
    # Alignment gave the pause from 2 to 5 to the word before it.
    words = place_words(decoded((" one", 0.5, 4.9), (" two", 5.2, 6)), window((0, 2), (5, 7)))
    assert words[0].end == pytest.approx(2.1)
    assert words[1].start == pytest.approx(5.2)


def test_speech_without_words_is_found(decoded, window) -> None:
    place = window((0, 10), (11, 20))
    everything = decoded(*((f" w{index}", index * 0.5, index * 0.5 + 0.5) for index in range(40)))
    assert longest_unheard(place_words(everything, place), place.speech, 1.0) < 1
    # Alignment stretches the words beside the part that was skipped.
    skipped = decoded((" one", 0, 1), (" two", 1, 9.5), (" three", 18.5, 19), (" four", 19, 20))
    assert longest_unheard(place_words(skipped, place), place.speech, 1.0) > 8


def test_a_window_without_words_is_unheard_from_end_to_end(decoded, window) -> None:
    place = window((3, 7), (8, 9))
    assert longest_unheard([], place.speech, 1.0) == pytest.approx(5)
