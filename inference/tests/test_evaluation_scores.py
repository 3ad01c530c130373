"""Scores against cases counted by hand."""

import itertools
import random

import pytest
from scores import (
    OverlapScore,
    Turn,
    overlap_score,
    speaker_attributed_errors,
    speaker_errors,
    turns_from_rttm,
    units,
    word_errors,
)


def test_words_are_counted_after_normalizing():
    assert word_errors("Mr. Smith's colour, twenty dogs", "mister smith's color 20 dogs", "en").errors == 0
    errors = word_errors("one two three four", "one too three four five", "de")
    assert (errors.errors, errors.length, errors.rate) == (2, 4, 0.5)


def test_nothing_said_makes_every_word_an_error():
    assert word_errors("", "thank you", "en").errors == 2
    assert word_errors("", "thank you", "en").rate == float("inf")
    assert word_errors("", "", "en").rate == 0
    assert word_errors("three words lost", "", "en").rate == 1


def test_japanese_and_chinese_are_counted_by_characters():
    assert units("客観的 実在。", "ja") == list("客観的実在")
    errors = word_errors("客観的実在の判断", "客観的実材の判断", "ja")
    assert (errors.errors, errors.length) == (1, 8)


def test_labels_may_have_any_name():
    errors, names = speaker_attributed_errors({"ann": "a b c", "bob": "d e"}, {"2": "a b c", "1": "d e"}, "de")
    assert errors.errors == 0
    assert names == {"2": "ann", "1": "bob"}


def test_words_under_the_wrong_speaker_are_two_errors():
    # "c" is missing at ann and one too many at bob.
    errors, _ = speaker_attributed_errors({"ann": "a b c", "bob": "d e"}, {"1": "a b", "2": "c d e"}, "de")
    assert (errors.errors, errors.length) == (2, 5)


def test_words_do_not_cross_from_speaker_to_speaker():
    # The case by which NeMo found its own error: one text after the other would give 0.
    errors, _ = speaker_attributed_errors({"1": "the cat", "2": "sat on"}, {"1": "the cat sat", "2": "on"}, "de")
    assert errors.rate == 0.5


def test_too_few_and_too_many_labels_cost_their_words():
    too_few, _ = speaker_attributed_errors({"ann": "a b c", "bob": "d e"}, {"1": "a b c d e"}, "de")
    assert too_few.errors == 2 + 2
    too_many, _ = speaker_attributed_errors({"ann": "a b c d"}, {"1": "a b c", "2": "d"}, "de")
    assert too_many.errors == 1 + 1
    nobody, _ = speaker_attributed_errors({"ann": "a b"}, {}, "de")
    assert nobody.rate == 1


def test_the_assignment_is_the_best_of_all_permutations():
    random.seed(7)
    said = {name: " ".join(random.choices("abcd", k=9)) for name in "1234"}
    heard = {name: " ".join(random.choices("abcd", k=9)) for name in "5678"}
    best = min(
        sum(
            word_errors(text, heard[label], "de").errors for text, label in zip(said.values(), permutation, strict=True)
        )
        for permutation in itertools.permutations(heard)
    )
    assert speaker_attributed_errors(said, heard, "de")[0].errors == best


REFERENCE = [Turn(0, 10, "ann"), Turn(10, 20, "bob")]


def scored(reference, hypothesis, collar=0.0, overlap=True):
    return speaker_errors(reference, hypothesis, 30, collar, overlap)


def test_the_same_turns_under_other_names_are_no_error():
    assert scored(REFERENCE, [Turn(0, 10, "x"), Turn(10, 20, "y")]).rate == 0


def test_missed_invented_and_confused_seconds_are_told_apart():
    hypothesis = [Turn(2, 12, "x"), Turn(12, 20, "y"), Turn(25, 26, "y")]
    errors = scored(REFERENCE, hypothesis)
    assert (errors.missed, errors.false_alarm, errors.confused) == (2, 1, 2)
    assert errors.rate == 5 / 20


def test_the_collar_forgives_on_each_side_of_a_border():
    late = [Turn(0, 10.25, "x"), Turn(10.25, 20, "y")]
    assert scored(REFERENCE, late).errors == pytest.approx(0.25)
    assert scored(REFERENCE, late, collar=0.25).errors == pytest.approx(0)
    later = [Turn(0, 10.5, "x"), Turn(10.5, 20, "y")]
    errors = scored(REFERENCE, later, collar=0.25)
    assert errors.errors == pytest.approx(0.25)
    # 20 s without 0.25 s at the start, 0.5 s in the middle, 0.25 s at the end.
    assert errors.length == pytest.approx(19)


def test_overlap_counts_each_voice_or_not_at_all():
    reference = [Turn(0, 10, "ann"), Turn(8, 20, "bob")]
    hypothesis = [Turn(0, 9, "x"), Turn(9, 20, "y")]
    counted = scored(reference, hypothesis)
    assert (counted.missed, counted.length) == (pytest.approx(2), pytest.approx(22))
    left_out = scored(reference, hypothesis, overlap=False)
    assert (left_out.errors, left_out.length) == (pytest.approx(0), pytest.approx(18))


def test_overlaps_count_whoever_speaks_in_them():
    reference = [Turn(0, 10, "ada"), Turn(8, 14, "grace"), Turn(20, 25, "ada"), Turn(22, 23, "grace")]
    hypothesis = [Turn(0, 11, "A"), Turn(9, 14, "B"), Turn(20, 25, "A"), Turn(24, 26, "C")]
    assert overlap_score(reference, hypothesis) == OverlapScore(true=3, found=3, right=1)
    assert overlap_score(reference, []) == OverlapScore(true=3, found=0, right=0)


def test_one_label_for_all_confuses_all_but_the_longest():
    turns = [Turn(0, 10, "ann"), Turn(10, 14, "bob"), Turn(14, 20, "cid")]
    assert scored(turns, [Turn(0, 20, "x")]).confused == pytest.approx(10)


def test_no_turns_found_is_all_missed():
    assert scored(REFERENCE, []).rate == 1


def test_rttm_gives_turns():
    text = ";; comment\nSPKR-INFO x 1 <NA> <NA> <NA> unknown ann <NA>\nSPEAKER x 1 1.5 2.25 <NA> <NA> ann <NA> <NA>\n\n"
    assert turns_from_rttm(text) == [Turn(1.5, 3.75, "ann")]
