"""Every action can be told."""

import pytest

from moderation.domain.actions import Action, is_as_judged, standing_decision
from moderation.domain.audit_words import tell, who_did
from moderation.domain.status import Actor


def test_a_decision_is_one_sentence() -> None:
    told = tell(Action.SPAM, "Ben", "Nora", why="he sells pills", details={})

    assert told.sentence == "Ben marked a comment by Nora as spam"
    assert told.because == "he sells pills"
    linked = told.sentence.template.format(who="Ben", commenter="Nora", link="[", end="]")
    assert linked == "Ben marked [a comment by Nora] as spam"


def test_who_acts_by_a_key_is_told_with_it() -> None:
    told = tell(Action.APPROVE, "Ben", "Nora", why="", details={"by_key": "Import"})

    assert told.sentence == "Ben, by the key “Import”, approved a comment by Nora"


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("commenter", ["Nora", None])
def test_every_action_has_words(action: Action, commenter: str | None) -> None:
    told = tell(action, "Ben", commenter, why="", details={"x": "y"}).sentence

    assert told.startswith("Ben ")
    assert "  " not in told
    assert ("Nora" in told) == (commenter is not None)


def test_what_confirms_is_told_as_such() -> None:
    told = tell(Action.APPROVE, "Ben", "Nora", why="", details={}, confirms=True)

    assert told.sentence == "Ben confirmed what the policy said of a comment by Nora"


def test_a_verdicts_rule_is_told_by_its_meaning() -> None:
    told = tell(Action.VERDICT, "The policy", "N", why="HONEYPOT", details={"score": 8})

    assert told.because == "Only a program fills in the invisible field"
    assert told.more == ("+8 points",)


def test_a_rule_on_an_address_is_told_without_it() -> None:
    details = {"kind": "email", "effect": "reject", "value": "", "note": "Max", "rule_id": 3}
    told = tell(Action.RULE_ADDED, "Ben", None, why="", details=details)

    assert told.more == ("Commenter with a sealed address: reject (Max)",)


@pytest.mark.parametrize("actor", Actor)
def test_everybody_has_a_name(actor: Actor) -> None:
    assert who_did(actor, None)
    assert who_did(actor, "Ben") == "Ben"


def test_the_decision_that_stands_is_the_last_not_taken_back() -> None:
    approve, spam = (1, Action.APPROVE, None), (2, Action.SPAM, None)

    assert standing_decision([]) is None
    assert standing_decision([approve, spam]) is Action.SPAM
    assert standing_decision([approve, spam, (3, Action.UNDO, 2)]) is Action.APPROVE
    assert standing_decision([approve, (2, Action.UNDO, 1)]) is None
    assert standing_decision([approve, (2, Action.EDIT, None)]) is Action.APPROVE


def test_a_comment_is_as_judged_until_a_decision_stands() -> None:
    judged, approve = (1, Action.VERDICT, None), (2, Action.APPROVE, None)

    assert not is_as_judged([])
    assert not is_as_judged([approve])
    assert is_as_judged([judged])
    assert not is_as_judged([judged, approve])
    assert is_as_judged([judged, approve, (3, Action.UNDO, 2)])
    assert is_as_judged([judged, approve, (3, Action.VERDICT, None)])
    assert is_as_judged([judged, (2, Action.EDIT, None)])
    assert not is_as_judged([judged, approve, (3, Action.SPAM, None), (4, Action.UNDO, 3)])
