"""Deciding many comments at once, in sentences."""

from dataclasses import dataclass

from moderation.domain.actions import Action
from moderation.models import BulkJob
from moderation.words import N_, Message


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked before it is done, and what the button to it says."""

    question: Message
    button: Message


@dataclass(frozen=True, slots=True)
class Told:
    """What is being done, and how much of it is."""

    doing: Message
    done: Message


def asked(decision: str, n: int) -> Asked:
    """The question whether to decide so many comments so."""
    return {
        "approve": Asked(
            Message.counted("Approve {n} comment?", "Approve {n} comments?", n),
            Message.counted("Approve {n}", "Approve {n}", n),
        ),
        "spam": Asked(
            Message.counted("Mark {n} comment as spam?", "Mark {n} comments as spam?", n),
            Message.counted("Mark {n} as spam", "Mark {n} as spam", n),
        ),
        "reject": Asked(
            Message.counted("Reject {n} comment?", "Reject {n} comments?", n),
            Message.counted("Reject {n}", "Reject {n}", n),
        ),
    }[decision]


def told(job: BulkJob) -> Told:
    """What a job does."""
    n, numbers = job.total, {"changed": job.changed, "total": job.total}
    return {
        Action.APPROVE: Told(
            Message.counted("Approving {n} comment", "Approving {n} comments", n),
            N_("{changed} of {total} approved", **numbers),
        ),
        Action.SPAM: Told(
            Message.counted("Marking {n} comment as spam", "Marking {n} comments as spam", n),
            N_("{changed} of {total} marked as spam", **numbers),
        ),
        Action.REJECT: Told(
            Message.counted("Rejecting {n} comment", "Rejecting {n} comments", n),
            N_("{changed} of {total} rejected", **numbers),
        ),
        Action.UNDO: Told(
            Message.counted("Taking back {n} comment", "Taking back {n} comments", n),
            N_("{changed} of {total} taken back", **numbers),
        ),
    }[job.action]


def at_once(job: BulkJob) -> Message:
    """What a job has done, with a link to it."""
    n, link = job.changed, {"link": "", "end": ""}
    return {
        Action.APPROVE: Message.counted(
            "{link}{n} approved{end} at once", "{link}{n} approved{end} at once", n, **link
        ),
        Action.SPAM: Message.counted(
            "{link}{n} marked as spam{end} at once",
            "{link}{n} marked as spam{end} at once",
            n,
            **link,
        ),
        Action.REJECT: Message.counted(
            "{link}{n} rejected{end} at once", "{link}{n} rejected{end} at once", n, **link
        ),
        Action.UNDO: Message.counted(
            "{link}{n} taken back{end} at once", "{link}{n} taken back{end} at once", n, **link
        ),
    }[job.action]
