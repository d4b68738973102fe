"""Trying a service with a comment that is made up and harmless, at an owner's word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.config import Settings
from moderation.domain.remote import Service
from moderation.domain.remote_words import said_by
from moderation.domain.roles import Permission
from moderation.domain.signals import Signal, Symbol
from moderation.errors import ConfigError, InvalidInputError
from moderation.models import RemoteService, Site, db
from moderation.privacy.sealing import EmailVault
from moderation.services.permissions import site_for
from moderation.services.remote import budget
from moderation.services.remote.asking import BUILDERS
from moderation.services.remote.configured import faults_of, open_key
from moderation.services.remote.interface import (
    NoAnswerError,
    Opinion,
    Proving,
    Question,
    RemoteCheck,
    signals_of,
)
from moderation.services.remote.outcomes import Ask, answered, ask_one
from moderation.services.remote.wire import wire_of
from moderation.words import N_, Figure, Message


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether a service answered as it should, and what, in words."""

    good: bool
    words: str


def try_service(
    vault: EmailVault, config: Settings, by: int, slug: str, service: Service, *, now: datetime
) -> Tried:
    """Ask a service with its saved settings, on or off; it counts as one of the day's questions.

    Takes as long as the service does, twice its limit at most. No transaction is open meanwhile.

    Raises:
        UnknownSiteError, NotAllowedError: as `permissions.site_for`.
        InvalidInputError: it cannot be asked with these settings.
    """
    site = site_for(by, slug, Permission.MANAGE_SITE)
    row = db.session.get(RemoteService, (site.id, service))
    if row is None:
        raise InvalidInputError(N_("Save its settings first."))
    wanted = row.settings.model_copy(update={"on": True})
    if faults := faults_of(service, wanted, config, has_key=row.has_key):
        raise InvalidInputError(next(iter(faults.values())))
    try:
        check = BUILDERS[service](row.settings, open_key(vault, row), wire_of(config))
    except ConfigError as error:
        raise InvalidInputError(error.message) from None
    site_id, question = site.id, _harmless(site, now)
    db.session.rollback()
    if not budget.spend(site_id, [(service, wanted.daily_budget)], now):
        return Tried(good=False, words=N_("The questions of the day are used up."))
    found, seconds = _tried(check, question, Ask(check, question, wanted, ""))
    failed = isinstance(found, NoAnswerError)
    fault = found.words if isinstance(found, NoAnswerError) else ""
    budget.note(site_id, [(service, failed, fault, found.alert)], now)
    return _told(check, found, seconds)


def _tried(
    check: RemoteCheck, question: Question, ask: Ask
) -> tuple[Opinion | NoAnswerError, float]:
    if isinstance(check, Proving):
        proof = answered(lambda: check.verify(question.site_url))
        if isinstance(proof, NoAnswerError):
            return proof, 0.0
    return ask_one(ask)


def _harmless(site: Site, now: datetime) -> Question:
    return Question(
        text="This is a harmless comment, made up to see whether somebody answers.",
        name="Try It",
        website="",
        page=f"{site.origins[0]}/",
        page_title="A page that is made up",
        site_url=site.origins[0],
        site=site.slug,
        language="en",
        user_agent="Mozilla/5.0 (made up)",
        written_at=now,
        links=("https://www.example.com/",),
        is_test=True,
    )


def _told(check: RemoteCheck, found: Opinion | NoAnswerError, seconds: float) -> Tried:
    if isinstance(found, NoAnswerError):
        return Tried(good=False, words=found.words)
    signals = signals_of(check, found, 0)
    if not signals:
        verdict = N_("it has no opinion")
    elif signals[0].symbol is Symbol.REMOTE_GOOD:
        verdict = N_("nothing is wrong with it")
    elif len(signals) > 1:
        verdict = N_("spam and abusive")
    else:
        verdict = N_("spam") if signals[0].symbol is Symbol.REMOTE_SPAM else N_("abusive")
    words = N_(
        "It answered in {seconds} s of the made-up comment: {verdict}.",
        seconds=round(seconds, 2),
        verdict=verdict,
    )
    return Tried(good=not found.breach, words=Message.all_of([words, *_more(signals, found)]))


def _more(signals: Sequence[Signal], found: Opinion) -> Iterator[Message]:
    """What else there is to say: its points, how it broke what was agreed, its own words."""
    if signals and signals[0].score:
        points = N_("{points} points", points=Figure.points(signals[0].score))
        yield N_("{sentence}.", sentence=points)
    if found.breach:
        yield Message.of(found.breach)
    if reason := said_by(signals[0].evidence) if signals else "":
        yield N_("Its words: {words}", words=reason)
