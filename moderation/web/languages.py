"""Which language readers are answered in, and how words, numbers and times are said in it."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

from babel import Locale, numbers
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_timedelta,
    get_date_format,
    get_datetime_format,
    get_time_format,
)
from flask import (
    Flask,
    Response,
    appcontext_popped,
    appcontext_pushed,
    g,
    has_app_context,
    has_request_context,
    request,
)
from flask_babel import Babel, force_locale, get_locale
from jinja2 import pass_context
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError

from moderation.domain.policy import USUAL_REASONS
from moderation.domain.site import SiteProfile
from moderation.domain.site_settings import INTERFACE_LANGUAGES, RIGHT_TO_LEFT
from moderation.errors import UnknownSiteError
from moderation.services.accounts import language_of
from moderation.web.runtime import runtime
from moderation.words import Ago, Figure, Message, Unit

DEFAULT = "en"

_TRANSLATIONS = Path(__file__).parents[1] / "translations"
# Ours is the English of the whole world, with days before months and 24 hours.
_LOCALES = {tag: tag.replace("-", "_") for tag in INTERFACE_LANGUAGES} | {DEFAULT: "en_GB"}
_TAGS = {locale: tag for tag, locale in _LOCALES.items()}
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_OLD_NAMES = {"iw": "he"}
_NUMBER = re.compile(r"[#,0]+")  # in a pattern of CLDR's
# Of the app context: it begins and ends with it.
_SPOKEN: "ContextVar[Voice | None]" = ContextVar("_SPOKEN", default=None)
_TOLD = frozenset({"text/html", "application/problem+json"})


def install(app: Flask, preferred: Callable[[], str | None]) -> None:
    """Let the app's templates and faults speak.

    Args:
        app: the application.
        preferred: the interface language that a page is in where its address asks for none, if
            anything but the browser says.
    """

    def chosen() -> str:
        if not has_request_context():
            return _LOCALES[DEFAULT]
        return _LOCALES[asked() or preferred() or accepted() or DEFAULT]

    Babel(
        app,
        default_translation_directories=str(_TRANSLATIONS),
        locale_selector=chosen,
    )
    app.jinja_env.globals.update(
        _=say, ngettext=say_count, language=language, direction=direction, asked_language=asked
    )
    spoken: dict[str, Callable[..., str]] = {
        "day": day,
        "day_only": day_only,
        "ago": lambda when, now: ago(Ago.since(when, now)),
        "number": lambda value: voice().number(value),
        "said": said,
        "day_short": day_short,
        "percent": percent,
        "decimal": decimal,
        "points": points,
        "reason": reason,
    }
    app.jinja_env.filters.update({name: _when_shown(speak) for name, speak in spoken.items()})
    app.after_request(_tell)
    appcontext_pushed.connect(_forget, app)
    appcontext_popped.connect(_forget, app)


def _when_shown(speak: Callable[..., str]) -> Callable[..., str]:
    """A filter that works when a page is shown. What it makes of a constant, as in `50|percent`,
    Jinja would else work out once for all, in the language of whoever saw the template first.
    """

    @pass_context
    def spoken(_context: object, *values: Any) -> str:
        return speak(*values)

    return spoken


def nearest(tag: str) -> str | None:
    """The interface language that a BCP 47 tag such as `de-AT` or `zh-TW` asks for, or None."""
    parts = tag.replace("_", "-").lower().split("-")
    name = _OLD_NAMES.get(parts[0], parts[0])
    if name == "zh":
        traditional = "hans" not in parts and _TRADITIONAL.intersection(parts)
        return "zh-Hant" if traditional else "zh-Hans"
    return name if name in INTERFACE_LANGUAGES else None


def asked() -> str | None:
    """What the address asks for by `lang`, for links that keep to it; for a piece of a page, the
    address of that page, which htmx tells.
    """
    found = nearest(request.args.get("lang", ""))
    if found or "HX-Request" not in request.headers:
        return found
    query = request.headers.get("HX-Current-URL", "").partition("#")[0].partition("?")[2]
    return nearest(dict(parse_qsl(query)).get("lang", ""))


def keep_to(site: SiteProfile) -> None:
    """Answer in a site's language, where the address does not name the site."""
    g.site_language = site.settings.language


def language() -> str:
    """The BCP 47 tag of the language that is spoken now."""
    return _TAGS.get(str(get_locale()), DEFAULT)


def direction() -> str:
    """How it is written, as the attribute `dir` names it."""
    return "rtl" if language() in RIGHT_TO_LEFT else "ltr"


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """A context in which another interface language is spoken, such as a mail's."""
    if not has_app_context():
        yield
        return
    before = _SPOKEN.get()
    _SPOKEN.set(voice_of(tag))
    try:
        with force_locale(_LOCALES[tag]):
            yield
    finally:
        _SPOKEN.set(before)


class Voice:
    """How a language says messages and numbers.

    Args:
        locale: of the language.
        words: its catalogue; None for English, whose words the messages are themselves.
    """

    def __init__(self, locale: str, words: NullTranslations | None) -> None:
        self.is_english = words is None
        self.locale = Locale.parse(locale)
        self.text: Callable[[str], str] = str if words is None else words.gettext
        self.plural: Callable[[str, str, int], str] = (words or NullTranslations()).ngettext
        # Babel reads its pattern anew for each number.
        self.number: Callable[[int], str] = (
            "{:,}".format if self.is_english else lru_cache(4096)(self._number)
        )
        self.ago: Callable[[int, Unit], str] = lru_cache(4096)(self._ago)

    def decimal(self, value: float, digits: int) -> str:
        """A number with so many digits behind the point, such as “1.0”."""
        if self.is_english:
            return f"{value:,.{digits}f}"
        return numbers.format_decimal(value, f"#,##0.{'0' * digits}", self.locale)

    def some_decimal(self, value: float) -> str:
        """A number with the digits behind the point that it has, up to four."""
        if self.is_english:
            return f"{round(value, 4):g}"
        return numbers.format_decimal(value, "#,##0.####", self.locale)

    def language(self, code: str) -> str:
        """The name of the language with an ISO 639-1 code; the code where it has none."""
        return str(self.locale.languages.get(code, code))

    def percent(self, value: str) -> str:
        """A number that is written already, with the sign for percent."""
        if self.is_english:
            return f"{value}%"
        pattern = self.locale.percent_formats[None].pattern
        return _NUMBER.sub(value, pattern, count=1)

    def _number(self, value: int) -> str:
        return numbers.format_decimal(value, locale=self.locale)

    def _ago(self, count: int, unit: Unit) -> str:
        span = timedelta(**{f"{unit}s": -count})
        whole = float("inf")  # no larger unit than the one that was chosen
        return format_timedelta(span, unit, whole, add_direction=True, locale=self.locale)


@cache
def voice_of(tag: str) -> Voice:
    """An interface language's voice, whose catalogue is read once."""
    locale = _LOCALES[tag]
    if tag == DEFAULT:
        return Voice(locale, None)
    with (_TRANSLATIONS / locale / "LC_MESSAGES" / "messages.mo").open("rb") as compiled:
        return Voice(locale, GNUTranslations(compiled))


def voice() -> Voice:
    """What is spoken now: found once for each request, since a page has hundreds of messages."""
    return _SPOKEN.get() or _begin_to_speak()


def _begin_to_speak() -> Voice:
    found = voice_of(language())
    if has_app_context():
        _SPOKEN.set(found)
    return found


def _forget(_app: Flask, **_: object) -> None:
    _SPOKEN.set(None)


def wanted() -> str:
    """The language that the person asks for, by the address or by their browser."""
    return asked() or accepted() or DEFAULT


def of_letter(email: str, site: SiteProfile) -> str:
    """The language of a letter about a site: what its recipient chose, if they have an account,
    else the site's, else that of who sends it.
    """
    return language_of(email) or site.settings.language or wanted()


def say(message: str, **values: Any) -> str:
    """A message in the language spoken now, with its values.

    Args:
        message: English, as the catalogues have it; or a `Message`, which has values of its own.
        values: by the names in the message. With one that is markup, so is the result, and the
            others are escaped. One that is a message or a time is said, too.
    """
    if isinstance(message, Message):
        values = message.values | values
        if message.many is not None:
            return say_count(message.template, message.many, values["n"], **values)
        message = message.template
    text = voice().text(message) if message else ""
    return _filled(text, values) if values else text


def said(text: str) -> str:
    """A message said, and what somebody has typed as it is."""
    return say(text) if isinstance(text, Message) else text


def reason(text: str) -> str:
    """A reason for rejecting: said where it is a usual one, else as somebody has typed it."""
    return say(text) if text in USUAL_REASONS else text


def say_count(one: str, many: str, n: int, /, **values: Any) -> str:
    """As `say`, in the plural form for `n`, which is among the values unless another `n` is."""
    return _filled(voice().plural(one, many, n), {"n": n} | values)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    shown, markup = {}, False
    for name, value in values.items():
        # Most are text as it is.
        shown[name] = value if type(value) is str else _shown(value)
        markup = markup or hasattr(value, "__html__")
    if markup:
        escaped = {name: escape(value) for name, value in shown.items()}
        return Markup(_escaped(template).format(**escaped))  # noqa: S704 -- each part is
    return template.format(**shown)


@lru_cache(4096)
def _escaped(template: str) -> str:
    return str(escape(template))


def _shown(value: Any) -> Any:
    if isinstance(value, Markup):
        return value
    if isinstance(value, int):
        return voice().number(value)
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, float):
        return some_decimal(value)
    if isinstance(value, Figure):
        return _figure(value)
    return ago(value) if isinstance(value, Ago) else value


def _figure(value: Figure) -> str:
    if value.style == "percent":
        return percent(value.number)
    return ("-" if value.number < 0 else "+") + some_decimal(abs(value.number))


def ago(when: Ago) -> str:
    """How long ago, such as “5 minutes ago”."""
    return voice().ago(when.number, when.unit) if when.number else say(when)


def percent(value: float, digits: int | None = None) -> str:
    """So many percent, such as “12.5%”: with the digits behind the point that it has, or these."""
    return voice().percent(some_decimal(value) if digits is None else decimal(value, digits))


def decimal(value: float, digits: int = 1) -> str:
    """A number with so many digits behind the point."""
    return voice().decimal(value, digits)


def some_decimal(value: float) -> str:
    """A number with as many digits behind the point as it has."""
    return voice().some_decimal(value)


def points(score: float, digits: int = 1) -> str:
    """Points with their sign, such as “+1.5”."""
    return ("-" if score < 0 else "+") + decimal(abs(score), digits)


def day(when: datetime) -> str:
    """A time for people, such as “23 November 2026, 19:07 UTC”."""
    locale = voice().locale
    pattern = (
        str(get_datetime_format("long", locale))
        .replace("{1}", get_date_format("long", locale).pattern)
        .replace("{0}", get_time_format("short", locale).pattern)
    )
    return f"{format_datetime(when, pattern, locale=locale)} UTC"


def day_only(when: datetime) -> str:
    """A day for people, such as “23 Nov 2026”."""
    return format_date(when, "medium", locale=voice().locale)


def day_short(when: date) -> str:
    """A day of this year for people, such as “23 Nov”."""
    return _day_short(when, voice().locale)


@lru_cache(4096)
def _day_short(when: date, locale: Locale) -> str:
    return format_skeleton("MMMd", when, locale=locale)


def of_site() -> str | None:
    """The language of the site that a reader's page is of, if it has one."""
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
