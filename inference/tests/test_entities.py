import pytest

from clipscribe_inference.entities import EntityModel
from clipscribe_inference.parameters import TextSegment


@pytest.fixture(scope="module")
def model() -> EntityModel:
    return EntityModel()


def extract(model: EntityModel, *texts: str) -> dict:
    return model.extract("en", [TextSegment(str(number), text) for number, text in enumerate(texts)])


def relations(model: EntityModel, *texts: str) -> set[tuple[str, str, str]]:
    found = extract(model, *texts)["relations"]
    return {(relation["subject"]["text"], relation["predicate"], relation["object"]["text"]) for relation in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Angela Merkel met Emmanuel Macron in Berlin.", ("Angela Merkel", "meet", "Emmanuel Macron")),
        ("Angela Merkel met Emmanuel Macron in Berlin.", ("Angela Merkel", "meet in", "Berlin")),
        ("Apple was founded by Steve Jobs in California.", ("Steve Jobs", "found", "Apple")),
        ("Google did not acquire Microsoft.", ("Google", "not acquire", "Microsoft")),
        ("NASA and Boeing visited Paris and London.", ("Boeing", "visit", "London")),
        ("Microsoft signed a contract with Boeing.", ("Microsoft", "sign contract with", "Boeing")),
        ("Tim Cook is the head of Apple.", ("Tim Cook", "be head of", "Apple")),
        ("Microsoft wants to buy Boeing.", ("Microsoft", "buy", "Boeing")),
        ("Barack Obama, who visited Berlin, praised Angela Merkel.", ("Barack Obama", "visit", "Berlin")),
    ],
)
def test_a_verb_joins_two_entities(model: EntityModel, text: str, expected: tuple[str, str, str]) -> None:
    assert expected in relations(model, text)


def test_the_passive_is_not_read_the_wrong_way_round(model: EntityModel) -> None:
    assert ("Apple", "found", "Steve Jobs") not in relations(model, "Apple was founded by Steve Jobs.")


def test_a_pronoun_means_the_one_person_who_was_the_subject(model: EntityModel) -> None:
    assert ("Tim Cook", "live in", "California") in relations(model, "Tim Cook runs Apple.", "He lives in California.")
    two = relations(model, "Tim Cook met Barack Obama.", "He lives in California.")
    assert not any(predicate == "live in" for _, predicate, _ in two)


def test_questions_and_guesses_are_less_sure(model: EntityModel) -> None:
    said = extract(model, "Microsoft bought Boeing.")["relations"][0]["confidence"]
    guessed = extract(model, "Microsoft could buy Boeing.")["relations"][0]["confidence"]
    assert guessed < said <= 1


def test_characters_index_the_segment_in_utf16_units(model: EntityModel) -> None:
    texts = ["😀😀 Angela Merkel lives in Berlin", "and works for the United Nations."]
    for entity in extract(model, *texts)["entities"]:
        units = texts[int(entity["segmentId"])].encode("utf-16-le")
        found = units[2 * entity["startCharacter"] : 2 * entity["endCharacter"]].decode("utf-16-le")
        assert found == entity["text"]


def test_a_name_over_a_border_belongs_to_the_first_segment(model: EntityModel) -> None:
    entities = extract(model, "Apple was founded by Steve Jobs and Steve", "Wozniak in 1976.")["entities"]
    name = next(entity for entity in entities if entity["text"] == "Steve Wozniak")
    assert (name["segmentId"], name["startCharacter"], name["endCharacter"]) == ("0", 36, 41)


def test_fillers_numbers_and_vague_times_are_no_entities(model: EntityModel) -> None:
    found = extract(model, "Um, okay, so yeah, I think one of the two came today, you know, 7 or 8 times a day.")
    assert found["entities"] == []


def test_articles_are_left_out(model: EntityModel) -> None:
    texts = [entity["text"] for entity in extract(model, "The United Nations met in the Netherlands.")["entities"]]
    assert texts == ["United Nations", "Netherlands"]


def test_a_language_without_a_pipeline_is_an_answer(model: EntityModel) -> None:
    found = model.extract("xx", [TextSegment("0", "text")])
    assert (found["languageSupported"], found["entities"], found["relations"]) == (False, [], [])
    assert "spacy download" in found["message"]


def test_no_text_gives_nothing(model: EntityModel) -> None:
    assert extract(model)["entities"] == []
    assert extract(model, "", " ")["entities"] == []
