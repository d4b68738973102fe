import numpy as np
import pytest

from moderation.classifier import explaining
from moderation.classifier.explaining import Shares, reasons
from moderation.classifier.features import extract
from moderation.classifier.judge import Judge
from moderation.classifier.learner import Lesson, SiteModel
from moderation.classifier.model import SHIPPED, load_shipped
from moderation.classifier.pieces import cut
from moderation.classifier.reading import read
from moderation.domain.evidence import EmailClass, Subject
from moderation.domain.judgement import LONGEST_WORDS, to_evidence
from moderation.domain.policy import SitePolicy

SHIPPED_MODEL = load_shipped()
JUDGE = Judge(SHIPPED_MODEL, None)
POLICY = SitePolicy()

GOOD = [
    Subject("I cycled there in June; the ferry ran once an hour.", "Ben Carter", language="en"),
    Subject("Das Rezept hat geklappt, nur der Teig war zu fest.", "Jana", language="de"),
    Subject("Спасибо за статью, всё понятно и по делу", "Ира", language="ru"),
    Subject("この記事はとても役に立ちました。", "健", language="ja"),
    Subject("Nice!", "Kim"),
]
SPAM = [
    Subject(
        "Excellent post! Bookmarked. Visit my page for the best casino bonus",
        "Best Online Casino",
        "https://casino-bonus-777.example/play",
        EmailClass.FREE,
        "en",
        "en",
    ),
    Subject(
        "Buy cheap viagra online http://a.example/viagra http://b.example/pills",
        "buy pills",
        "http://pills.example/buy-viagra",
        EmailClass.FREE,
        "en",
        "en",
    ),
]


@pytest.mark.parametrize("subject", GOOD, ids=lambda subject: subject.name)
def test_a_fresh_installation_lets_good_comments_pass(subject: Subject) -> None:
    assert JUDGE.judge(subject).probability < POLICY.hold_probability


@pytest.mark.parametrize(
    "address",
    [
        "anna.schmidt84@firma-berlin.example",
        "anna.schmidt84＠firma-berlin.example",
        "anna.schmidt84%40firma-berlin.example",
        "anna.schmidt84&#64;firma-berlin.example",
    ],
)
def test_no_part_of_an_address_is_in_a_receipt(address: str) -> None:
    subject = Subject(
        f"You stupid idiot, buy cheap pills, write to {address}",
        f"Anna {address}",
        f"https://pills.example/?mail={address}",
        EmailClass.FREE,
    )

    kept = repr(to_evidence(JUDGE.judge(subject)))

    assert "pills" in kept
    assert not [part for part in ("schmidt", "firma", "berlin") if part in kept.lower()]


@pytest.mark.parametrize(
    "name",
    [
        "anna.schmidt84@firma-berlin.example" + "!" * 190,
        "casino " * 30 + "anna.schmidt84@firma-berlin.example",
    ],
)
def test_no_part_of_an_address_in_an_endless_name_is_told(name: str) -> None:
    found = JUDGE.judge(Subject("Great post! visit casino now", name, "https://casino.example"))

    assert "schmidt" not in repr(found)
    assert found.reasons


def test_a_word_behind_a_disguise_is_told() -> None:
    subject = Subject("c a s i n o b0nus")
    reading = read(subject)
    pieces, features = cut(subject, reading), extract(subject)

    found = reasons("", reading, pieces, Shares(features, np.ones_like(features.values)))

    assert {"casino", "bonus"} <= {reason.words for reason in found}


@pytest.mark.parametrize("subject", SPAM, ids=lambda subject: subject.name)
def test_a_fresh_installation_knows_plain_spam(subject: Subject) -> None:
    assert JUDGE.judge(subject).probability >= POLICY.spam_probability


def test_an_insult_is_abuse_and_no_spam() -> None:
    found = JUDGE.judge(Subject("You are a stupid idiot and nobody wants you here", language="en"))

    assert found.abuse_probability >= POLICY.abuse_probability
    assert found.probability < POLICY.hold_probability
    assert {"stupid", "idiot"} & {r.words for r in found.abuse_reasons if r.weight > 0}


def test_what_pushed_it_is_told_in_words() -> None:
    found = JUDGE.judge(SPAM[0])

    against = {(reason.kind, reason.words) for reason in found.reasons if reason.weight > 0}
    assert ("fact", "A trade in its name or address") in against
    assert ("name", "Best Online Casino") in against
    assert ("text", "visit") in against


def test_how_it_is_written_is_told_by_what_it_is() -> None:
    told = {
        reason.words
        for text in ("@Ann WHY?! THIS IS ALL WRONG", "see https://videos.example/a", "no.")
        for reason in JUDGE.judge(Subject(text, "Ann", email_class=EmailClass.FREE)).reasons
        if reason.kind == "fact"
    }
    expected = {
        "Its length and its links",
        "Its capitals, beginning and ending",
        "An email address at a free provider",
    }
    assert told >= expected
    assert max(map(len, expected)) <= LONGEST_WORDS  # a receipt keeps all of each


VALUES = (
    (Subject("Nice", "Ann", email_class=EmailClass.FREE), "An email address at a free provider"),
    (Subject("Nice", "Ann", email_class=EmailClass.DISPOSABLE), "A throwaway email address"),
    (Subject("Nice", "Ann", email_class=EmailClass.OTHER), "An email address at another provider"),
    *(
        (Subject(" ".join(f"https://a{n}.example" for n in range(count)), "Ann"), words)
        for count, words in (
            (1, "One link"),
            (2, "Two links"),
            (3, "Three links"),
            (4, "Four to seven links"),
            (7, "Four to seven links"),
            (8, "Eight links or more"),
            (300, "Eight links or more"),
        )
    ),
    (Subject("Nice", "Ann", language="en", site_language="en"), "In the site’s language"),
    (Subject("Nice", "Ann", language="nl", site_language="en"), "Not in the site’s language"),
    (Subject("Nice", "Ann", site_language="en"), "In the script of the site’s language"),
    (Subject("Да", "Ann", site_language="en"), "Not in the site’s script"),
    (Subject("...", "Ann", site_language="en"), "Not in the site’s script"),
    (
        Subject("Nice", "Ann", website="https://a.example", language="en"),
        "Its language beside the site’s",
    ),
    (
        Subject("Nice", "Ann", website="https://a.example", site_language="en"),
        "In a language that was not recognised",
    ),
)


@pytest.mark.parametrize(("subject", "words"), VALUES)
def test_a_fact_is_told_with_its_value(
    subject: Subject, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "MOST_REASONS", 1_000)

    assert ("fact", words) in told_where_all_weigh_alike(subject)
    assert len(words) <= LONGEST_WORDS  # a receipt keeps all of it


def test_the_language_that_it_is_written_in_is_told_by_its_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explaining, "MOST_REASONS", 1_000)
    subject = Subject("Nice", "Ann", language="nl", site_language="en")

    assert ("language", "nl") in told_where_all_weigh_alike(subject)


def test_nothing_is_said_of_a_sites_language_that_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explaining, "MOST_REASONS", 1_000)
    subject = Subject("Nice", "Ann", website="https://a.example", language="en")
    told = told_where_all_weigh_alike(subject)

    assert ("language", "en") in told
    assert ("fact", "Not in the site’s language") not in told


def told_where_all_weigh_alike(subject: Subject) -> set[tuple[str, str]]:
    """Kind and words of what is told where each feature of a comment has the same weight."""
    reading = read(subject)
    features = extract(subject)
    shares = Shares(features, np.full(len(features.values), 1e3, np.float32))
    found = reasons(subject.name, reading, cut(subject, reading), shares)
    return {(reason.kind, reason.words) for reason in found}


def test_reasons_come_once_each_the_strongest_first() -> None:
    found = JUDGE.judge(Subject("casino bonus", "Ann"))

    assert [abs(r.weight) for r in found.reasons] == sorted(
        (abs(r.weight) for r in found.reasons), reverse=True
    )
    assert len(found.reasons) == len({(r.kind, r.words) for r in found.reasons})


@pytest.mark.parametrize(
    ("which", "told"),
    [
        (0, {"cheap": 1.0}),  # the first word as such
        (1, {"cheap": 0.5, "red": 0.5}),  # the first pair as such
        (2, {"here": 1.0}),
        (3, {"pills": 0.5, "here": 0.5}),
        (4, {"cheap": 0.5, "red": 0.5}),  # pairs
        (5, {"red": 0.5, "pills": 0.5}),
        (6, {"pills": 0.5, "here": 0.5}),
    ],
)
def test_a_pair_and_an_edge_count_for_the_words_in_them(which: int, told: dict[str, float]) -> None:
    found = told_where_one_weighs(Subject("cheap red pills here"), 4 + which)

    assert found == pytest.approx(told, abs=1e-4)


def test_a_beginning_counts_for_its_word() -> None:
    found = told_where_one_weighs(Subject("cheap pharmacy deals herbally"), 5)

    assert found == pytest.approx({"herbally": 1.0}, abs=1e-4)


def told_where_one_weighs(subject: Subject, which: int) -> dict[str, float]:
    """By words what is told where of a comment's words, pairs and so on one has a weight: 1."""
    reading, features = read(subject), extract(subject)
    pieces = cut(subject, reading)
    is_it = features.places == pieces.words[which]
    weights = np.where(is_it, 1 / features.values.clip(1e-9), 0).astype(np.float32)
    found = reasons("", reading, pieces, Shares(features, weights))
    return {reason.words: reason.weight for reason in found}


def test_a_name_that_the_text_says_again_has_its_part_once() -> None:
    subject = Subject("togel gacor", "togel gacor")
    pieces, features = cut(subject, read(subject)), extract(subject)
    weights = np.ones(len(features.values), np.float32)
    shares = Shares(features, weights)
    runs, words = shares.of(pieces.runs), shares.of(pieces.words)

    found = reasons(subject.name, read(subject), pieces, shares)

    whole = float(runs.sum() + words.sum() + shares.of(pieces.facts).sum())
    assert whole == pytest.approx(float(weights @ features.values), abs=1e-4)
    of_name = next(r.weight for r in found if (r.kind, r.words) == ("name", "togel gacor"))
    # The facts of a name tell of it, too.
    assert of_name >= runs.sum() / 2 - 1e-4


def test_what_has_nobodys_place_takes_no_part_of_another() -> None:
    # A run of two NULs has place 0.
    subject = Subject("aaaa aaaa nice post %00%00%00%00%00%00%00%00%00%00")
    pieces, features = cut(subject, read(subject)), extract(subject)
    shares = Shares(features, np.ones(len(features.values), np.float32))
    places = np.concatenate((pieces.runs, pieces.words, pieces.shapes, pieces.facts))

    parts = shares.of(places)

    assert np.count_nonzero(places == 0) > 1
    assert parts[places == 0].sum() == 0
    assert parts.sum() == pytest.approx(float(features.values.sum()), abs=1e-4)


def test_twenty_decisions_turn_a_judgement_on_this_site() -> None:
    ours = [f"The regatta of week {n}: our poker run with the boats" for n in range(20)]
    asked = Subject("Will there be a poker run at the regatta?", "Poker Run", language="en")
    lessons = [Lesson(extract(Subject(text, "Poker Run")), is_spam=False) for text in ours]

    taught = Judge(SHIPPED_MODEL, SiteModel.fold(lessons, SHIPPED_MODEL)).judge(asked)

    assert taught.probability < JUDGE.judge(asked).probability
    assert taught.site_logit < 0
    assert taught.seen == 20


def test_the_shipped_model_is_small_and_says_what_it_was_made_of() -> None:
    assert SHIPPED.stat().st_size < 3_000_000
    assert "blog.jsonl.gz" in SHIPPED_MODEL.card["data"]
    assert SHIPPED_MODEL.card["spam"]["blog"]["auc"] > 0.9
