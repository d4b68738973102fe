"""The figures: numbers, charts, and the table behind each."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flask import Blueprint, render_template, request
from flask_security import auth_required

from moderation.domain.signals import MEANINGS
from moderation.domain.status import Status
from moderation.services import figures
from moderation.services.figures import DayFigures
from moderation.web.auth import me
from moderation.web.charts import Chart, stacked
from moderation.web.comment_links import comment_url
from moderation.web.languages import say
from moderation.web.runtime import runtime
from moderation.words import N_

bp = Blueprint("figures", __name__, url_prefix="/figures")

# What a comment can be now, from the bottom of a bar to its top.
_STATUSES = (
    (Status.PUBLISHED, N_("Published")),
    (Status.HELD, N_("Waiting")),
    (Status.SPAM, N_("Spam")),
    (Status.REJECTED, N_("Rejected")),
    (Status.DELETED, N_("Deleted")),
    (Status.PENDING, N_("Being judged")),
)
# Seconds, a number of it in short, its name.
_UNITS = (
    (86_400, N_("{n} d"), N_("days")),
    (3_600, N_("{n} h"), N_("hours")),
    (60, N_("{n} min"), N_("minutes")),
    (1, N_("{n} s"), N_("seconds")),
)


@bp.get("")
@auth_required("session")
def show() -> str:
    """The figures of a site, or of all of the moderator's, over some days."""
    period = request.args.get("days", "", type=str)
    days = int(period) if period in map(str, figures.PERIODS) else figures.PERIODS[1]
    slug = request.args.get("site") or None
    found = figures.read_figures(me(), slug, days, runtime().clock())
    unit = _unit([day.median or 0 for day in found.days])
    shown = [s for s in _STATUSES if any(day.by_status.get(s[0]) for day in found.days)]
    return render_template(
        "queue/figures.html",
        figures=found,
        days=days,
        slug=slug,
        periods=figures.PERIODS,
        sites=figures.readable_sites(me()),
        statuses=shown,
        submissions=_submissions(found.days, shown),
        decisions=stacked([[("decisions", day.decisions)] for day in found.days]),
        waits=stacked([[("wait", day.median or 0)] for day in found.days], unit[0]),
        wait_unit=unit,
        labels=_labels(found.days),
        meanings=MEANINGS,
        Status=Status,
        comment_url=comment_url,
        duration=duration,
        now=runtime().clock(),
    )


def _submissions(days: Sequence[DayFigures], shown: Sequence[tuple[Status, str]]) -> Chart:
    return stacked(
        [[(status.value, day.by_status.get(status, 0)) for status, _ in shown] for day in days]
    )


def _labels(days: Sequence[DayFigures]) -> list[Any]:
    """The days to name below a chart: the first, the middle one and the last."""
    return [days[0].day, days[len(days) // 2].day, days[-1].day]


def _unit(waits: Sequence[float]) -> tuple[int, str, str]:
    """The largest unit of which the longest wait holds at least one."""
    longest = max(waits, default=0)
    return next((unit for unit in _UNITS if longest >= unit[0]), _UNITS[-1])


def duration(seconds: float | None) -> str:
    """A time span in its two largest units, such as “2 h 5 min”, on one line; a dash where there is
    none.
    """
    return "–" if seconds is None else _in_units(seconds).replace(" ", "\u00a0")


def _in_units(seconds: float) -> str:
    whole = round(seconds)
    for (size, unit, _), (smaller, small_unit, _) in pairwise(_UNITS):
        if whole >= size:
            rest = whole % size // smaller
            large = say(unit, n=whole // size)
            return f"{large} {say(small_unit, n=rest)}" if rest else large
    return say(_UNITS[-1][1], n=whole)
