"""Asking the services that a site has turned on: all at once, in seconds, whatever they do.

In two steps, so that no transaction is open while anybody is waited for: `asks_for` reads what is
to be asked, `ask` asks it and notes what came of it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from moderation.domain.remote import Service
from moderation.errors import ConfigError
from moderation.models import Comment, Commenter, RemoteService, Site, db
from moderation.privacy.sealing import EmailVault
from moderation.services.remote import budget
from moderation.services.remote.akismet import AkismetCheck
from moderation.services.remote.circuits import Circuits
from moderation.services.remote.configured import open_key
from moderation.services.remote.interface import NoAnswerError, Question, RemoteCheck
from moderation.services.remote.llm import LlmCheck
from moderation.services.remote.outcomes import Ask, Heard, Outcome, all_at_once, heard, used_up
from moderation.services.remote.questions import confided, question_of
from moderation.services.remote.signed_http import SignedHttpCheck
from moderation.services.remote.stopforumspam import StopForumSpamCheck
from moderation.services.remote.wire import Wire
from moderation.words import N_, Message


def _dnsbl(settings: Any, key: str, wire: Wire) -> RemoteCheck:
    # What asks the DNS takes a tenth of a worker's start to load, and few sites ask it.
    from moderation.services.remote.dnsbl import DnsblCheck  # noqa: PLC0415

    return DnsblCheck(settings, key, wire)


BUILDERS: dict[Service, Callable[[Any, str, Wire], RemoteCheck]] = {
    Service.AKISMET: AkismetCheck,
    Service.SIGNED_HTTP: SignedHttpCheck,
    Service.LLM: LlmCheck,
    Service.STOPFORUMSPAM: StopForumSpamCheck,
    Service.DNSBL: _dnsbl,
}


class RemoteChecks:
    """Asks other services in the name of the sites.

    Args:
        vault: opens their keys, and addresses where a site has opted in.
        wire: how they are reached.
        circuits: which are left alone just now.
    """

    def __init__(self, vault: EmailVault, wire: Wire, circuits: Circuits) -> None:
        self._vault = vault
        self._wire = wire
        self._circuits = circuits

    def asks_for(
        self, comment: Comment, site: Site, commenter: Commenter, links: Callable[[], Sequence[str]]
    ) -> tuple[Ask, ...]:
        """What a comment's site wants to have asked about it, read within the caller's
        transaction.
        """
        rows = db.session.scalars(_SELECT_SERVICES, {"site_id": comment.site_id}).all()
        on = [row for row in rows if row.settings.on]
        if not on:
            return ()
        question = question_of(comment, site, comment.text, tuple(links()))
        return tuple(self._ask_for(row, question, comment, commenter) for row in on)

    def _ask_for(
        self, row: RemoteService, question: Question, comment: Comment, commenter: Commenter
    ) -> Ask:
        circuit = f"{row.site_id}:{row.service}:{row.changed_at.timestamp():.6f}"
        try:
            question = confided(self._vault, question, row.settings, comment, commenter)
            key, fault = open_key(self._vault, row), ""
        except ConfigError as error:
            key, fault = "", error.message
        check = BUILDERS[row.service](row.settings, key, self._wire)
        return Ask(check, question, row.settings, circuit, fault)

    def check_for(self, row: RemoteService) -> RemoteCheck:
        """A service as a site has set it up.

        Raises:
            ConfigError: its key does not open.
        """
        return BUILDERS[row.service](row.settings, open_key(self._vault, row), self._wire)

    def confide(
        self, question: Question, row: RemoteService, comment: Comment, commenter: Commenter
    ) -> Question:
        """A question with what the site has opted in to tell (`questions.confided`)."""
        return confided(self._vault, question, row.settings, comment, commenter)

    def ask(self, site_id: int, asks: Sequence[Ask], now: datetime, *, may_wait: bool) -> Heard:
        """Ask; never raises for what a service does.

        Args:
            site_id: whose comment it is.
            asks: what to ask (`asks_for`).
            now: when.
            may_wait: whether the comment can wait for a service that will know more later.
        """
        db.session.rollback()  # nobody is waited for within a transaction
        outcomes = [self._unaskable(ask) for ask in asks]
        ready = [ask for ask, outcome in zip(asks, outcomes, strict=True) if outcome is None]
        paid = self._paid(site_id, ready, now)
        answered = {id(o.ask): o for o in all_at_once([a for a in ready if _name(a) in paid])}
        found = [
            outcome or answered.get(id(ask)) or used_up(ask)
            for ask, outcome in zip(asks, outcomes, strict=True)
        ]
        self._note(site_id, found, paid, now)
        return heard(found, may_wait=may_wait)

    def _unaskable(self, ask: Ask) -> Outcome | None:
        if ask.fault:
            return Outcome(ask, NoAnswerError(Message.of(ask.fault)), was_asked=False)
        if self._circuits.is_open(ask.circuit):
            words = N_("It failed several times in a row and is left alone for a while.")
            return Outcome(ask, NoAnswerError(words), was_asked=False)
        return None

    @staticmethod
    def _paid(site_id: int, asks: Sequence[Ask], now: datetime) -> dict[Service, bool]:
        if not asks:
            return {}
        budgets = [(_name(ask), ask.settings.daily_budget) for ask in asks]
        return budget.spend(site_id, budgets, now)

    def _note(
        self, site_id: int, outcomes: Sequence[Outcome], paid: dict[Service, bool], now: datetime
    ) -> None:
        noted = []
        for outcome in outcomes:
            if not outcome.was_asked:
                continue
            failed = isinstance(outcome.said, NoAnswerError)
            (self._circuits.failed if failed else self._circuits.succeeded)(outcome.ask.circuit)
            fault = outcome.said.words if isinstance(outcome.said, NoAnswerError) else ""
            name = _name(outcome.ask)
            if failed or paid[name] or outcome.said.alert:
                noted.append((name, failed, fault, outcome.said.alert))
        if noted:
            budget.note(site_id, noted, now)


def _name(ask: Ask) -> Service:
    return ask.check.service


_SELECT_SERVICES = (
    select(RemoteService)
    .where(RemoteService.site_id == bindparam("site_id"))
    .order_by(RemoteService.service)
)
