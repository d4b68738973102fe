from pathlib import Path

import numpy as np
import pytest

from moderation.classifier import fitting, training
from moderation.classifier.features import Features, extract
from moderation.classifier.fitting import Examples
from moderation.classifier.heads import Head, Section, Weights, no_head
from moderation.classifier.labelled import Labelled
from moderation.classifier.model import load_shipped, pack
from moderation.classifier.pieces import cut
from moderation.classifier.places import PLACES, sections_of
from moderation.classifier.reading import read
from moderation.classifier.training import train_head
from moderation.domain.evidence import Subject


def _even(weight: float, places: int) -> Weights:
    return Weights.of(np.full(places, weight, np.float32))


def _of(language: str, name: str = "Ann") -> Features:
    return extract(Subject("hello", name, site_language=language))


def _logit(weight: float, bias: float, features: Features) -> object:
    return pytest.approx(weight * float(features.values.sum()) + bias, rel=1e-5)


_INDONESIAN = Section(_even(2.0, 1 << 10), 0.5, 1.0)
_NAMED = Section(_even(-3.0, 1 << 12), 0.25, -1.0)
HEAD = Head(
    _even(4.0, 1 << 20),
    0.5,
    {**dict.fromkeys(sections_of("id"), _INDONESIAN), sections_of("")[1]: _NAMED},
)


@pytest.mark.parametrize(
    ("features", "weight", "bias"),
    [
        (_of("id"), 4 * 0.5 + 2, 1.0),
        (_of("id", name=""), 4 * 0.5 + 2, 1.0),
        (_of("de"), 4 * 0.25 - 3, -1.0),
        (_of(""), 4 * 0.25 - 3, -1.0),
        (_of("de", name=""), 4.0, 0.5),
    ],
)
def test_a_section_has_weights_of_its_own_beside_a_share_of_the_others(
    features: Features, weight: float, bias: float
) -> None:
    assert HEAD.logit(features) == _logit(weight, bias, features)


def test_sections_come_back_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "a.model"
    file.write_bytes(pack(no_head(), HEAD, {}))

    found = load_shipped(file).abuse

    assert found.sections.keys() == HEAD.sections.keys()
    assert len({id(section) for section in found.sections.values()}) == 2
    for features in (_of("id"), _of("de"), _of("de", name="")):
        assert found.logit(features) == pytest.approx(HEAD.logit(features))


def test_what_tells_in_one_section_may_be_good_in_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("moderation.classifier.training._FOLDS", 2)
    # Of the site's language, by the name: which word is spam.
    bad = {("id", "Ann"): "lotto", ("id", ""): "regatta", ("en", "Ann"): "regatta"}
    comments = [
        Labelled(
            Subject(f"{word} number {n}", name, site_language=language),
            positive=word == bad[language, name],
            of_abuse=False,
            source=f"{language}/{name}{n % 3}",
            at="",
        )
        for language, name in bad
        for word in ("lotto", "regatta")
        for n in range(90 if language == "en" else 40)
    ]

    head, _ = train_head("spam", comments)

    website, named, nameless = (head.sections[section] for section in sections_of("id"))
    assert website in (named, nameless)
    assert named is not nameless
    assert set(head.sections) == {*sections_of("id"), *sections_of("")}
    for (language, name), word in {**bad, ("de", "Ann"): "regatta", ("de", ""): "regatta"}.items():
        for asked in ("lotto", "regatta"):
            subject = Subject(f"{asked} number 100", name, site_language=language)
            assert (head.logit(extract(subject)) > 0) == (asked == word)
    assert len(head.weights.steps) == PLACES


@pytest.mark.parametrize(("question", "told"), [("spam", True), ("abuse", False)])
def test_how_a_comment_is_written_is_told_of_spam_alone(
    question: str, monkeypatch: pytest.MonkeyPatch, *, told: bool
) -> None:
    monkeypatch.setattr("moderation.classifier.training._FOLDS", 2)
    comments = [
        Labelled(
            Subject(f"number {number} " + "so!" * positive, site_language="es"),
            positive=positive,
            of_abuse=question == "abuse",
            source=f"{question}/{number % 3}",
            at="",
        )
        for number in range(120)
        for positive in (True, False)
    ]

    head, _ = train_head(question, comments)

    shouted = comments[0].subject
    pieces = cut(shouted, read(shouted))
    place = pieces.facts[[pieces.said.index("manner ends:!|words:0")]]
    (own,) = {id(section): section for section in head.sections.values()}.values()
    assert any((head.weights.at(place)[0], own.weights.at(place)[0])) is told


def _two_kinds(forum: tuple[bool, ...]) -> list[Labelled]:
    """Three of four comments on videos are spam, and of a forum's those that are said to be."""
    labels = {"video": (True, True, True, False), "forum": forum}
    return [
        Labelled(
            Subject(f"the {kind} number {number}", site_language="en"),
            positive=labels[kind][number % 4],
            of_abuse=False,
            source=f"{kind}/{number % 3}",
            at="",
        )
        for number in range(120)
        for kind in labels
    ]


def _apart(comments: list[Labelled]) -> float:
    """By how much the word that tells a kind moves a comment of the section that both are of."""
    fitted = fitting.fit("spam", _examples(comments), np.empty(0, np.uint32))
    asked = [extract(Subject(f"the {kind} number 7", "Ann")) for kind in ("video", "forum")]
    video, forum = fitted.margins(training._matrix(asked), np.full(2, sections_of("")[1]))
    return float(video - forum)


def _examples(comments: list[Labelled]) -> Examples:
    """Those of the site's language Indonesian are a section of their own."""
    of_section = [c.subject.site_language.replace("en", "") for c in comments]
    kinds = np.array([comment.source.partition("/")[0] for comment in comments])
    return Examples(
        training._matrix([extract(comment.subject) for comment in comments]),
        np.array([comment.positive for comment in comments]),
        np.array([sections_of(language)[1] for language in of_section]),
        kinds,
        kinds,
    )


def test_what_a_kind_has_more_of_is_its_level_not_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    comments = _two_kinds((True, False, False, False))
    found = {}
    for size in (0.0, 3.0):
        monkeypatch.setitem(fitting._LEVELLED, "spam", size)
        found[size] = _apart(comments)

    assert 0 < found[3.0] < 0.9 * found[0.0]


def test_a_kind_with_one_label_teaches_by_its_words() -> None:
    assert _apart(_two_kinds((False, False, False, False))) > 1


def test_a_head_says_what_was_fitted() -> None:
    """In sections of a language and of any, for a language that was not learned of, and on sites of
    each kind.
    """
    comments = [
        Labelled(
            Subject(f"{word} of {kind} number {n}", "Ann", site_language=language),
            positive=word == "lotto",
            of_abuse=False,
            source=kind,
            at="",
        )
        for kind, language in (("video", "en"), ("forum", "en"), ("chat", "id"))
        for n in range(40 if kind == "video" else 60)
        for word in ("lotto", "lotto", "regatta")[: 3 if kind == "video" else 2 + n % 2]
    ]
    examples = _examples(comments)
    standing_for = {section: [section] for section in set(examples.sections.tolist())}
    fitted = fitting.fit("spam", examples, np.empty(0, np.uint32))
    unlike = Weights.of(np.zeros(1 << 14, np.float32)), 0.0
    of_kinds = {"video": ((3.0, -0.5), unlike), "forum": ((1.5, 1.0), unlike)}
    head = fitted.head((2.0, 0.5), standing_for, of_kinds)

    said = np.array([head.logit(extract(comment.subject)) for comment in comments])
    margins = 2 * fitted.margins(examples.rows, examples.sections) + 0.5
    assert len({own.common_bias for own in fitted.own.values()}) == 2
    assert np.abs(said - margins).max() < 0.1 * np.abs(margins).max()
    assert set(head.kinds) == set(of_kinds)
    for kind, ((slope, offset), _) in of_kinds.items():
        of_it = [place for place, one in enumerate(comments) if one.source == kind]
        said = np.array([head.of_kind(kind).logit(extract(comments[at].subject)) for at in of_it])
        margins = slope * fitted.margins_of_kinds(examples.rows, examples.homes)[of_it] + offset
        assert np.abs(said - margins).max() < 0.1 * np.abs(margins).max()
