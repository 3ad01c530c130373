from clipscribe_inference.segments import LONGEST_SEGMENT_SECONDS, SegmentJoiner
from clipscribe_inference.words import Word


def spoken(decoded, text: str, start: float = 0.0, seconds: float = 0.5, pause: float = 0.0) -> list[Word]:
    source = decoded()
    words = []
    for token in text.split():
        words.append(Word(f" {token}", start, start + seconds, 0.9, (1,), source))
        start += seconds + pause
    return words


def texts(segments) -> list[str]:
    return [segment.text for segment in segments]


def test_a_sentence_goes_over_the_border_of_windows(decoded) -> None:
    joiner = SegmentJoiner()
    assert joiner.add(spoken(decoded, "It is nice.  The weather"))[0].text == "It is nice."
    assert joiner.settle() == []
    assert not joiner.holds_nothing
    assert joiner.add(spoken(decoded, "was better yesterday.", 3)) == []
    assert texts(joiner.settle()) == ["The weather was better yesterday."]
    assert joiner.holds_nothing


def test_abbreviations_and_small_letters_do_not_end_a_sentence(decoded) -> None:
    joiner = SegmentJoiner()
    done = joiner.add(spoken(decoded, "Mr. Smith of Yahoo! is here. He said no."))
    assert texts(done + joiner.flush()) == ["Mr. Smith of Yahoo! is here.", "He said no."]


def test_a_long_pause_ends_a_segment(decoded) -> None:
    joiner = SegmentJoiner()
    done = joiner.add(spoken(decoded, "and then")) + joiner.add(spoken(decoded, "we went", 10))
    assert texts(done + joiner.flush()) == ["and then", "we went"]


def test_long_sentences_are_cut_and_nothing_is_lost(decoded) -> None:
    text = " ".join(f"word{index}" + ("," if index % 17 == 0 else "") for index in range(300))
    joiner = SegmentJoiner()
    segments = joiner.add(spoken(decoded, text)) + joiner.flush()
    assert " ".join(texts(segments)) == text
    assert all(segment.end - segment.start <= LONGEST_SEGMENT_SECONDS for segment in segments)
    assert sum(segment.text.endswith(",") for segment in segments) >= len(segments) / 2


def test_a_segment_document_has_openai_fields(decoded) -> None:
    joiner = SegmentJoiner()
    document = joiner.add(spoken(decoded, "Hello there. And"))[0].document(3)
    assert document["id"] == 3
    assert document["text"] == "Hello there."
    assert [word["word"] for word in document["words"]] == ["Hello", "there."]
    openai = {"id", "seek", "start", "end", "text", "tokens", "temperature", "avg_logprob", "compression_ratio"}
    assert openai | {"no_speech_prob", "words", "language"} == set(document)
