"""Relations: two entities and the verb that joins them in one sentence, read off spaCy's English parse.

The dependency labels are those of the ClearNLP scheme, which spaCy's English models use.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

# How sure a relation is: the parse is right about nine times in ten; each step away from "X verbs Y" costs.
DIRECT_CONFIDENCE = 0.9
PREPOSITION_FACTOR = 0.9
NOUN_FACTOR = 0.85
INHERITED_SUBJECT_FACTOR = 0.9
PRONOUN_FACTOR = 0.8
HYPOTHETICAL_FACTOR = 0.7
HYPOTHETICAL = {"may", "might", "could", "would", "should", "can", "if", "whether"}
PERSONAL_PRONOUNS = {"he", "she"}
RELATIVE_PRONOUNS = {"who", "which", "that"}
# Verbs that tell of a saying or thinking, not of a tie between two things, when they have no direct object.
LIGHT_VERBS = {"have", "do", "get", "go", "come", "say", "think", "know", "mean", "let", "want", "need"}


@dataclass(frozen=True)
class Relation:
    """`subject predicate object`, as said in `sentence`. The predicate is made of lemmas: "not acquire", "work for"."""

    subject: Span
    predicate: str
    object: Span
    confidence: float
    sentence: Span


@dataclass(frozen=True)
class _Argument:
    """An entity beside a verb: how it is tied to it, and how sure that is. `agent`: the doer of a passive."""

    entity: Span
    link: str
    factor: float
    agent: bool = False


def find_relations(document: Doc) -> Iterator[Relation]:
    """Relations between the entities of a parsed document, in order, each at most once per sentence."""
    entities = {entity.root.i: entity for entity in document.ents}
    previous: Span | None = None
    for sentence in document.sents:
        seen: set[tuple[int, str, int]] = set()
        antecedent = _antecedent(previous, entities)
        for verb in sentence:
            if verb.pos_ not in {"VERB", "AUX"} or verb.dep_ in {"aux", "auxpass"}:
                continue
            for relation in _relations_of(verb, sentence, entities, antecedent):
                key = (relation.subject.start, relation.predicate, relation.object.start)
                if key not in seen:
                    seen.add(key)
                    yield relation
        previous = sentence


def _relations_of(
    verb: Token, sentence: Span, entities: dict[int, Span], antecedent: Span | None
) -> Iterator[Relation]:
    passive = _is_passive(verb)
    subjects = list(_subjects(verb, sentence, entities, antecedent))
    arguments = list(_arguments(verb, entities))
    base = DIRECT_CONFIDENCE * _certainty(verb, sentence)
    agents = [argument for argument in arguments if argument.agent]
    if passive and agents:
        # "Y was made by X": X makes Y; and "Y was made by X in Z": X makes in Z says nothing of its own.
        for agent in agents:
            for subject in subjects:
                yield from _relation(verb, agent, subject, "", base, sentence)
        return
    for subject in subjects:
        for argument in arguments:
            yield from _relation(verb, subject, argument, argument.link, base, sentence, passive)


def _relation(
    verb: Token, subject: _Argument, other: _Argument, link: str, base: float, sentence: Span, passive: bool = False
) -> Iterator[Relation]:
    same = subject.entity.start == other.entity.start or subject.entity.text.lower() == other.entity.text.lower()
    if same or subject.entity.label_ in {"DATE", "MONEY", "PERCENT"}:
        return
    if not link and other.entity.label_ in {"DATE", "PERCENT"}:
        return
    if verb.lemma_.lower() in LIGHT_VERBS and link:
        return
    confidence = base * subject.factor * other.factor
    yield Relation(subject.entity, _predicate(verb, link, passive), other.entity, confidence, sentence)


def _subjects(verb: Token, sentence: Span, entities: dict[int, Span], antecedent: Span | None) -> Iterator[_Argument]:
    """Entities that do (or, in the passive, suffer) what the verb says, also where an earlier verb has them."""
    own = [child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}]
    for token in own:
        if token.lower_ in RELATIVE_PRONOUNS and verb.dep_ == "relcl":
            yield from (_Argument(entity, "", 1.0) for entity in _entities_at(verb.head, entities))
        elif token.lower_ in PERSONAL_PRONOUNS and antecedent is not None:
            if not any(entity.label_ == "PERSON" and entity.start < token.i for entity in _within(sentence, entities)):
                yield _Argument(antecedent, "", PRONOUN_FACTOR)
        else:
            yield from (_Argument(entity, "", 1.0) for entity in _entities_at(token, entities))
    if own:
        return
    if verb.dep_ == "acl":
        yield from (_Argument(entity, "", 1.0) for entity in _entities_at(verb.head, entities))
    elif _shares_subject(verb):
        for subject in _subjects(verb.head, sentence, entities, antecedent):
            yield _Argument(subject.entity, "", subject.factor * INHERITED_SUBJECT_FACTOR)


def _shares_subject(verb: Token) -> bool:
    """ "X met Y and praised Z", "X wants to buy Y"; not "X asked Y to go", where Y goes."""
    if verb.head.pos_ not in {"VERB", "AUX"}:
        return False
    if verb.dep_ == "conj":
        return True
    return verb.dep_ in {"xcomp", "advcl"} and not any(child.dep_ in {"dobj", "dative"} for child in verb.head.children)


def _arguments(verb: Token, entities: dict[int, Span]) -> Iterator[_Argument]:
    """Entities that the verb acts on: objects, complements, and what its prepositions and objects lead to."""
    for child in verb.children:
        if child.dep_ in {"dobj", "dative", "attr", "oprd"} and child.pos_ != "ADP":
            yield from (_Argument(entity, "", 1.0) for entity in _entities_at(child, entities))
            if child.i not in entities:
                yield from _through_noun(child, entities)
        elif child.dep_ == "agent":
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    yield from (_Argument(one, "by", 1.0, agent=True) for one in _entities_at(grandchild, entities))
        elif child.dep_ in {"prep", "dative"}:
            yield from _through_preposition(child, _plain_object(verb, entities), PREPOSITION_FACTOR, entities)


def _plain_object(verb: Token, entities: dict[int, Span]) -> str:
    """The object of "raised rates by 5 percent": a thing without a name belongs to the predicate."""
    objects = (child for child in verb.children if child.dep_ == "dobj" and child.pos_ == "NOUN")
    return next((child.lemma_.lower() for child in objects if child.i not in entities), "")


def _through_preposition(
    preposition: Token, before: str, factor: float, entities: dict[int, Span]
) -> Iterator[_Argument]:
    link = f"{before} {preposition.lower_}".strip()
    for child in preposition.children:
        if child.dep_ == "pobj":
            yield from (_Argument(entity, link, factor) for entity in _entities_at(child, entities))
        elif child.dep_ == "prep":
            yield from _through_preposition(child, link, factor, entities)


def _through_noun(noun: Token, entities: dict[int, Span]) -> Iterator[_Argument]:
    """ "signed a deal with Google", "is the head of NASA": the noun joins the predicate."""
    if noun.pos_ not in {"NOUN", "PROPN"}:
        return
    for child in noun.children:
        if child.dep_ == "prep":
            yield from _through_preposition(child, noun.lemma_.lower(), NOUN_FACTOR, entities)


def _entities_at(token: Token, entities: dict[int, Span]) -> Iterator[Span]:
    """The entity that a noun names, and those joined to it by "and"."""
    if token.i in entities:
        yield entities[token.i]
    for child in token.children:
        if child.dep_ == "conj" or (child.dep_ == "appos" and token.i not in entities):
            yield from _entities_at(child, entities)


def _within(sentence: Span, entities: dict[int, Span]) -> Iterator[Span]:
    return (entity for index, entity in entities.items() if sentence.start <= index < sentence.end)


def _antecedent(previous: Span | None, entities: dict[int, Span]) -> Span | None:
    """Whom "he" or "she" means: the one person of the sentence before, if that person is its subject."""
    if previous is None:
        return None
    persons = [entity for entity in _within(previous, entities) if entity.label_ == "PERSON"]
    if len(persons) == 1 and persons[0].root.dep_ in {"nsubj", "nsubjpass"}:
        return persons[0]
    return None


def _is_passive(verb: Token) -> bool:
    if any(child.dep_ in {"nsubjpass", "auxpass"} for child in verb.children):
        return True
    return verb.dep_ == "acl" and verb.tag_ == "VBN"


def _certainty(verb: Token, sentence: Span) -> float:
    hypothetical = any(child.lower_ in HYPOTHETICAL for child in verb.children)
    question = sentence.text.rstrip().endswith("?")
    return HYPOTHETICAL_FACTOR if hypothetical or question else 1.0


def _predicate(verb: Token, link: str, passive: bool) -> str:
    """Lemmas of the verb phrase: "not", a passive's "be", the verb, its particle, and the link to the object."""
    negated = any(child.dep_ == "neg" for child in verb.children)
    particle = next((child.lower_ for child in verb.children if child.dep_ == "prt"), "")
    core = f"be {verb.lower_}" if passive else verb.lemma_.lower()
    return " ".join(part for part in ("not" if negated else "", core, particle, link) if part)
