"""The audit log: in words, and as a file."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_security import auth_required

from moderation.domain.actions import ACTION_WORDS, Action
from moderation.domain.spreadsheet import BOM, csv_lines
from moderation.domain.status import STATUSES_WITHIN
from moderation.domain.whole_number import whole_number
from moderation.services import audit_log
from moderation.services.audit_log import LogEntry, LogFilter
from moderation.web.auth import me
from moderation.web.comment_links import comment_url
from moderation.web.runtime import runtime
from moderation.web.streaming import stream_file
from moderation.words import N_

bp = Blueprint("audit", __name__, url_prefix="/audit")

_PAGE = 50
_COLUMNS = (
    "id",
    "time",
    "site",
    "who",
    "role of actor",
    "action",
    "comment",
    "before",
    "after",
    "why",
    "details",
)


@bp.get("")
@auth_required("session")
def show() -> str:
    """A page of the log, the newest first."""
    wanted, faults = _filter()
    page = audit_log.read_log(
        me(),
        wanted,
        limit=_PAGE,
        older_than=_number("older_than"),
        newer_than=_number("newer_than"),
    )
    return render_template(
        "queue/audit.html",
        page=page,
        wanted=wanted,
        faults=faults,
        kept=_kept(),
        sites=audit_log.readable_sites(me()),
        moderators=audit_log.known_moderators(me()),
        actions=ACTION_WORDS,
        statuses_within=STATUSES_WITHIN,
        comment_url=comment_url,
        now=runtime().clock(),
    )


@bp.get("/export.csv")
@auth_required("session")
def export() -> Response:
    """All entries that the filter finds, as CSV, sent as they are read."""
    wanted, _ = _filter()
    name = f"audit-log-{runtime().clock():%Y-%m-%d}.csv"
    return stream_file(_lines(me(), wanted), "text/csv", name)


def _lines(moderator_id: int, wanted: LogFilter) -> Iterator[str]:
    yield BOM + csv_lines([_COLUMNS])
    for entries in audit_log.export_log(moderator_id, wanted):
        yield csv_lines(map(_row, entries))


def _row(found: LogEntry) -> tuple[object, ...]:
    entry = found.entry
    return (
        entry.id,
        entry.created_at.isoformat(),
        found.site.slug,
        found.who,
        entry.actor.value,
        entry.action.value,
        entry.comment_id,
        entry.before.value if entry.before else None,
        entry.after.value if entry.after else None,
        entry.why,
        json.dumps(entry.details, ensure_ascii=False),
    )


def _filter() -> tuple[LogFilter, list[str]]:
    """What the address asks for, and what of it cannot be read, in words."""
    args = request.args
    faults: list[str] = []
    action, comment = args.get("action", ""), args.get("comment", "").strip()
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        days[name] = _day(args.get(name, ""))
        if args.get(name) and days[name] is None:
            faults.append(
                N_("“{text}” is not a day, such as 2026-05-31. It was left out.", text=args[name])
            )
    if comment and _number("comment") is None:
        faults.append(N_("“{text}” is not the number of a comment. It was left out.", text=comment))
    if days["since"] and days["until"] and days["since"] > days["until"]:
        faults.append(N_("The first day is after the last, so nothing can be found."))
    wanted = LogFilter(
        site=args.get("site") or None,
        moderator_id=_number("moderator"),
        action=Action(action) if action in set(Action) else None,
        comment_id=_number("comment"),
        since=days["since"],
        until=days["until"],
        machine=args.get("machine") == "1",
    )
    return wanted, faults


def _kept() -> dict[str, Any]:
    """The filter's part of the address, for links to other pages of the same."""
    names = ("site", "moderator", "action", "comment", "since", "until", "machine")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(name: str) -> int | None:
    return whole_number(request.args.get(name, "").strip().removeprefix("#"))
