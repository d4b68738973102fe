"""Judging and learning under atheris: `python -m tests.fuzz.judging -max_total_time=600
-max_len=6000 -len_control=0` looks for an input that breaks it, guided by which lines of the
classifier run. Ends with an error if it finds one.
"""

import math
import sys

import atheris

# Atheris keeps what every comparison gives: the learner's are arrays of a megabyte.
with atheris.instrument_imports(
    include=["moderation.classifier", "moderation.domain.disguise", "moderation.domain.text"],
    exclude=["moderation.classifier.learner"],
):
    from moderation.classifier.features import Features, extract
    from moderation.classifier.judge import Judge
    from moderation.classifier.learner import Lesson, SiteModel
    from moderation.classifier.model import load_shipped

from moderation.domain.evidence import EmailClass, FormToken, Subject
from moderation.domain.judgement import Judgement

LANGUAGES = ("", "en", "ru", "zh", "ar", "cs", "zz", "haw", "E\ud800")
SHIPPED = load_shipped()
UNTAUGHT = Judge(SHIPPED, None)


def subject_of(given: atheris.FuzzedDataProvider) -> Subject:
    """A comment of whatever comes, with all that a door can know of it."""
    return Subject(
        name=given.ConsumeUnicode(40),
        website=given.ConsumeUnicode(60),
        email_class=given.PickValueInList(list(EmailClass)),
        language=given.PickValueInList(list(LANGUAGES)),
        site_language=given.PickValueInList(list(LANGUAGES)),
        page_title=given.ConsumeUnicode(given.ConsumeIntInRange(0, 80)),
        parent_text=given.ConsumeUnicode(given.ConsumeIntInRange(0, 400)),
        form_token=given.PickValueInList([None, *FormToken]),
        form_seconds=seconds_of(given),
        has_user_agent=given.PickValueInList([None, True, False]),
        text=given.ConsumeUnicode(4_000),
    )


def seconds_of(given: atheris.FuzzedDataProvider) -> float | None:
    """How long a form was open: not known, as usual, or any number that a clock gone wrong gives."""
    if given.ConsumeBool():
        return given.ConsumeFloatInRange(-1e12, 1e12)
    return given.PickValueInList([None, 0.0, 2.5])


def judge(data: bytes) -> None:
    """Judge, explain and pack whatever comes; learn and forget one in four, which takes ten times
    as long.
    """
    given = atheris.FuzzedDataProvider(data)
    is_spam, weight, is_learned = (
        given.ConsumeBool(),
        given.ConsumeProbability(),
        len(data) % 4 == 0,
    )
    subject = subject_of(given)
    before = judged(UNTAUGHT, subject)
    features = extract(subject)
    kept = Features.unpack(features.pack())
    if kept.places.tobytes() != features.places.tobytes():
        raise AssertionError("features that do not survive packing")
    if is_learned:
        learn(subject, before, [Lesson(kept, is_spam, weight), Lesson(kept, is_spam)])


def learn(subject: Subject, before: Judgement, lessons: list[Lesson]) -> None:
    """Learn lessons of a comment, judge it by them, and by what is left of them when they are kept.

    Args:
        subject: the comment.
        before: what was said of it before.
        lessons: all of one label.
    """
    is_spam = lessons[0].is_spam
    site = SiteModel.fold(lessons, SHIPPED)
    after = judged(Judge(SHIPPED, site), subject)
    moved = after.site_logit if is_spam else -after.site_logit
    if before.shipped_logit != after.shipped_logit or moved < 0:
        raise AssertionError("a lesson that teaches the contrary")
    again = judged(Judge(SHIPPED, SiteModel.from_bytes(site.to_bytes())), subject)
    if again.probability != after.probability:
        raise AssertionError("learning that does not survive being kept")


def judged(judge: Judge, subject: Subject) -> Judgement:
    """What a judge says, if it is a judgement at all."""
    found = judge.judge(subject)
    if not (0 <= found.probability <= 1 and 0 <= found.abuse_probability <= 1):
        raise AssertionError(found)
    if not math.isfinite(found.site_logit):
        raise AssertionError(found)
    return found


if __name__ == "__main__":
    atheris.Setup(sys.argv, judge)
    atheris.Fuzz()
