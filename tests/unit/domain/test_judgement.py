"""A judgement as it is kept with a receipt."""

import json

from moderation.domain.judgement import (
    LONGEST_WORDS,
    MOST_REASONS,
    Judgement,
    Reason,
    from_evidence,
    to_evidence,
)

JUDGEMENT = Judgement(
    probability=0.97,
    shipped_logit=2.5,
    site_logit=1.25,
    seen=42,
    version="abc",
    reasons=(Reason("text", "casino", 2.5), Reason("fact", "a fact", -0.5)),
    abuse_probability=0.25,
    abuse_reasons=(Reason("text", "word", 1.0),),
)


def test_what_is_kept_is_what_was_judged() -> None:
    kept = json.loads(json.dumps(to_evidence(JUDGEMENT)))

    assert from_evidence(kept) == JUDGEMENT


def test_the_strongest_reasons_are_kept_whichever_way_they_push() -> None:
    many = tuple(Reason("text", f"w{n}", (-1) ** n * n / 10) for n in range(40))
    kept = to_evidence(Judgement(0.5, 0, 0, 0, "v", many))["reasons"]

    assert len(kept) == MOST_REASONS
    assert kept[0] == ["text", "w39", -3.9]


def test_nothing_that_may_be_of_an_address_is_kept_nor_what_no_database_can() -> None:
    reasons = (
        Reason("text", "anna@example.com", 3.0),
        Reason("text", "nul\0 and \ud800", 2.0),
        Reason("text", "x" * 500, 1.0),
    )
    kept = to_evidence(Judgement(0.5, 0, 0, 0, "v", reasons))["reasons"]

    assert [words for _, words, _ in kept] == ["nul and ?", "x" * (LONGEST_WORDS - 1) + "…"]
