"""What comes of asking: answers, silence and faults, as signals."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from moderation.domain.remote import LONGEST_WAIT, OVER_BUDGET, ServiceSettings, Without
from moderation.domain.signals import Signal
from moderation.services.remote.interface import (
    NoAnswerError,
    Opinion,
    Question,
    RemoteCheck,
    failure_of,
    signals_of,
)
from moderation.words import N_, Message

# Each service has its own limit; this one is for what those could not end.
_ALL_TOGETHER = LONGEST_WAIT + 1.0  # seconds
_LONGEST_RECHECK = timedelta(minutes=10)
# Under these names a receipt keeps what a service was told of the commenter.
TOLD_EMAIL, TOLD_NETWORK = "told_email", "told_network"

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to one service.

    Attributes:
        check: the service.
        question: what it is asked.
        settings: the site's for it.
        circuit: the name of its breaker: another one after each change of the settings.
        fault: why it cannot be asked at all.
    """

    check: RemoteCheck
    question: Question
    settings: ServiceSettings
    circuit: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of the questions on one comment.

    Attributes:
        signals: what services say, or that they said nothing.
        ask_again: a service will know more after so long; until then nothing is concluded.
        was_asked: whether any service was asked at all.
    """

    signals: tuple[Signal, ...] = ()
    ask_again: timedelta | None = None
    was_asked: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    Attributes:
        ask: the question.
        said: the answer, or how there was none.
        seconds: how long it took.
        was_asked: whether the service was asked at all.
        without: what happens to the comment without an answer, where it is not as on a failure.
    """

    ask: Ask
    said: Opinion | NoAnswerError
    seconds: float = 0.0
    was_asked: bool = True
    without: Without | None = None

    @property
    def accuses(self) -> bool:
        """Whether the comment is called spam or abusive."""
        return isinstance(self.said, Opinion) and (self.said.spam > 0 or self.said.abusive)

    def signals(self) -> tuple[Signal, ...]:
        """It as signals, with what the service was told of the commenter."""
        duration = round(self.seconds * 1_000_000)
        if isinstance(self.said, Opinion):
            found = signals_of(self.ask.check, self.said, duration)
        else:
            holds = (self.without or self.ask.settings.on_failure) is Without.HOLD
            found = (failure_of(self.ask.check, self.said, holds=holds, duration_us=duration),)
        told = _told(self.ask.question) if self.was_asked else {}
        if self.without is not None:
            told[OVER_BUDGET] = True
        return tuple(replace(s, evidence={**s.evidence, **told}) for s in found)


def ask_one(ask: Ask) -> tuple[Opinion | NoAnswerError, float]:
    """What a service says, and how many seconds it took."""
    outcome = _asked(ask)
    return outcome.said, outcome.seconds


def _asked(ask: Ask) -> Outcome:
    started = time.monotonic()
    said_ = answered(lambda: ask.check.ask(ask.question))
    return Outcome(ask, said_, time.monotonic() - started)


def answered(call: Callable[[], _Answer]) -> _Answer | NoAnswerError:
    """What a call to a service gives, or how there was no answer; never raises."""
    try:
        return call()
    except NoAnswerError as error:
        return error
    except Exception as error:  # noqa: BLE001 -- whatever a service makes of our code is a failure of its own
        return NoAnswerError(N_("Its answer could not be read ({why}).", why=type(error).__name__))


def all_at_once(asks: Sequence[Ask]) -> list[Outcome]:
    """What comes of all questions, each in a thread of its own."""
    if len(asks) <= 1:  # alone it needs no thread
        return [_asked(ask) for ask in asks]
    pool = ThreadPoolExecutor(len(asks), thread_name_prefix="ask")
    futures = {pool.submit(_asked, ask): ask for ask in asks}
    done, late = wait(futures, timeout=_ALL_TOGETHER)
    pool.shutdown(wait=False, cancel_futures=True)
    silent = NoAnswerError(N_("It did not answer in time."))
    return [future.result() for future in done] + [
        Outcome(futures[future], silent, _ALL_TOGETHER) for future in late
    ]


def used_up(ask: Ask) -> Outcome:
    """That the site's budget for a service has nothing left today."""
    words = Message.counted(
        "Not asked: the {n} question of the day is used up.",
        "Not asked: the {n} questions of the day are used up.",
        ask.settings.daily_budget,
    )
    return Outcome(ask, NoAnswerError(words), was_asked=False, without=ask.settings.on_budget)


def heard(outcomes: Sequence[Outcome], *, may_wait: bool) -> Heard:
    """All outcomes together.

    Args:
        outcomes: of each question.
        may_wait: whether the comment can wait for a service that will know more; one that cannot
            goes on with what it calls spam or abusive, else as if it had failed.
    """
    signals: list[Signal] = []
    longest: timedelta | None = None
    for outcome in outcomes:
        seconds = outcome.said.ask_again if isinstance(outcome.said, Opinion) else None
        if seconds is None:
            signals += outcome.signals()
        elif may_wait:
            longest = max(longest or timedelta(), timedelta(seconds=min(seconds, 86_400)))
        elif outcome.accuses:
            signals += outcome.signals()
        else:
            silent = NoAnswerError(N_("It wants to be asked later, and did so before."))
            signals += replace(outcome, said=silent).signals()
    again = min(longest, _LONGEST_RECHECK) if longest is not None else None
    return Heard(tuple(signals), again, any(outcome.was_asked for outcome in outcomes))


def _told(question: Question) -> dict[str, bool]:
    """What it was told of the commenter, for the receipt."""
    told = {TOLD_EMAIL: bool(question.email), TOLD_NETWORK: bool(question.network)}
    return {name: True for name, yes in told.items() if yes}
