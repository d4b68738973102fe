"""A site's settings, for those who may change them."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_security import auth_required
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.changes import version_of
from moderation.domain.roles import Permission
from moderation.domain.settings_words import (
    LANGUAGE_OF_PAGE,
    MARKUP_WORDS,
    SHEET_WORDS,
    SORT_WORDS,
    THEME_WORDS,
)
from moderation.domain.site_settings import INTERFACE_LANGUAGES, Markup, Sort, Theme
from moderation.errors import StaleSettingsError
from moderation.models import Site
from moderation.services.permissions import site_for
from moderation.services.site_settings import change_settings, settings_meanwhile, sheet_of
from moderation.web import settings_form
from moderation.web.auth import me
from moderation.web.form_merge import merge
from moderation.web.runtime import runtime
from moderation.web.settings_form import SettingsForm
from moderation.words import N_

bp = Blueprint("site_settings", __name__, url_prefix="/sites/<slug>/settings")

_CHOICES: dict[str, list[tuple[str, str]]] = {
    "language": [("", LANGUAGE_OF_PAGE), *INTERFACE_LANGUAGES.items()],
    "theme": [(one.value, THEME_WORDS[one]) for one in Theme],
    "sort": [(one.value, SORT_WORDS[one]) for one in Sort],
    "markup": [(one.value, MARKUP_WORDS[one]) for one in Markup],
}


@bp.before_request
@auth_required("session")
def _sign_in_first() -> None:
    """Sites are for moderators who are signed in."""


@bp.get("")
def show(slug: str) -> str:
    """How a site's comments look and what its readers may do, as a form."""
    site = site_for(me(), slug, Permission.MANAGE_SITE)
    sheet = sheet_of(site)
    return _page(site, SettingsForm(settings_form.shown(sheet)), version_of(sheet))


@bp.post("")
def save(slug: str) -> BaseResponse:
    """Save the settings, unless somebody changed them meanwhile."""
    site = site_for(me(), slug, Permission.MANAGE_SITE)
    # A box that is not ticked is not sent: a hidden field before it says no.
    typed = {name: values[-1] for name, values in request.form.lists()}
    form = settings_form.read(typed, sheet_of(site))
    seen = typed.get("version", "")
    if form.sheet is None:
        fault = N_("Nothing was saved yet. Please correct the marked fields.")
        return Response(_page(site, form, seen, fault=fault), HTTPStatus.BAD_REQUEST)
    try:
        differences = change_settings(me(), slug, form.sheet, seen, runtime().clock())
    except StaleSettingsError as error:
        return Response(_stale_page(slug, form, seen, error.message), HTTPStatus.CONFLICT)
    words = N_("Saved.") if differences else N_("Nothing was different, so nothing was saved.")
    flash(words, "success" if differences else "info")
    return redirect(url_for("site_settings.show", slug=slug), HTTPStatus.SEE_OTHER)


def _stale_page(slug: str, form: SettingsForm, seen: str, fault: str) -> str:
    site = site_for(me(), slug, Permission.MANAGE_SITE)
    meanwhile = settings_meanwhile(site, seen)
    values = form.values
    if meanwhile.shown is not None:
        before, now = settings_form.shown(meanwhile.shown), settings_form.shown(meanwhile.now)
        values = merge(values, before, now)
    version = version_of(meanwhile.now)
    return _page(site, SettingsForm(values), version, fault=fault, meanwhile=meanwhile)


def _page(site: Site, form: SettingsForm, version: str, **extra: Any) -> str:
    return render_template(
        "sites/settings.html",
        site=site,
        form=form,
        version=version,
        words=SHEET_WORDS,
        choices=_CHOICES,
        now=runtime().clock(),
        **{"fault": None, "meanwhile": None} | extra,
    )
