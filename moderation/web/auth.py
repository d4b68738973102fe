"""Moderators' sign-in, by Flask-Security: what it is given, and how it is set."""

import base64
from datetime import timedelta
from typing import Any, cast

from flask import Flask, Response, abort, current_app, redirect, request, session, url_for
from flask_security import (
    ForgotPasswordForm,
    MfRecoveryCodesUtil,
    RoleMixin,
    Security,
    SQLAlchemyUserDatastore,
    Totp,
    UserMixin,
    WebAuthnMixin,
    WebAuthnRegisterForm,
    WebauthnUtil,
    current_user,
    hash_password,
    verify_password,
)
from flask_wtf import CSRFProtect
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, relationship
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.wrappers import Response as BaseResponse

from moderation.config import Settings
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.errors import UnsupportedMediaTypeError
from moderation.models import Moderator, Passkey, Role, db
from moderation.models.account import moderator_roles
from moderation.models.base import WRITE
from moderation.privacy.keys import Keys
from moderation.services.accounts import renew_hash
from moderation.services.sessions import REMEMBERED
from moderation.web import letters, sign_in_sessions
from moderation.web.runtime import runtime
from moderation.words import N_

QUEUE = "/queue"  # where the queue's application is mounted

csrf = CSRFProtect()

_CODE = "security.two_factor_token_validation"

# What writes to the database. On SQLite its transaction must begin as one that writes.
_WRITES = frozenset(
    f"security.{view}"
    for view in (
        "forgot_password",
        "reset_password",
        "change_password",
        "verify",
        "two_factor_setup",
        "two_factor_token_validation",
        "mf_recovery",
        "mf_recovery_codes",
        "wan_register",
        "wan_register_response",
        "wan_signin_response",
        "wan_verify_response",
        "wan_delete",
    )
)
# What Flask-Security would offer beside: help by mail, a choice between second factors of which
# there is one, another way to set one up.
_CLOSED = ("two_factor_rescue", "tf_select", "two_factor_setup_validate")

_URLS = {
    "LOGIN": "/sign-in",
    "LOGOUT": "/sign-out",
    "RESET": "/reset",
    "CHANGE": "/account/password",
    "VERIFY": "/verify",
    "TWO_FACTOR_SETUP": "/account/authenticator",
    "TWO_FACTOR_TOKEN_VALIDATION": "/code",
    "TWO_FACTOR_RESCUE": "/code/rescue",
    "TWO_FACTOR_SELECT": "/code/choose",
    "MULTI_FACTOR_RECOVERY_CODES": "/account/recovery-codes",
    "MULTI_FACTOR_RECOVERY": "/code/recovery",
    "WAN_REGISTER": "/account/passkeys",
    "WAN_DELETE": "/account/passkeys/remove",
    "WAN_SIGNIN": "/passkey",
    "WAN_VERIFY": "/verify/passkey",
}
_TEMPLATES = {
    "LOGIN_USER": "auth/sign_in",
    "FORGOT_PASSWORD": "auth/forgotten",
    "RESET_PASSWORD": "auth/reset",
    "VERIFY": "auth/verify",
    "TWO_FACTOR_VERIFY_CODE": "auth/code",
    "MULTI_FACTOR_RECOVERY": "auth/recovery_code",
    "WAN_SIGNIN": "auth/passkey",
    "WAN_VERIFY": "auth/passkey",
    "CHANGE_PASSWORD": "account/password",
    "TWO_FACTOR_SETUP": "account/authenticator",
    "MULTI_FACTOR_RECOVERY_CODES": "account/recovery_codes",
    "WAN_REGISTER": "account/passkeys",
}


class SignInRole(Role, RoleMixin):
    """A role as Flask-Security uses it."""


class SignInPasskey(Passkey, WebAuthnMixin):
    """A passkey as Flask-Security uses it."""

    def get_user_mapping(self) -> dict[str, Any]:
        """What finds its account."""
        return {"id": self.moderator_id}


class SignInModerator(Moderator, UserMixin):  # type: ignore[misc]
    """An account as Flask-Security uses it."""

    roles: Mapped[list[SignInRole]] = relationship(secondary=moderator_roles)  # type: ignore[assignment]
    webauthn: Mapped[list[SignInPasskey]] = relationship(  # type: ignore[assignment]
        cascade="all, delete-orphan", order_by=Passkey.id
    )

    def verify_and_update_password(self, password: str) -> bool:
        """Whether it is theirs. A hash weaker than today's is renewed, in a transaction of its own:
        this one has read, and to hash takes so long that somebody else has written meanwhile.
        """
        kept = self.password
        known = bool(verify_password(password, kept))
        if known and current_app.extensions["security"].pwd_context.needs_update(kept):
            renew_hash(self.id, kept, hash_password(password))
        return known


class OnceTotp(Totp):
    """Codes of an authenticator app, each of which is accepted once (RFC 6238, section 5.2)."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the code accepted last; the account's row is locked until the commit, so
        that no code is accepted twice at the same moment.
        """
        return db.session.scalar(
            select(Moderator.tf_last_counter).where(Moderator.id == user.id).with_for_update()
        )

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note the code that is being accepted; kept by the view's commit."""
        user.tf_last_counter = tmatch.counter


class OnceCodes(MfRecoveryCodesUtil):
    """Recovery codes, each of which is accepted once, also at the same moment."""

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Whether it is an unused one; the account's row is locked until the commit."""
        db.session.refresh(user, ["mf_recovery_codes"], with_for_update=True)
        return bool(super().check_recovery_code(user, code.strip().lower()))

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Use it up."""
        return bool(super().delete_recovery_code(user, code.strip().lower()))


class ForgottenForm(ForgotPasswordForm):
    """Does for an address without an account what it does for one with: post a mail."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether there is an account to mail to."""
        known = super().validate(**kwargs)
        if not known:
            letters.post_nothing()
        return bool(known)


class PasskeyForm(WebAuthnRegisterForm):
    """Every passkey is for signing in by itself."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the name can be used."""
        self.usage.data = "first"
        return bool(super().validate(**kwargs))


class Passkeys(WebauthnUtil):
    """Passkeys that know their account and ask for finger, face or PIN, for they stand alone."""

    def origin(self) -> str:
        """The origin that browsers tell."""
        return runtime().settings.public_url or request.host_url.rstrip("/")

    def authenticator_selection(
        self,
        user: UserMixin,  # noqa: ARG002
        usage: str,  # noqa: ARG002
    ) -> AuthenticatorSelectionCriteria:
        """What a new one must be able to do."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(
        self,
        user: UserMixin | None,  # noqa: ARG002
        usage: list[str],  # noqa: ARG002
    ) -> UserVerificationRequirement:
        """What is asked of it at each use."""
        return UserVerificationRequirement.REQUIRED


def install(app: Flask, settings: Settings, keys: Keys) -> None:
    """Let moderators sign in, with a session cookie that only the queue ever sees."""
    app.config.update(_cookies(settings), **_passwords(keys), **_factors(keys), **_pages())
    csrf.init_app(app)
    datastore = SQLAlchemyUserDatastore(db, SignInModerator, SignInRole, SignInPasskey)
    security = Security(
        app,
        datastore,
        render_template=letters.render,
        forgot_password_form=ForgottenForm,
        wan_register_form=PasskeyForm,
        mail_util_cls=letters.PostOffice,
        totp_cls=OnceTotp,
        mf_recovery_codes_util_cls=OnceCodes,
        webauthn_util_cls=Passkeys,
    )
    security.want_json(lambda _request: False)
    for view in _CLOSED:
        app.view_functions[f"security.{view}"] = _closed
    letters.install(app)
    sign_in_sessions.install(app)
    app.before_request(_prepare)
    app.after_request(_keep_private)


def _cookies(settings: Settings) -> dict[str, Any]:
    secure = (settings.public_url or "").startswith("https://")
    return {
        "SESSION_COOKIE_NAME": "moderation_session",
        "SESSION_COOKIE_PATH": QUEUE,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "REMEMBER_COOKIE_PATH": QUEUE,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_DURATION": REMEMBERED,
        "WTF_CSRF_TIME_LIMIT": None,  # a queue stays open all day
    }


def _passwords(keys: Keys) -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        # Hashed once: a salt from the secret key would tie all passwords to it.
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_SALT": keys.derive("password-salt").hex(),
        # A link to reset holds a hash of the old password. By the same method as passwords, so
        # that making one takes as long as the hash made for an account that is none.
        "SECURITY_HASHING_SCHEMES": ["argon2"],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=4),
        "SECURITY_CHANGEABLE": True,
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": N_("Choose a new password"),
        "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET": "email/reset",
        "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": N_("Your password was changed"),
        "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "email/password_changed",
        "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": N_("Your password was changed"),
        "SECURITY_EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "email/password_changed",
        # Sessions, and nothing else: tokens would outlive them.
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_FRESHNESS": timedelta(hours=1),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
    }


def _factors(keys: Keys) -> dict[str, Any]:
    recovery = base64.urlsafe_b64encode(keys.derive("recovery-codes"))
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60,  # seconds that a clock may be off
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TOTP_SECRETS": {"1": keys.derive("totp").hex()},
        "SECURITY_TOTP_ISSUER": "Comment moderation",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [recovery],
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Comment moderation",
        # To name an account's passkeys to whoever types its address would tell that it exists.
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_ALLOW_AS_VERIFY": ["first"],
        "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "SECURITY_DATETIME_FACTORY": lambda: runtime().clock(),
    }


def _pages() -> dict[str, Any]:
    account = f"{QUEUE}/account"
    return {
        **{f"SECURITY_{name}_URL": url for name, url in _URLS.items()},
        **{f"SECURITY_{name}_TEMPLATE": f"{file}.html" for name, file in _TEMPLATES.items()},
        **{f"SECURITY_MSG_{name}": words for name, words in letters.WORDS.items()},
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": QUEUE,
        "SECURITY_POST_LOGOUT_VIEW": f"{QUEUE}/sign-in",
        "SECURITY_POST_CHANGE_VIEW": account,
        "SECURITY_POST_VERIFY_VIEW": account,
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": account,
        "SECURITY_WAN_POST_REGISTER_VIEW": f"{account}/passkeys",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_STATIC_FOLDER_URL": None,
    }


def _prepare() -> BaseResponse | None:
    """For Flask-Security's own views: forms only, and a transaction that can write."""
    if request.blueprint != "security":
        return None
    if request.is_json:
        raise UnsupportedMediaTypeError("These pages take forms.")
    if request.method == "POST" and request.endpoint in _WRITES:
        _ = current_user.is_authenticated  # loads the session, which may write by itself
        db.session.rollback()
        db.session.connection(execution_options=WRITE)
    if request.endpoint == _CODE and current_user.is_authenticated and not _sets_up_app():
        # Flask-Security would sign them out, which any link to that page could then do.
        return redirect(url_for("account.show"))
    return None


def _sets_up_app() -> bool:
    known = session.get("tf_primary_method") and session.get("tf_totp_secret")
    return bool(known) and session.get("tf_state") == "validating_profile"


def _closed(**_: Any) -> Response:
    abort(404)


def _keep_private(response: Response) -> Response:
    """No page of the queue stays behind in a cache."""
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def me() -> int:
    """The id of the moderator who is signed in."""
    return cast("int", current_user.id)


def my_language() -> str | None:
    """The interface language that the moderator who is signed in chose, if there is one."""
    try:
        language = current_user.language if current_user.is_authenticated else None
    except SQLAlchemyError:
        return None  # this may be the answer that tells of it
    return language if language in INTERFACE_LANGUAGES else None
