"""Akismet's API, version 1.1: a site with an Akismet client asks here for its verdicts.

Names, fields, answers and headers are Akismet's, so that only the host changes.
"""

import secrets

from flask import Response, request

from moderation.domain.akismet_door import Outcome, Question, blog_of, read_question
from moderation.domain.site import SiteProfile
from moderation.services.akismet_counts import Counted, count
from moderation.services.akismet_door import Asked, read_outcome
from moderation.services.akismet_retention import forget_trial
from moderation.services.api_keys import ActiveKey
from moderation.web.akismet_answers import later, make_blueprint, plain
from moderation.web.akismet_form import key_for_look, read_fields, required_key
from moderation.web.runtime import runtime

bp = make_blueprint("akismet_door")

_GUID = "X-akismet-guid"

THANKS = "Thanks for making the web a better place."


@bp.post("/1.1/verify-key")
def verify() -> Response:
    """Whether a key is good for a blog."""
    fields = read_fields()
    key = key_for_look(fields)
    blog_of(fields.get("blog", ""), _site_of(key).origins)
    return plain("valid")


@bp.post("/1.1/comment-check")
def check() -> Response:
    """Whether a comment is spam."""
    key, site, question = _question()
    now = runtime().clock()
    if question.certain is not None:
        return _told(key, question, is_spam=question.certain)
    asked = runtime().akismet.accept(site, question, now)
    outcome = _outcome(asked, site.site_id)
    if question.is_test:
        forget_trial(asked.comment_id, now)
    if outcome is None or outcome.is_spam is None:
        if not question.is_test:
            count(key.key_id, question.blog, now, None)
        return later("No verdict yet. Please ask again.", guid=asked.guid)
    answer = _told(key, question, is_spam=outcome.is_spam)
    answer.headers[_GUID] = asked.guid
    if outcome.is_blatant(site.policy):
        answer.headers["X-akismet-pro-tip"] = "discard"
    return answer


@bp.after_request
def _name(response: Response) -> Response:
    """Have each answer about a comment name it, also one that is no verdict: WordPress's plugin
    (5.5, 5.7) goes by an answer only if it has a name, and publishes the comment otherwise.
    """
    if request.endpoint == f"{bp.name}.{check.__name__}":
        response.headers.setdefault(_GUID, secrets.token_hex(16))
    return response


def _outcome(asked: Asked, site_id: int) -> Outcome | None:
    """What the workers find, waited for."""
    if asked.outcome.is_spam is not None:
        return asked.outcome
    rt = runtime()
    rt.nudge(asked.comment_id, asked.revision)

    def look() -> Outcome | None:
        outcome = read_outcome(asked.comment_id)
        return None if outcome.is_spam is None else outcome

    return rt.verdicts.until(look, site_id)


def _told(key: ActiveKey, question: Question, *, is_spam: bool) -> Response:
    if not question.is_test:
        what = Counted.SPAM if is_spam else Counted.HAM
        count(key.key_id, question.blog, runtime().clock(), what)
    return plain("true" if is_spam else "false")


@bp.post("/1.1/submit-spam")
def submit_spam() -> Response:
    """The site's people call spam what was not taken for it."""
    return _submit(is_spam=True)


@bp.post("/1.1/submit-ham")
def submit_ham() -> Response:
    """The site's people call good what was taken for spam."""
    return _submit(is_spam=False)


def _submit(*, is_spam: bool) -> Response:
    key, site, question = _question(is_decided=True)
    now = runtime().clock()
    if not question.is_test and question.certain is None:
        runtime().akismet.decide(site, key, question, now, is_spam=is_spam)
        what = Counted.MISSED_SPAM if is_spam else Counted.FALSE_POSITIVES
        count(key.key_id, question.blog, now, what)
    return plain(THANKS)


def _question(*, is_decided: bool = False) -> tuple[ActiveKey, SiteProfile, Question]:
    fields = read_fields()
    key = required_key(fields)
    site = _site_of(key)
    return key, site, read_question(fields, site.origins, is_decided=is_decided)


def _site_of(key: ActiveKey) -> SiteProfile:
    return runtime().sites.find(key.slug)


@bp.post("/1.1/deactivate")
def deactivate() -> Response:
    """A client is turned off: noted nowhere, since its key stays its owner's to revoke."""
    key_for_look(read_fields())
    return plain("deactivated")
