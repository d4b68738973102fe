"""A learned judgement in words."""

import pytest

from moderation.domain.judgement import Judgement, Reason, to_evidence
from moderation.domain.policy import VerdictRule
from moderation.domain.signals import Signal, Symbol
from moderation.translations import TAGS
from moderation.translations.catalogues import read
from moderation.web.explaining import MOST_EACH_WAY, Push, explain, in_short, receipt_lines
from moderation.web.languages import voice_of

REASONS = (
    Reason("text", "casino", 2.41),
    Reason("website", "pills.example", 0.7),
    Reason("fact", "the form was open for a minute", -0.52),
    Reason("text", "hardly", 0.04),
)


def learned(probability: float = 0.97, *reasons: Reason) -> Signal:
    judgement = Judgement(probability, 2.5, -0.25, 1_234, "abc123", reasons, believed=0.654)
    return Signal(Symbol.LEARNED_SPAM, 8.0, to_evidence(judgement), "learned")


def test_what_pushed_is_told_each_way_the_strongest_first() -> None:
    why = explain(learned(0.97, *REASONS))

    assert why is not None
    assert why.probability == "97%"
    assert why.towards == [
        Push("", "casino", is_fact=False, weight="+2.4", size=5),
        Push("website", "pills.example", is_fact=False, weight="+0.7", size=2),
    ]
    assert why.against == [
        Push("", "the form was open for a minute", is_fact=True, weight="−0.5", size=1)
    ]
    assert (why.total, why.belief) == ("+2.2", "What was taught counts by 65%.")
    assert why.model == "Model abc123: +2.50; 1,234 lessons of this site: -0.25"


def test_a_handful_is_enough() -> None:
    why = explain(learned(0.5, *(Reason("text", f"w{n}", n / 10) for n in range(1, 12))))

    assert why is not None
    assert [push.words for push in why.towards] == ["w11", "w10", "w9", "w8", "w7"]
    assert len(why.towards) == MOST_EACH_WAY


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "under 1%"), (0.0149, "1%"), (0.5, "50%"), (0.99, "99%"), (1.0, "over 99%")],
)
def test_nothing_is_sure(probability: float, words: str) -> None:
    why = explain(learned(probability))

    assert why is not None
    assert why.probability == words


def test_abuse_is_explained_by_what_was_kept_with_it() -> None:
    told = {"probability": 0.93, "version": "abc", "reasons": [["text", "fool", 1.5]]}
    why = explain(Signal(Symbol.ABUSE, 0, told))

    assert why is not None
    assert (why.probability, why.model, why.total) == ("93%", "Model abc", "+2.6")
    assert not why.belief
    assert [push.words for push in why.towards] == ["fool"]


def test_other_signals_explain_themselves() -> None:
    assert explain(Signal(Symbol.LINK_FLOOD, 3, {"links": 4, "limit": 2})) is None
    assert explain(Signal(Symbol.CHECK_ERROR, 0, {"check": "learned"})) is None


def test_what_was_kept_in_former_words_is_told_in_every_language() -> None:
    kept = Reason("fact", "How it is written", 0.8), Reason("fact", "The kind of its address", 0.4)
    why = explain(learned(0.5, *kept, Reason("name", "The kind of its address", 0.2)))

    assert why is not None
    told = [push.words for push in why.towards]
    assert told == [
        "How it is written",
        "The kind of its email address",
        "The kind of its address",  # as somebody calls himself
    ]
    german = read("de", "messages")
    for words in told[:2]:
        message = german.get(words)
        assert message is not None
        assert message.string


def test_a_receipt_of_former_facts_without_their_values_is_told_in_every_language() -> None:
    words = (
        "How many links it holds",
        "The kind of its email address",
        "Its language beside the site's",
    )
    why = explain(learned(0.5, *(Reason("fact", said, 1.0) for said in words)))

    assert why is not None
    said_now = [said.replace("'", "’") for said in words]
    assert [push.words for push in why.towards] == said_now
    for tag in TAGS:
        catalogue = read(tag, "messages")
        for said in said_now:
            message = catalogue.get(said)
            assert message is not None
            assert message.string


@pytest.mark.parametrize(
    ("tag", "name"), [("en", "Russian"), ("de", "Russisch"), ("zh-Hant", "俄文"), ("ar", "الروسية")]
)
def test_the_language_it_is_written_in_is_named_as_the_moderator_calls_it(
    tag: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.web.explaining.voice", lambda: voice_of(tag))
    why = explain(learned(0.5, Reason("language", "ru", 1.0), Reason("language", "xx", -1.0)))

    assert why is not None
    assert why.towards == [Push("written in", name, is_fact=False, weight="+1.0", size=2)]
    assert why.against[0].words == "xx"


def test_a_receipt_tells_first_what_counts_most() -> None:
    found = [
        Signal(Symbol.FORM_TOKEN_MISSING, 1.0),
        Signal(Symbol.LEARNED_GOOD, 0.0, learned(0.03).evidence),
        Signal(Symbol.KNOWN_COMMENTER, -2.0),
        Signal(Symbol.LINK_FLOOD, 4.0),
        Signal(Symbol.FIRST_COMMENT, 0.0),
    ]
    lines = receipt_lines(found, VerdictRule.HOLD_SCORE)

    assert [line.signal for line in lines] == [found[3], found[2], found[0], found[1], found[4]]
    assert [line.counts for line in lines] == [True, True, True, False, False]
    assert [line.why is not None for line in lines] == [False, False, False, True, False]
    assert not any(line.pushed for line in lines)  # a judgement that tells nothing pushed it
    assert receipt_lines([learned(0.97, *REASONS)], None)[0].pushed
    assert [line.signal for line in receipt_lines(found, None)] == [line.signal for line in lines]


@pytest.mark.parametrize(
    ("rule", "symbol"),
    [
        (VerdictRule.BLOCKLIST, Symbol.BLOCKLIST_HOLD),
        (VerdictRule.BLOCKLIST, Symbol.BLOCKLIST_SPAM),
        (VerdictRule.BLOCKLIST, Symbol.BLOCKLIST_REJECT),
        (VerdictRule.HONEYPOT, Symbol.HONEYPOT),
        (VerdictRule.ABUSE, Symbol.ABUSE),
        (VerdictRule.ABUSE, Symbol.REMOTE_ABUSE),
        (VerdictRule.UNSURE, Symbol.LEARNED_SPAM),
        (VerdictRule.UNSURE, Symbol.LEARNED_UNSURE),
        (VerdictRule.UNSURE, Symbol.LEARNED_GOOD),
        (VerdictRule.CHECK_ERROR, Symbol.CHECK_ERROR),
        (VerdictRule.CHECK_ERROR, Symbol.REMOTE_FAILED),
        (VerdictRule.FIRST_COMMENT, Symbol.FIRST_COMMENT),
        (VerdictRule.WAVE, Symbol.WAVE),
    ],
)
def test_what_a_rule_went_by_counts_most_also_without_points(
    rule: VerdictRule, symbol: Symbol
) -> None:
    by_points, decisive = Signal(Symbol.LINK_FLOOD, 2.0), Signal(symbol, 0.0)
    found = [by_points, decisive]

    assert [one.signal for one in receipt_lines(found, rule)] == [decisive, by_points]
    assert all(one.counts for one in receipt_lines(found, rule))
    assert [one.signal for one in receipt_lines(found, VerdictRule.HOLD_SCORE)] == found


def test_in_short_it_is_told_what_was_learned_and_the_two_strongest_signals() -> None:
    judged = Signal(Symbol.LEARNED_UNSURE, 0.0, learned(0.81).evidence)
    found = [
        Signal(Symbol.FORM_TOKEN_MISSING, 1.0),
        Signal(Symbol.WAVE, 5.0),
        Signal(Symbol.KNOWN_COMMENTER, -2.0),
        Signal(Symbol.FIRST_COMMENT, 0.0),
        Signal(Symbol.TENSION, 0.0),
        Signal(Symbol.LINK_FLOOD, 4.0),
        judged,
    ]

    assert [line.signal for line in in_short(found)] == [judged, found[5], found[2]]
    assert [line.signal for line in in_short(found[:2])] == found[:1]
    assert in_short([found[1], found[3]]) == []


def test_what_was_learned_is_told_once_in_short_also_where_it_has_points() -> None:
    judged = learned(0.97)

    assert [line.signal for line in in_short([judged])] == [judged]
