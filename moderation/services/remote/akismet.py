"""Akismet, and whatever speaks its protocol 1.1."""

from dataclasses import dataclass, field
from datetime import UTC

from moderation.domain.embed_page import Answer
from moderation.domain.remote import AkismetSettings, Service
from moderation.domain.whole_number import whole_number
from moderation.services.remote.interface import NoAnswerError, Opinion, Question, said
from moderation.services.remote.wire import Wire
from moderation.words import N_, Message

_SPAM, _BLATANT = 6.0, 9.0
_NO_ADDRESS = "0.0.0.0"  # noqa: S104 -- stands where no network is told
_THANKS = b"thanks for making the web a better place"
_NOTES = {
    "guid": "X-akismet-guid",
    "debug": "X-akismet-debug-help",
    "fault": "X-akismet-error",
    "pro_tip": "X-akismet-pro-tip",
}
_HONEYPOT = "hidden_field"
_OK = 200
_LONGEST_WAIT = 9_999_999  # seconds until it is worth asking again: four months


@dataclass(frozen=True, slots=True)
class AkismetCheck:
    """Asks whether a comment is spam, and tells what a moderator has corrected."""

    settings: AkismetSettings
    key: str = field(repr=False)
    wire: Wire
    service: Service = Service.AKISMET
    version: int = 1

    def ask(self, question: Question) -> Opinion:
        """What comment-check says."""
        answer = self._call("comment-check", self._fields(question))
        notes = _notes(answer, question)
        alert = _alert(answer, question)
        word = answer.body.strip().lower()
        if answer.status != _OK or word not in (b"true", b"false") or "fault" in notes:
            raise NoAnswerError(_fault(answer, notes, question), alert, notes)
        wait = answer.header("X-akismet-recheck-after").strip()
        ask_again = whole_number(wait, _LONGEST_WAIT)
        if word == b"false":
            return Opinion(good=True, facts=notes, alert=alert, ask_again=ask_again)
        blatant = notes.get("pro_tip") == "discard"
        reason = N_("spam that may be thrown away unseen") if blatant else N_("spam")
        points = _BLATANT if blatant else _SPAM
        return Opinion(points, reason=reason, facts=notes, alert=alert, ask_again=ask_again)

    def verify(self, site_url: str, /) -> None:
        """Whether the key is good for a site.

        Raises:
            NoAnswerError: it is not, or there is no answer.
        """
        answer = self._call("verify-key", {"key": self.key, "blog": site_url})
        if answer.body.strip().lower() != b"valid":
            help_words = said(answer.header("X-akismet-debug-help"))
            words = N_("The key is not valid for {site}.", site=site_url)
            raise NoAnswerError(_saying(words, help_words), _alert(answer))

    def correct(self, question: Question, *, is_spam: bool) -> None:
        """Tell that a moderator decided otherwise: of the comment as it was first asked about.

        Raises:
            NoAnswerError: it was not taken.
        """
        what = "submit-spam" if is_spam else "submit-ham"
        answer = self._call(what, self._fields(question))
        if answer.status != _OK or _THANKS not in answer.body.lower():
            raise NoAnswerError(_fault(answer, _notes(answer, question), question))

    def _call(self, what: str, fields: dict[str, str]) -> Answer:
        url = f"{self.settings.address.rstrip('/')}/1.1/{what}"
        return self.wire.post_form(url, fields, self.settings.timeout)

    def _fields(self, question: Question) -> dict[str, str]:
        fields = {
            "api_key": self.key,
            "blog": question.site_url,
            "user_ip": question.network or _NO_ADDRESS,
            "user_agent": question.user_agent,
            "permalink": question.page,
            "comment_type": "reply" if question.is_reply else "comment",
            "comment_author": question.name,
            "comment_author_email": question.email,
            "comment_author_url": question.website,
            "comment_content": question.text,
            "comment_date_gmt": question.written_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "comment_parent": question.parent,
            # The field's name, and a field of that name; of what was in it only that it was.
            "honeypot_field_name": _HONEYPOT if question.honeypot else "",
            _HONEYPOT: "filled in" if question.honeypot else "",
            "blog_lang": question.language,
            "blog_charset": "UTF-8",
            "recheck_reason": question.again,
            "is_test": "1" if question.is_test else "",
        }
        return {name: value for name, value in fields.items() if value}


def _notes(answer: Answer, question: Question) -> dict[str, str]:
    """What its headers say, for the receipt."""
    found = {
        name: said(answer.header(header), never=question.email) for name, header in _NOTES.items()
    }
    return {name: words for name, words in found.items() if words}


def _fault(answer: Answer, notes: dict[str, str], question: Question) -> Message:
    if answer.status != _OK:
        return N_("It answered with HTTP status {status}.", status=str(answer.status))
    if answer.body.strip().lower() in (b"invalid", b"invalid key"):
        fault = N_("It takes the key or the question for invalid.")
        return _saying(fault, notes.get("debug", ""))
    body = answer.body.decode("utf-8", "replace")
    words = notes.get("fault") or said(body, 60, never=question.email) or N_("nothing")
    return N_("It answered with what it should not: {words}", words=words)


def _saying(words: Message, its: str) -> Message:
    return Message.both(words, N_("It says: {words}", words=its)) if its else words


def _alert(answer: Answer, question: Question | None = None) -> str:
    """What it tells the site's owner, with its number."""
    code = said(answer.header("X-akismet-alert-code"), 10)
    if not code:
        return ""
    never = question.email if question else ""
    return f"{code}: {said(answer.header('X-akismet-alert-msg'), 300, never=never)}"
