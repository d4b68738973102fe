"""What moderators are mailed, and told in passing."""

import textwrap
from typing import Any

from flask import Flask, Response, after_this_request, render_template, url_for
from flask_security import MailUtil

from moderation.addresses import public_address
from moderation.domain.roles import SiteRole
from moderation.domain.site_settings import INTERFACE_LANGUAGES
from moderation.models import Moderator, db
from moderation.services import mail
from moderation.services.mail import Letter
from moderation.web.languages import say, speaking, wanted
from moderation.web.runtime import runtime
from moderation.web.taskqueue import SEND_MAIL
from moderation.words import N_

_ROLES = {
    SiteRole.MODERATOR: N_("moderator"),
    SiteRole.ADMIN: N_("admin"),
    SiteRole.OWNER: N_("owner"),
}

_UNKNOWN_PASSKEY = N_("This passkey is not known here.")
_UNVERIFIED = N_("This passkey could not be verified.")

# In place of Flask-Security's. None holds an address or a value: they travel in the session's
# cookie, in English, and the page that shows them says them in its language.
WORDS = {
    "API_ERROR": (N_("That did not work. Please try again."), "error"),
    "DISABLED_ACCOUNT": (N_("This account cannot sign in any more."), "error"),
    "UNAUTHENTICATED": (N_("Please sign in first."), "quiet"),
    "REAUTHENTICATION_REQUIRED": (N_("To change this, please show again that it is you."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. You can go on."), "success"),
    "PASSWORD_RESET_REQUEST": (
        N_("If there is an account with this address, a mail with a link is on its way to it."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (N_("This link is too old. Please ask for another."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        N_("This link was used already, or is not whole. Please ask for another."),
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your password is changed. Please sign in with it."), "success"),
    "PASSWORD_CHANGE": (
        N_("Your password is changed, and every other device is signed out."),
        "success",
    ),
    "RETYPE_PASSWORD_MISMATCH": (N_("These two passwords are not the same."), "error"),
    "PASSWORD_INVALID_LENGTH": (N_("A password needs 8 characters or more."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Please type a password."), "error"),
    "PASSWORD_IS_THE_SAME": (N_("This is the password that you have already."), "error"),
    "INVALID_PASSWORD": (N_("This is not your password."), "error"),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("This code does not match. Please wait for the next one and type that."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": ("", "quiet"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("From now on, signing in asks for a code of your app."),
        "success",
    ),
    "TWO_FACTOR_DISABLED": (N_("Signing in asks for no code any more."), "success"),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Please begin by signing in."), "info"),
    "INVALID_RECOVERY_CODE": (N_("This is none of your unused recovery codes."), "error"),
    "NO_RECOVERY_CODES_SETUP": (N_("There are no recovery codes yet."), "info"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Please give the passkey a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You have a passkey of this name already."), "error"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("The passkey is ready to sign in with."), "success"),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey is removed."), "success"),
    "WEBAUTHN_EXPIRED": (N_("That took too long. Please try again."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (_UNKNOWN_PASSKEY, "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (_UNKNOWN_PASSKEY, "error"),
    "WEBAUTHN_NO_VERIFY": (_UNVERIFIED, "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (_UNVERIFIED, "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (_UNVERIFIED, "error"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is registered already."), "error"),
}


class PostOffice(MailUtil):
    """Posts Flask-Security's mails with the view's transaction; a worker sends them."""

    def send_mail(  # noqa: PLR0917 -- as Flask-Security calls it
        self,
        template: str,  # noqa: ARG002
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],  # noqa: ARG002
        body: str | None,
        html: str | None,  # noqa: ARG002
        **values: Any,
    ) -> None:
        """Post it."""
        with speaking(_language_of(values["user"])):
            _post(str(recipient), Letter(say(subject), body or ""))


def post_nothing() -> None:
    """Do all that posting a mail does, for nobody. As large as a mail that resets."""
    _post("", Letter("", " " * 600))


def _post(recipient: str, letter: Letter) -> None:
    rt = runtime()
    mail_id = mail.post(rt.vault, recipient, letter, rt.clock())

    @after_this_request
    def _committed(response: Response) -> Response:
        db.session.commit()
        rt.send_task(SEND_MAIL, mail_id)
        return response


def outside_url(endpoint: str, **values: Any) -> str:
    """An address for a mail. Never under the host that the request names, which its sender
    chooses: a link that resets a password would lead to them.
    """
    return public_address(runtime().settings) + url_for(endpoint, **values)


def invitation(token: str, site: str, role: SiteRole, inviter: str | None, language: str) -> Letter:
    """The mail that invites, in an interface language."""
    with speaking(language):
        text = render_template(
            "email/invitation.txt", token=token, site=site, role=_ROLES[role], inviter=inviter
        )
        return Letter(say(N_("Moderate comments on {site}"), site=" ".join(site.split())), text)


def render(template: str, **values: Any) -> str:
    """What Flask-Security shows: a page; or a mail, in the language of who gets it."""
    if template.startswith("email/"):
        with speaking(_language_of(values["user"])):
            return render_template(template, **values)
    return render_template(template, **values)


def _language_of(moderator: Moderator) -> str:
    """The one that they chose, else that of who asked for the mail."""
    chosen = moderator.language
    return chosen if chosen in INTERFACE_LANGUAGES else wanted()


def _paragraph(text: str) -> str:
    """`text` in lines as mails have them."""
    return textwrap.fill(text, 72, break_long_words=False, break_on_hyphens=False)


def install(app: Flask) -> None:
    """Let the app's templates write mails."""
    app.jinja_env.globals["outside_url"] = outside_url
    app.jinja_env.filters["paragraph"] = _paragraph
