import pytest

from moderation.classifier.advertising import count_advertised
from moderation.classifier.judge import Judge
from moderation.classifier.reading import read
from moderation.domain.evidence import Subject
from tests.learning import without_opinions


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Buy cheap pills online now http://a.example", 1),
        ("c a s i n o slots: http://a.example", 2),
        ("Buy cheap pills online now http://pills.example", 2),
        ("Play at https://casino-poker.example", 2),
        ("Play at https://bestcasinosonline.example/onlinepoker", 1),
        ("viagra and cialis, see https://pharma.example", 3),
        ("My doctor told me to stop taking these pills, and no more viagra.", 0),
        ("The documentation is at https://docs.example", 0),
        ("Cheap hotels and web design, https://a.example", 0),
    ],
)
def test_words_that_spam_lives_on_count_beside_a_link(text: str, count: int) -> None:
    assert count_advertised(read(Subject(text, "Ann"))) == count


def test_a_judgement_tells_it() -> None:
    judge = Judge(without_opinions(), None)

    assert judge.judge(Subject("casino and poker http://a.example")).advertised == 2
    assert judge.judge(Subject("casino and poker")).advertised == 0
