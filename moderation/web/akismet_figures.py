"""What Akismet's API tells of a key: how much was asked with it, from where, under which limit."""

import csv
import io
from typing import Any, TypeVar

from flask import Response, jsonify

from moderation.domain.akismet_door import blog_of
from moderation.domain.whole_number import whole_number
from moderation.errors import InvalidInputError
from moderation.services.akismet_counts import (
    BlogCounts,
    Counted,
    asked_in,
    month_of,
    read_blogs,
    read_month,
    read_months,
)
from moderation.services.api_keys import ActiveKey
from moderation.web.akismet_answers import make_blueprint
from moderation.web.akismet_form import key_for_look, read_fields
from moderation.web.runtime import runtime

T = TypeVar("T")

bp = make_blueprint("akismet_figures")

_MOST_BLOGS = 500
_LAST_OFFSET = 1_000_000
_ORDERS: dict[str, Counted | None] = {"total": None} | {one.value: one for one in Counted}
_SINCE = {"60-days": 2, "6-months": 6, "all": None}  # months before this one
_COLUMNS = ("Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives")


@bp.route("/1.1/usage-limit", methods=["GET", "POST"])
@bp.route("/1.2/usage-limit", methods=["GET", "POST"])
def usage_limit() -> Response:
    """How much was asked with a key this month. No month has a limit here, a minute has one: the
    answer says whether the key has come to it.
    """
    key = key_for_look(read_fields())
    quota = runtime().key_limits.left(key.key_id)
    return jsonify(
        {
            "limit": "none",
            "usage": asked_in(key.key_id, month_of(runtime().clock())),
            "percentage": "0.00",
            "throttled": quota.remaining == 0,
        }
    )


@bp.route("/1.1/key-sites", methods=["GET", "POST"])
@bp.route("/1.2/key-sites", methods=["GET", "POST"])
def key_sites() -> Response:
    """The blogs that asked with a key in a month, as JSON or CSV."""
    fields = read_fields()
    key = key_for_look(fields)
    month = read_month(fields.get("month") or month_of(runtime().clock()))
    limit = _number(fields, "limit", _MOST_BLOGS, _MOST_BLOGS)
    offset = _number(fields, "offset", 0, _LAST_OFFSET)
    page = read_blogs(
        key.key_id,
        month,
        holding=_bare(fields.get("filter", "")),
        order=_choice(fields, "order", "total", _ORDERS),
        limit=limit,
        offset=offset,
    )
    revoked = _revoked(key, page.blogs)
    if _choice(fields, "format", "json", {"json": False, "csv": True}):
        head = (
            f"Active sites for the key during {month} "
            f"(limit:{limit}, offset: {offset}, total: {page.total})"
        )
        return _as_csv(head, page.blogs, revoked)
    return jsonify(
        {
            month: [_as_json(blog, is_revoked=blog.blog in revoked) for blog in page.blogs],
            "limit": limit,
            "offset": offset,
            "total": page.total,
        }
    )


def _as_json(blog: BlogCounts, *, is_revoked: bool) -> dict[str, Any]:
    return {
        "site": blog.blog,
        "api_calls": str(blog.asked),
        "spam": str(blog.spam),
        "ham": str(blog.ham),
        "missed_spam": str(blog.missed_spam),
        "false_positives": str(blog.false_positives),
        "is_revoked": is_revoked,
    }


def _as_csv(head: str, blogs: list[BlogCounts], revoked: frozenset[str]) -> Response:
    lines = io.StringIO()
    write = csv.writer(lines, lineterminator="\n").writerow
    write((*_COLUMNS, "Is Revoked"))
    for blog in blogs:
        figures = (blog.asked, blog.spam, blog.ham, blog.missed_spam, blog.false_positives)
        write((blog.blog, *figures, "true" if blog.blog in revoked else "false"))
    return Response(f"{head}\n{lines.getvalue()}", mimetype="text/csv")


def _revoked(key: ActiveKey, blogs: list[BlogCounts]) -> frozenset[str]:
    """Those that asked, but belong to the key's site no more."""
    origins = runtime().sites.find(key.slug).origins
    mine = {blog_of(origin, origins) for origin in origins}
    return frozenset(blog.blog for blog in blogs) - mine


@bp.post("/1.1/get-stats")
def get_stats() -> Response:
    """What WordPress's plugin shows of the months that are over and of this one."""
    fields = read_fields()
    key = key_for_look(fields)
    blog = blog_of(fields.get("blog", ""), runtime().sites.find(key.slug).origins)
    back = _choice(fields, "from", "all", _SINCE)
    months = read_months(key.key_id, blog, _months_ago(back))
    total = {name: sum(getattr(counts, name) for _, counts in months) for name in Counted}
    return jsonify(
        {
            **{name: str(number) for name, number in total.items()},
            "accuracy": _accuracy(total),
            "time_saved": 0,
            "breakdown": {
                month: {
                    "da": f"{month}-01",
                    **{name: str(getattr(counts, name)) for name in Counted},
                }
                for month, counts in months
            },
        }
    )


def _months_ago(count: int | None) -> str:
    if count is None:
        return ""
    now = runtime().clock()
    months = now.year * 12 + now.month - 1 - count
    return f"{months // 12:04}-{months % 12 + 1:02}"


def _accuracy(total: dict[Counted, int]) -> float:
    """How many of a hundred verdicts nobody contradicted."""
    judged = total[Counted.SPAM] + total[Counted.HAM]
    wrong = total[Counted.MISSED_SPAM] + total[Counted.FALSE_POSITIVES]
    return round(100 * max(0, judged - wrong) / judged, 3) if judged else 100


@bp.post("/1.1/get-subscription")
def get_subscription() -> Response:
    """What WordPress's plugin must be told before it keeps a key that was typed into its form."""
    fields = read_fields()
    key = key_for_look(fields)
    return jsonify(
        {
            "account_id": key.site_id,
            "account_name": runtime().sites.find(key.slug).name,
            "account_type": "free",
            "status": "active",
            "next_billing_date": False,
            "limit_reached": False,
        }
    )


def _bare(address: str) -> str:
    """An address as blogs are kept: without its scheme, and without NUL, which PostgreSQL does not
    take.
    """
    address = address.replace("\0", "").strip()
    return address.partition("://")[2] or address


def _number(fields: dict[str, str], name: str, default: int, most: int) -> int:
    number = whole_number(fields.get(name) or str(default), most)
    if number is None:
        raise InvalidInputError(f"{name} must be a whole number, {most} at most.")
    return number


def _choice(fields: dict[str, str], name: str, default: str, choices: dict[str, T]) -> T:
    word = fields.get(name) or default
    if word not in choices:
        raise InvalidInputError(f"{name} must be one of {', '.join(choices)}.")
    return choices[word]
