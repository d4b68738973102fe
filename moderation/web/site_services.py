"""Other services that a site asks about its comments: turned on, set up, tried."""

from http import HTTPStatus
from threading import Lock
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    flash,
    get_flashed_messages,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.remote import KEYED, NEEDS_KEY, Service
from moderation.domain.remote_words import (
    ABOUT,
    FIELD_WORDS,
    KEY_WORDS,
    TASK_WORDS,
    TITLES,
    WITHOUT_WORDS,
    leaves,
)
from moderation.domain.roles import Permission
from moderation.errors import InvalidInputError, StaleSettingsError
from moderation.services.permissions import site_for
from moderation.services.remote import budget, configured
from moderation.web import services_form
from moderation.web.auth import me
from moderation.web.runtime import runtime
from moderation.web.services_form import YES, ServiceForm
from moderation.words import N_

bp = Blueprint("site_services", __name__, url_prefix="/sites/<slug>/services")

_SERVICE = f"<any({', '.join(Service)}):service>"
_WITHOUT = [(one.value, words) for one, words in WITHOUT_WORDS.items()]
_CHOICES = {
    "on_failure": _WITHOUT,
    "on_budget": _WITHOUT,
    "task": [(one.value, words) for one, words in TASK_WORDS.items()],
}
_BUSY = N_("Another service is being tried just now. Please try again in a few seconds.")
_AT_WORK = Lock()  # a slow service keeps one thread of this process, never two


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Sites are for moderators who are signed in."""


@bp.after_request
def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("")
def show(slug: str) -> str:
    """Every service, with what leaves the house for it."""
    return _page(slug)


@bp.post(f"/{_SERVICE}")
def save(slug: str, service: str) -> BaseResponse:
    """Save a service's settings, unless somebody changed them meanwhile."""
    kind, parts = Service(service), runtime()
    site = site_for(me(), slug, Permission.MANAGE_SITE)
    now_set = configured.configured(site.id)[kind]
    # A box that is not ticked is not sent: a hidden field before it says no.
    typed = {name: values[-1] for name, values in request.form.lists()}
    key = _typed_key(typed)
    form = services_form.read(kind, typed, now_set.settings)
    faults = dict(form.faults)
    if key and (fault := configured.key_fault(kind, key)):
        faults["key"] = fault
    if form.wanted is not None:
        of_change = configured.faults_of_change(now_set, form.wanted, parts.settings, key=key)
        faults = of_change | faults
    seen = typed.get("version", "")
    if faults or form.wanted is None:
        words = N_("Nothing was saved yet. Please correct the marked fields.")
        shown = ServiceForm(form.values, faults)
        return _refused(slug, kind, shown, seen, words=words, status=HTTPStatus.BAD_REQUEST)
    try:
        changed = configured.change_service(
            parts.vault,
            parts.settings,
            me(),
            slug,
            kind,
            wanted=form.wanted,
            key=key,
            seen=seen,
            now=parts.clock(),
        )
    except StaleSettingsError:
        words = N_(
            "Somebody changed these settings while you did. What you typed is still below; save "
            "again if it is right."
        )
        now_is, status = configured.configured(site.id)[kind].version, HTTPStatus.CONFLICT
        return _refused(slug, kind, form, now_is, words=words, status=status)
    # Told on its own card, to which the address leads.
    words = N_("Saved.") if changed else N_("Nothing was different, so nothing was saved.")
    flash(words, kind.value)
    return redirect(_there(slug, kind), HTTPStatus.SEE_OTHER)


@bp.post(f"/{_SERVICE}/try")
def attempt(slug: str, service: str) -> BaseResponse:
    """Ask a service about a made-up comment, and show what it says."""
    # What asks costs 4 MB that a process in which nobody tries anything need not spend.
    from moderation.services.remote import trying  # noqa: PLC0415

    kind, parts = Service(service), runtime()
    site_for(me(), slug, Permission.MANAGE_SITE)
    if not _AT_WORK.acquire(blocking=False):
        return Response(_page(slug, busy=_BUSY), HTTPStatus.TOO_MANY_REQUESTS)
    try:
        tried = trying.try_service(parts.vault, parts.settings, me(), slug, kind, now=parts.clock())
    except InvalidInputError as error:
        tried = trying.Tried(good=False, words=error.message)
    finally:
        _AT_WORK.release()
    return Response(_page(slug, tried={kind: tried}))


def _typed_key(typed: dict[str, str]) -> str | None:
    """A new key, nothing to forget the old one, None to leave it."""
    key = typed.get("key", "").strip()
    if key:
        return key
    return "" if typed.get("forget_key") == YES else None


def _there(slug: str, kind: Service) -> str:
    return url_for("site_services.show", slug=slug, _anchor=kind.value)


def _refused(
    slug: str, kind: Service, form: ServiceForm, version: str, *, words: str, status: HTTPStatus
) -> Response:
    page = _page(slug, forms={kind: form}, versions={kind: version}, fault={kind: words})
    return Response(page, status)


def _told() -> dict[str, str]:
    """What is told of a service, by its name: how its settings were saved."""
    return dict(cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True)))


def _page(slug: str, **extra: Any) -> str:
    site = site_for(me(), slug, Permission.MANAGE_SITE)
    found = configured.configured(site.id)
    now = runtime().clock()
    forms = {s: ServiceForm(services_form.shown(c.settings)) for s, c in found.items()}
    return render_template(
        "sites/services.html",
        site=site,
        services=found,
        forms=forms | extra.pop("forms", {}),
        versions={s: c.version for s, c in found.items()} | extra.pop("versions", {}),
        told=_told(),
        leaves={s: leaves(s, c.settings) for s, c in found.items()},
        calls=budget.latest(site.id),
        today=budget.today(now),
        titles=TITLES,
        about=ABOUT,
        words=FIELD_WORDS,
        key_words=KEY_WORDS,
        keyed=KEYED,
        needs_key=NEEDS_KEY,
        choices=_CHOICES,
        now=now,
        **{"fault": {}, "tried": {}, "busy": None} | extra,
    )
