"""Whatever readers send is judged, and what is long is cut before it costs."""

import pytest

from moderation.classifier.facts import LONGEST_READ, read
from moderation.classifier.features import cut, extract, features_of
from moderation.classifier.judge import Judge
from moderation.classifier.model import load_shipped
from moderation.domain.evidence import Subject

TEXTS = {
    "nothing": "",
    "one letter": "a" * 65_000,
    "marks": "e" + "\u0301" * 1_000_000,
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
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("where", ["text", "name", "website"])
def test_it_is_judged_and_explained(name: str, where: str) -> None:
    subject = Subject(**{"text": "Hello", where: TEXTS[name]})

    found = Judge(load_shipped(), None).judge(subject)

    assert 0 <= found.probability <= 1
    assert 0 <= found.abuse_probability <= 1


@pytest.mark.parametrize("name", TEXTS)
def test_no_more_is_read_than_what_counts(name: str) -> None:
    subject = Subject(TEXTS[name])
    reading = read(subject)

    assert len(reading.text) <= 4 * LONGEST_READ
    assert len(features_of(cut(subject, reading)).places) < 30_000
    assert extract(subject).places.tobytes() == extract(subject).places.tobytes()
