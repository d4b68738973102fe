"""What can go wrong, in words for the person it goes wrong for.

`web/errors.py` alone maps a code to an HTTP status; `workers/base.py` alone decides on retries.
"""

from dataclasses import dataclass

from moderation.words import N_


class ModerationError(Exception):
    """A fault with a stable `code` for programs and a `message` for people.

    The message never contains what the reader typed but for an origin, so it may be logged. It is
    in English; one that readers see is a `words.Message`, which the web says in their language.
    """

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConfigError(ModerationError):
    """A setting is missing or malformed; the message names it and how to mend it."""

    code = "bad_setting"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One fault of one field: as the schema names it, a stable code, words for readers."""

    field: str
    code: str
    message: str


class InvalidSubmissionError(ModerationError):
    """The fields of a submission are at fault; `faults` holds all of them at once."""

    code = "invalid_submission"

    def __init__(
        self,
        faults: tuple[FieldFault, ...],
        message: str = N_(
            "Your comment was not sent yet. Please correct the marked fields and send it again."
        ),
    ) -> None:
        super().__init__(message)
        self.faults = faults


class MalformedRequestError(ModerationError):
    """The body of the request cannot be read as what it claims to be."""

    code = "malformed_request"


class UnsupportedMediaTypeError(ModerationError):
    """The body's content type or character set is not one that the door reads."""

    code = "unsupported_media_type"


class UnknownSiteError(ModerationError):
    """No site has this name."""

    code = "unknown_site"


class UnknownThreadError(ModerationError):
    """The page is not given, or is not one that this site may have a thread for."""

    code = "unknown_page"


class UnknownCommentError(ModerationError):
    """No such comment, or it is not one that this person may see."""

    code = "unknown_comment"


class OriginNotAllowedError(ModerationError):
    """A browser on another site's page asked."""

    code = "origin_not_allowed"


class ThreadClosedError(ModerationError):
    """The thread takes no more comments."""

    code = "comment_closed"


class ParentNotFoundError(ModerationError):
    """The comment replied to is not published in this thread."""

    code = "parent_not_found"


class DuplicateCommentError(ModerationError):
    """The same words under the same name stand in the same place already; `own_comment_id` is
    that comment where the same browser sent it a moment ago.
    """

    code = "comment_duplicate"

    def __init__(self, message: str, own_comment_id: int | None) -> None:
        super().__init__(message)
        self.own_comment_id = own_comment_id


class IdempotencyConflictError(ModerationError):
    """An idempotency key came again with another comment."""

    code = "idempotency_key_reused"


class FloodError(ModerationError):
    """Too many comments in too little time; `retry_after` is in whole seconds, at least 1."""

    code = "comment_flood"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EditClosedError(ModerationError):
    """An author may not change this comment, or not any more; the message says what to do."""

    code = "edit_closed"


class StaleCommentError(ModerationError):
    """The comment was changed since its author read it; nothing was overwritten."""

    code = "stale_comment"


class ModelError(ModerationError):
    """A model cannot be used; the message says what to do."""

    code = "bad_model"


class NotOfferedError(ModerationError):
    """The site's owner has turned this off."""

    code = "not_offered"


class InvalidReceiptError(ModerationError):
    """A like's receipt is missing, forged, or of another comment."""

    code = "invalid_receipt"


class StaleDecisionError(ModerationError):
    """The comment has changed since the moderator saw it; nothing was overwritten."""

    code = "stale_decision"


class StalePolicyError(ModerationError):
    """Somebody changed the policy since the moderator saw it; nothing was overwritten."""

    code = "stale_policy"


class NotAllowedError(ModerationError):
    """The moderator's role does not allow this; the message says which role they have."""

    code = "not_allowed"


class AlreadyExistsError(ModerationError):
    """A site, account or rule of that name is there already."""

    code = "already_exists"


class InvalidInputError(ModerationError):
    """An operator's or moderator's value is not usable; the message says which and why."""

    code = "invalid_input"


class InvitationGoneError(ModerationError):
    """No invitation has this link; or it was used, revoked, or has expired: which is not told."""

    code = "invitation_gone"


class LastOwnerError(ModerationError):
    """A site always has an owner."""

    code = "last_owner"


class StaleSettingsError(ModerationError):
    """Somebody changed the settings since the moderator saw them; nothing was overwritten."""

    code = "stale_settings"


class UnknownMemberError(ModerationError):
    """The site has no such member or open invitation."""

    code = "unknown_member"


class UnknownRuleError(ModerationError):
    """The site has no such rule, or has removed none of this number."""

    code = "unknown_rule"


class UnknownLessonsError(ModerationError):
    """The site has no lessons of such a file."""

    code = "unknown_lessons"


class InvalidKeyError(ModerationError):
    """No API key was shown, or none that is good for anything: which is not told."""

    code = "invalid_key"


class MissingScopeError(ModerationError):
    """The API key may not do this; `scope` is what it lacks."""

    code = "missing_scope"

    def __init__(self, message: str, scope: str) -> None:
        super().__init__(message)
        self.scope = scope


class WrongSiteError(ModerationError):
    """The API key is good for another site than the one asked for."""

    code = "wrong_site"


class UnknownKeyError(ModerationError):
    """The site has no such API key."""

    code = "unknown_key"


class TooManyRequestsError(ModerationError):
    """Asked too often; `retry_after` is in whole seconds, at least 1."""

    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PageUnreachableError(ModerationError):
    """A page that was to be looked at gives no answer, or none that may be read; the message says
    why.
    """

    code = "page_unreachable"
