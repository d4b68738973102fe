"""What the templates of the queue need: addresses, counts, and words."""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_security import current_user

from moderation.domain.actions import words_for, words_within
from moderation.domain.language import LANGUAGES
from moderation.domain.policy import RULE_MEANINGS
from moderation.domain.queue_view import ORDER_WORDS, TAB_WORDS, Order, QueueView, Tab
from moderation.domain.remote_words import said_by
from moderation.domain.reports import REASON_WORDS
from moderation.domain.roles import MAY, Permission
from moderation.domain.signals import MEANINGS, Symbol
from moderation.domain.status import STATUS_WORDS, STATUSES_WITHIN
from moderation.services import queue
from moderation.services.permissions import site_names_where
from moderation.web.auth import me
from moderation.web.bulk_words import at_once
from moderation.web.explaining import in_short, receipt_lines
from moderation.web.languages import Voice, voice
from moderation.web.marking import mark
from moderation.web.runtime import runtime
from moderation.web.stencils import Stencils


def queue_words(view: QueueView) -> dict[str, Any]:
    """What every template of the queue needs."""
    arguments = view.arguments()
    return {
        "view": view,
        # Each comment on a page has a dozen addresses: put together from these, since `url_for`
        # would take as long as all the rest of the page.
        "base": url_for("queue.show"),
        "query": f"?{urlencode(arguments)}" if arguments else "",
        "tabs": queue.count_tabs(me(), view.site),
        "there": _addresses(view),
        "sites": site_names_where(me(), Permission.DECIDE),
        **_choices(voice()),
        "all_tabs": Tab,
        "tab_words": TAB_WORDS,
        "status_words": STATUS_WORDS,
        "statuses_within": STATUSES_WITHIN,
        "at_once": at_once,
        "meanings": MEANINGS,
        "rule_meanings": RULE_MEANINGS,
        "reason_words": REASON_WORDS,
        "words_for": words_for,
        "words_within": words_within,
        "may": MAY,
        "permissions": Permission,
        "mark": mark,
        "receipt_lines": receipt_lines,
        "in_short": in_short,
        "said_by": said_by,
        "stencil": Stencils(),
        "now": runtime().clock(),
        "single_keys": getattr(current_user, "single_keys", True),
    }


@cache
def _choices(spoken: Voice) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the filters offer, in words: made once for each language."""
    names = {
        code: name if spoken.is_english else spoken.locale.languages.get(code, name)
        for code, name in LANGUAGES.items()
    }
    return {
        "orders": tuple((order.value, spoken.text(ORDER_WORDS[order])) for order in Order),
        "symbols": tuple((s.value, spoken.text(MEANINGS[s])) for s in Symbol),
        "languages": tuple(sorted(names.items(), key=lambda pair: pair[1])),
    }


def _addresses(view: QueueView) -> Callable[..., str]:
    """What gives the address of the queue with some of a view's arguments changed."""
    base, arguments = url_for("queue.show"), view.arguments()

    def there(**changes: str | None) -> str:
        changed = {name: value for name, value in (arguments | changes).items() if value}
        return f"{base}?{urlencode(changed)}" if changed else base

    return there
