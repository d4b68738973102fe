"""Judging under atheris: `python -m tests.fuzz.judging -max_total_time=600` looks for an input that
breaks it, guided by which lines of the classifier run. Ends with an error if it finds one.
"""

import sys

import atheris

with atheris.instrument_imports(include=["moderation.classifier", "moderation.domain.text"]):
    from moderation.classifier.features import Features, extract
    from moderation.classifier.judge import Judge
    from moderation.classifier.model import load_shipped

from moderation.domain.evidence import EmailClass, FormToken, Subject

LANGUAGES = ("", "en", "ru", "zh", "ar", "cs")
JUDGE = Judge(load_shipped(), None)


def judge(data: bytes) -> None:
    """Judge, explain, pack and learn whatever comes."""
    given = atheris.FuzzedDataProvider(data)
    subject = Subject(
        name=given.ConsumeUnicode(40),
        website=given.ConsumeUnicode(60),
        email_class=given.PickValueInList(list(EmailClass)),
        language=given.PickValueInList(list(LANGUAGES)),
        site_language=given.PickValueInList(list(LANGUAGES)),
        form_token=given.PickValueInList([None, *FormToken]),
        text=given.ConsumeUnicode(4_000),
    )
    found = JUDGE.judge(subject)
    if not (0 <= found.probability <= 1 and 0 <= found.abuse_probability <= 1):
        raise AssertionError(found)
    features = extract(subject)
    if Features.unpack(features.pack()).places.tobytes() != features.places.tobytes():
        raise AssertionError("features that do not survive packing")


if __name__ == "__main__":
    atheris.Setup(sys.argv, judge)
    atheris.Fuzz()
