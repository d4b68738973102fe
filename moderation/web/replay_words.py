"""What a rule or policy would have done, in sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from moderation.domain.actions import Action
from moderation.domain.status import Status
from moderation.words import N_, Message

if TYPE_CHECKING:  # it loads the checks
    from moderation.services.replay import Replay

_REFUSALS = [Action.SPAM, Action.REJECT, Action.BLOCK]


@dataclass(frozen=True, slots=True)
class Move:
    """How many comments would have become what.

    Attributes:
        count: how many.
        would: it in words, with a place for the number.
        known: how many of these moderators had decided otherwise.
    """

    count: int
    would: Message
    known: Message


def told_moves(replay: "Replay") -> list[Move]:
    """Every status that comments would have got."""
    total = len(replay.outcomes)
    return [
        Move(count, would(total), _known(replay, after))
        for after, would in (_OF_RULE if replay.of_rule else _OF_POLICY).items()
        if (count := replay.count(after))
    ]


def _known(replay: "Replay", after: Status) -> Message:
    if after is Status.PUBLISHED:
        refused = replay.count(after, _REFUSALS)
        if refused:
            return Message.counted("you refused {n} of these", "you refused {n} of these", refused)
        return N_("you refused none of these")
    approved = replay.count(after, [Action.APPROVE])
    if approved:
        return Message.counted("you approved {n} of these", "you approved {n} of these", approved)
    return N_("you approved none of these")


_Would = dict[Status, Callable[[int], Message]]
_OF_RULE: _Would = {
    Status.HELD: lambda n: Message.counted(
        "Would have held {count} of the last {n} comment",
        "Would have held {count} of the last {n} comments",
        n,
        count="",
    ),
    Status.SPAM: lambda n: Message.counted(
        "Would have marked as spam {count} of the last {n} comment",
        "Would have marked as spam {count} of the last {n} comments",
        n,
        count="",
    ),
    Status.REJECTED: lambda n: Message.counted(
        "Would have rejected {count} of the last {n} comment",
        "Would have rejected {count} of the last {n} comments",
        n,
        count="",
    ),
    Status.PUBLISHED: lambda n: Message.counted(
        "Would have published {count} of the last {n} comment",
        "Would have published {count} of the last {n} comments",
        n,
        count="",
    ),
}
_OF_POLICY: _Would = {
    Status.HELD: lambda n: Message.counted(
        "Would newly have held {count} of the last {n} comment",
        "Would newly have held {count} of the last {n} comments",
        n,
        count="",
    ),
    Status.SPAM: lambda n: Message.counted(
        "Would newly have marked as spam {count} of the last {n} comment",
        "Would newly have marked as spam {count} of the last {n} comments",
        n,
        count="",
    ),
    Status.REJECTED: lambda n: Message.counted(
        "Would newly have rejected {count} of the last {n} comment",
        "Would newly have rejected {count} of the last {n} comments",
        n,
        count="",
    ),
    Status.PUBLISHED: lambda n: Message.counted(
        "Would newly have published {count} of the last {n} comment",
        "Would newly have published {count} of the last {n} comments",
        n,
        count="",
    ),
}
