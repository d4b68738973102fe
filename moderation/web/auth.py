"""Moderators' sign-in, by Flask-Security."""

import hmac
from datetime import timedelta
from typing import cast

from flask import Flask, Response, request
from flask_security import (
    RoleMixin,
    Security,
    SQLAlchemyUserDatastore,
    UserMixin,
    current_user,
)
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Mapped, relationship

from moderation.config import Settings
from moderation.models import Moderator, Role, db
from moderation.models.account import moderator_roles

QUEUE = "/queue"  # where the queue's application is mounted

csrf = CSRFProtect()


class SignInRole(Role, RoleMixin):
    """A role as Flask-Security uses it."""


class SignInModerator(Moderator, UserMixin):  # type: ignore[misc]
    """An account as Flask-Security uses it."""

    roles: Mapped[list[SignInRole]] = relationship(secondary=moderator_roles)  # type: ignore[assignment]


def install(app: Flask, settings: Settings) -> None:
    """Let moderators sign in, with a session cookie that only the queue ever sees."""
    secure = (settings.public_url or "").startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="moderation_session",
        SESSION_COOKIE_PATH=QUEUE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        REMEMBER_COOKIE_PATH=QUEUE,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=secure,
        WTF_CSRF_TIME_LIMIT=None,  # a queue stays open all day
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 -- a method
        # Hashed once: a salt from the secret key would tie all passwords to it.
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_SALT=hmac.digest(
            settings.secret_key.encode(), b"password-salt", "sha256"
        ).hex(),
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW=QUEUE,
        SECURITY_POST_LOGOUT_VIEW=f"{QUEUE}/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="auth/sign_in.html",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_STATIC_FOLDER=None,
        SECURITY_STATIC_FOLDER_URL=None,
    )
    csrf.init_app(app)
    datastore = SQLAlchemyUserDatastore(db, SignInModerator, SignInRole)
    Security(app, datastore)
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    """No page of the queue stays behind in a cache."""
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def me() -> int:
    """The id of the moderator who is signed in."""
    return cast("int", current_user.id)
