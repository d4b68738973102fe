"""Whatever readers send is judged, and what is long is cut before it costs."""

from datetime import UTC, datetime

import pytest

from moderation.classifier.features import Features, extract, features_of
from moderation.classifier.judge import Judge
from moderation.classifier.learner import Lesson, SiteModel
from moderation.classifier.model import load_shipped
from moderation.classifier.pieces import cut
from moderation.classifier.reading import LONGEST_READ, read
from moderation.domain import lesson_file
from moderation.domain.evidence import Subject
from moderation.domain.lesson_file import PackedLesson

TEXTS = {
    "nothing": "",
    "one letter": "a" * 65_000,
    "marks": "e" + "\u0301" * 1_000_000,
    "unlike marks": "a" + "\u0345" * 2_499 + "\u0334" * 2_499,
    "long number": "&#" + "9" * 5_000 + ";",
    "zeros": "&#" + "0" * 5_000 + "65;",
    "mixed scripts": "casіno кaзино 赌场 قمار 카지노 คาสิโน " * 900,
    "overrides": "\u202e\u2066abc\u2069\u202c" * 9_000,
    "emoji": "🎰👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 4_000,
    "nul": "a\0b" * 20_000,
    "surrogates": "\ud800x\udfff" * 20_000,
    "links": " ".join(f"http://a{n}.example/b-{n}?c={n}" for n in range(5_000)),
    "soup": "<a href='<b><<i>&amp;&#x41;%41[url=]](https://" * 1_400,
    "escapes": "%25" * 21_000,
    "references": "&amp;" * 13_000,
    "spaced": "a b c d " * 8_000,
    "dots": "a." * 32_000,
    "dashes": "a-" * 32_000,
    "digits": "1-2 (3) " * 8_000,
    "brackets": "[" * 65_000,
    "slashes": "http://" * 9_000,
    "underscores": "a b c d e," + "_" * 65_000,
    "labels": "a.com " + "a-" * 32_000,
    "anchors": "<a " * 21_000,
    "ligatures": "\ufdfa" * 21_000,
    "unlike signs": "".join(map(chr, range(0x4E00, 0x9FFF))),
    "unlike ligatures": "".join(map(chr, (*range(0x3300, 0x3358), *range(0xFDF0, 0xFDFC)))) * 90,
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("where", ["text", "name", "website", "page_title", "parent_text"])
def test_it_is_judged_and_explained(name: str, where: str) -> None:
    subject = Subject(**{"text": "Hello", where: TEXTS[name]})

    found = Judge(load_shipped(), None).judge(subject)

    assert 0 <= found.probability <= 1
    assert 0 <= found.abuse_probability <= 1


@pytest.mark.parametrize("name", TEXTS)
def test_no_more_is_read_than_what_counts(name: str) -> None:
    subject = Subject(TEXTS[name])
    reading = read(subject)

    assert len(reading.text) <= LONGEST_READ
    assert len(features_of(cut(subject, reading)).places) < 70_000
    assert extract(subject).places.tobytes() == extract(subject).places.tobytes()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("is_spam", [True, False])
def test_it_teaches_what_was_decided(name: str, *, is_spam: bool) -> None:
    shipped, subject = load_shipped(), Subject(TEXTS[name])
    lesson = Lesson(Features.unpack(extract(subject).pack()), is_spam)

    site = SiteModel.fold([lesson, lesson], shipped)

    said = Judge(shipped, site).judge(subject)
    assert said.site_logit >= 0 if is_spam else said.site_logit <= 0
    kept = SiteModel.from_bytes(site.to_bytes())
    assert Judge(shipped, kept).judge(subject).probability == said.probability


@pytest.mark.parametrize("name", TEXTS)
def test_what_it_taught_can_be_taken_elsewhere(name: str) -> None:
    packed = extract(Subject(TEXTS[name])).pack()
    lesson = PackedLesson(datetime.now(UTC), True, 1.0, 0.5, packed, bytes(64))

    _, (found,) = lesson_file.read("".join(lesson_file.write([lesson])).encode())

    assert found == lesson
