"""Which language readers are answered in, and how words, numbers and times are said in it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    get_date_format,
    get_datetime_format,
    get_time_format,
)
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, force_locale, format_decimal, get_locale, gettext
from flask_babel import ngettext as _ngettext
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError

from moderation.domain.site import SiteProfile
from moderation.domain.site_settings import INTERFACE_LANGUAGES, RIGHT_TO_LEFT
from moderation.errors import UnknownSiteError
from moderation.web.runtime import runtime
from moderation.words import Message

DEFAULT = "en"

_TRANSLATIONS = Path(__file__).parents[1] / "translations"
# Ours is the English of the whole world, with days before months and 24 hours.
_LOCALES = {tag: tag.replace("-", "_") for tag in INTERFACE_LANGUAGES} | {DEFAULT: "en_GB"}
_TAGS = {locale: tag for tag, locale in _LOCALES.items()}
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_OLD_NAMES = {"iw": "he"}
_TOLD = frozenset({"text/html", "application/problem+json"})


def install(app: Flask, negotiated: Callable[[], bool] = lambda: True) -> None:
    """Let the app's templates and faults speak.

    Args:
        app: the application.
        negotiated: whether the page that is asked for is in the reader's language, or in English
            but for what is said within `speaking`.
    """

    def chosen() -> str:
        return _negotiated() if has_request_context() and negotiated() else _LOCALES[DEFAULT]

    def tell(response: Response) -> Response:
        return _tell(response) if negotiated() else response

    Babel(
        app,
        default_translation_directories=str(_TRANSLATIONS),
        locale_selector=chosen,
    )
    app.jinja_env.globals.update(
        _=say, ngettext=say_count, language=language, direction=direction, asked_language=asked
    )
    app.jinja_env.filters.update(day=day, day_only=day_only)
    app.after_request(tell)


def nearest(tag: str) -> str | None:
    """The interface language that a BCP 47 tag such as `de-AT` or `zh-TW` asks for, or None."""
    parts = tag.replace("_", "-").lower().split("-")
    name = _OLD_NAMES.get(parts[0], parts[0])
    if name == "zh":
        traditional = "hans" not in parts and _TRADITIONAL.intersection(parts)
        return "zh-Hant" if traditional else "zh-Hans"
    return name if name in INTERFACE_LANGUAGES else None


def asked() -> str | None:
    """What the address asks for by `lang`, for links that keep to it."""
    return nearest(request.args.get("lang", ""))


def keep_to(site: SiteProfile) -> None:
    """Answer in a site's language, where the address does not name the site."""
    g.site_language = site.settings.language


def language() -> str:
    """The BCP 47 tag of the language that is spoken now."""
    return _TAGS.get(str(get_locale()), DEFAULT)


def direction() -> str:
    """How it is written, as the attribute `dir` names it."""
    return "rtl" if language() in RIGHT_TO_LEFT else "ltr"


def speaking(tag: str) -> Any:
    """A context in which another interface language is spoken, such as a mail's."""
    return force_locale(_LOCALES[tag])


def wanted() -> str:
    """The language that the person asks for, by the address or by their browser."""
    return asked() or accepted() or DEFAULT


def say(message: str, **values: Any) -> str:
    """A message in the language spoken now, with its values.

    Args:
        message: English, as the catalogues have it; or a `Message`, which has values of its own.
        values: by the names in the message. With one that is markup, so is the result, and the
            others are escaped.
    """
    if isinstance(message, Message):
        values = message.values | values
        if message.many is not None:
            return say_count(message.template, message.many, **values)
        message = message.template
    return _filled(gettext(message) if message else "", values)


def say_count(one: str, many: str, n: int, **values: Any) -> str:
    """As `say`, in the plural form for `n`, which is among the values."""
    return _filled(_ngettext(one, many, n), {"n": n} | values)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    if not values:
        return template
    shown = {k: format_decimal(v) if isinstance(v, int) else v for k, v in values.items()}
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(template).format(**shown)
    return template.format(**shown)


def day(when: datetime) -> str:
    """A time for people, such as “23 November 2026, 19:07 UTC”."""
    locale = get_locale() or Locale.parse(_LOCALES[DEFAULT])
    pattern = (
        str(get_datetime_format("long", locale))
        .replace("{1}", get_date_format("long", locale).pattern)
        .replace("{0}", get_time_format("short", locale).pattern)
    )
    return f"{format_datetime(when, pattern, locale=locale)} UTC"


def day_only(when: datetime) -> str:
    """A day for people, such as “23 Nov 2026”."""
    return format_date(when, "medium", locale=get_locale() or _LOCALES[DEFAULT])


def _negotiated() -> str:
    return _LOCALES[asked() or _of_site() or accepted() or DEFAULT]


def _of_site() -> str | None:
    slug = (request.view_args or {}).get("slug")
    if slug is None or "site_language" in g:
        return cast("str | None", g.get("site_language"))
    try:
        return runtime().sites.find(slug).settings.language
    except (UnknownSiteError, SQLAlchemyError):
        return None  # this may be the answer that tells of it


def accepted() -> str | None:
    """The interface language that the browser likes best, if there is one that it reads."""
    for tag, quality in request.accept_languages:
        if quality and (found := nearest(tag)):
            return found
    return None


def _tell(response: Response) -> Response:
    # Nothing new is told by a 304, whose type stands for nothing.
    told = response.mimetype in _TOLD and response.status_code != HTTPStatus.NOT_MODIFIED
    if told and "Content-Language" not in response.headers:
        response.headers["Content-Language"] = language()
        response.vary.add("Accept-Language")
    return response
