import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.classifier.facts import great_facts, keywords_of, small_facts
from moderation.classifier.features import Features, extract
from moderation.classifier.normal import WORD, disguised_words, words_of_text
from moderation.classifier.pieces import cut
from moderation.classifier.places import FIRST_SECTION, PLACES, of_any_language, sections_of
from moderation.classifier.reading import read
from moderation.classifier.vocabulary import trades_within
from moderation.domain.evidence import EmailClass, FormToken, Subject
from moderation.domain.text import normal

# Anything that Python can hold, half surrogate pairs and controls too.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


languages = st.sampled_from(["", "en", "ru"])
subjects = st.builds(
    Subject,
    text=anything,
    name=anything,
    website=anything,
    email_class=st.sampled_from(EmailClass),
    language=languages,
    site_language=languages | anything,
    page_title=anything,
    parent_text=anything,
    form_token=st.none() | st.sampled_from(FormToken),
    form_seconds=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    has_user_agent=st.none() | st.booleans(),
)


@given(subject=subjects)
@settings(deadline=None)
def test_any_comment_has_features(subject: Subject) -> None:
    found = extract(subject)

    assert np.all(np.diff(found.places.astype(np.int64)) > 0)
    assert found.places.max(initial=0) < PLACES
    assert np.all(np.isfinite(found.values))
    assert np.all(found.values[:-1] > 0)
    assert found.values[-1] == 0  # the section's, which tells it and counts nothing
    again = extract(subject)
    assert found.places.tobytes() == again.places.tobytes()
    assert found.values.tobytes() == again.values.tobytes()


@given(subject=subjects)
@settings(deadline=None)
def test_features_survive_packing_but_for_the_last_bits(subject: Subject) -> None:
    found = extract(subject)

    back = Features.unpack(found.pack())

    assert back.places.tobytes() == found.places.tobytes()
    np.testing.assert_allclose(back.values, found.values, rtol=1e-3, atol=1e-6)
    assert back.pack() == found.pack()


def test_bytes_that_are_no_features_are_refused() -> None:
    with pytest.raises(ValueError, match="no packed features"):
        Features.unpack(b"1234567")


def test_places_are_the_same_on_every_machine() -> None:
    # Shipped weights hold for these places alone: who changes this raises LAYOUT.
    found = extract(
        Subject("Cheap pills", "Ann", "https://pills.example/buy", EmailClass.FREE, "en")
    )

    assert (len(found.places), int(found.places[0]), int(found.places[-1])) == (86, 58478, 4192256)
    assert int(np.bitwise_xor.reduce(found.places)) == 1721190


@pytest.mark.parametrize(
    ("subject", "language", "shape"),
    [
        (Subject("x", "Ann", "https://ann.example", site_language="id"), "id", 0),
        (Subject("x", "", "https://ann.example", site_language="id"), "id", 0),
        (Subject("x", "Ann", site_language="id"), "id", 1),
        (Subject("x", site_language="zz"), "zz", 2),
        (Subject("x", "Ann", site_language=""), "", 1),
        (Subject("x", "Ann", site_language="ID"), "", 1),
        (Subject("x", "Ann", site_language="haw"), "", 1),
    ],
)
def test_a_section_is_of_the_sites_language_and_of_what_is_given(
    subject: Subject, language: str, shape: int
) -> None:
    found = extract(subject)

    assert found.section == sections_of(language)[shape]
    assert of_any_language(found.section) == sections_of("")[shape]
    assert Features.unpack(found.pack()).section == found.section


def test_every_language_has_sections_of_its_own() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    languages = ["", *(a + b for a in letters for b in letters)]

    numbers = [number for language in languages for number in sections_of(language)]

    assert len(set(numbers)) == len(numbers)
    assert max(numbers) < PLACES - FIRST_SECTION


def test_features_without_places_are_of_the_first_section() -> None:
    assert Features.unpack(b"").section == 0


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Ｖｉａｇｒａ", "viagra"),
        ("vi\u200bag\u00adra", "viagra"),
        ("cаsinо", "casino"),  # two Cyrillic letters
        ("caf%65 &amp; bar", "cafe & bar"),
        ("a \n\t b", "a b"),
        ("касса", "касса"),  # a Russian word stays one
        ("%2573lot &amp;#37;73lot", "slot slot"),
        (
            "win at your very best саѕі",
            "win at your very best casi",
        ),  # where no letter can be of another language
        ("мой casino сех", "мой casino сех"),
    ],
)
def test_disguises_come_off(typed: str, plain: str) -> None:
    assert plain == normal(typed)


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("buy v1agra", "viagra"),
        ("c a s i n o tonight", "casino"),
        ("s-l-o-t now", "slot"),
        ("s.l.0.t now", "slot"),
        ("с a s i n о now", "casino"),  # two Cyrillic letters
        ("our ca$!n0 opens", "casino"),
        ("p@rty", "party"),
    ],
)
def test_what_is_written_behind_digits_and_spaces_is_found(text: str, behind: str) -> None:
    assert behind in disguised_words(text, words_of_text(text))


def test_words_are_parted_by_every_sign_that_is_no_letter_nor_digit() -> None:
    text = "".join(f"a{chr(number)}b " for number in range(128))

    assert words_of_text(text) == WORD.findall(text)


@given(typed=anything)
def test_words_are_the_same_however_they_are_cut(typed: str) -> None:
    for text in (normal(typed), typed.encode("ascii", "replace").decode()):
        assert words_of_text(text) == WORD.findall(text)


def test_trades_are_found_beside_halves_of_signs() -> None:
    assert trades_within("\ud800mycasino\udfff, 赌场") == {"gambling"}
    assert trades_within("nothing of that kind") == frozenset()


def test_an_address_at_which_reading_ends_is_not_read_by_half() -> None:
    long = "word " * 998 + "anna.schmidt84@firma-berlin.example"
    subject = Subject(long, "x " * 95 + "anna.schmidt84@firma-berlin.example")

    assert len(subject.text) > 5_000
    assert "schmidt" not in repr(read(subject))


@pytest.mark.parametrize("at", ["@", "&#64;", "&commat;", "%40", "&amp;#64;"])
@pytest.mark.parametrize("behind", ["", " word" * 400])
def test_nor_is_one_that_is_cut_in_a_long_text(at: str, behind: str) -> None:
    for place in (*range(3_950, 4_010), *range(4_950, 5_010)):
        text = f"{'wordy ' * 850}"[:place] + f" schmidt84{at}firma-berlin.example" + behind

        assert "schmidt" not in repr(read(Subject(text)))


HIDING = ["\n" * 5_000, "\u200b" * 5_000, "&nbsp;" * 1_000, "A story of bicycles. " * 300]


@pytest.mark.parametrize("between", HIDING)
def test_the_end_of_a_long_text_is_read_too(between: str) -> None:
    text = f"Thanks, that helped. {between} Best online casino https://casino.example"

    assert "casino" in read(Subject(text)).words
    assert [link.host for link in read(Subject(text)).links] == ["casino.example"]


@pytest.mark.parametrize("sign", [" ", "\n", "\u3000", "\x1c", "&", "a", "字", "@"])
def test_a_long_text_of_any_sign_is_read_and_its_beginning_stays(sign: str) -> None:
    for before in ("", "casino "):
        reading = read(Subject(before + sign * 6_000, before + sign * 300, before + sign * 400))

        assert reading.text.startswith(before.strip())
    if sign.isalpha():
        assert len(read(Subject("x\n" + sign * 6_000)).text) > 4_600


def test_a_long_address_on_the_web_stays_a_website() -> None:
    website = "https://pills.example/" + "buy-" * 100

    found = read(Subject("x", website=website)).website
    assert found is not None
    assert found.text.startswith("https://pills.example/")


@pytest.mark.parametrize("address", ["mailto:{}", "https://list.example/?email={}", "{}"])
def test_an_address_in_the_website_is_not_read(address: str) -> None:
    subject = Subject("x", website=address.format("anna.schmidt84@firma-berlin.example"))

    assert "schmidt" not in repr(read(subject))


@pytest.mark.parametrize("seconds", [float("inf"), float("-inf"), float("nan")])
def test_a_time_that_is_no_number_tells_nothing(seconds: float) -> None:
    subject = Subject("Nice", form_seconds=seconds)

    assert not [f for f in small_facts(subject, read(subject)) if f.startswith("form seconds")]


def test_two_facts_at_one_place_both_count() -> None:
    # That one word praises and that three are misspelt happen to have one place.
    once = Subject("great " + "plain words " * 9 + "tthe youu", "Ann", "https://ann.example")
    both = Subject("great " + "plain words " * 9 + "tthe youu hhow", "Ann", "https://ann.example")

    found = [cut(subject, read(subject)) for subject in (once, both)]

    counted = [dict(zip(one.facts.tolist(), one.counted.tolist(), strict=True)) for one in found]
    (place,) = [at for at, counts in counted[1].items() if counts == pytest.approx(0.6)]
    assert counted[0][place] == pytest.approx(0.3)
    assert len(found[1].said) == len(found[0].said) - 1


@pytest.mark.parametrize(
    "typed",
    [
        "Anna.Schmidt84@firma-berlin.example",
        "anna.schmidt'84@firma-berlin.example",
        '"anna.schmidt84"@firma-berlin.example',
        "anna.schmidt84\\@firma-berlin.example",
        "anna.schmidt84@firma-berlin。example",
        "anna.schmidt84@firma-berlin.xn--p1ai",
        "anna.schmidt84%40firma-berlin.example",
        "anna.schmidt84&#64;firma-berlin.example",
        "ANNA.SCHMIDT84＠firma-berlin.example",
        "mailto:anna.schmidt84@mail.firma-berlin.example?subject=x",
    ],
)
def test_an_address_in_the_text_or_name_is_not_read(typed: str) -> None:
    subject = Subject(f"Write to {typed} for more", f"Call {typed}", "https://ann.example")

    reading = read(subject)

    assert "✉" in reading.text
    assert reading.name is not None
    assert "✉" in reading.name.text
    for part in ("anna", "schmidt", "firma", "berlin"):
        assert part not in repr(reading)
    other = Subject(
        subject.text.replace(typed, typed[:7] + "bert77@x.example"),
        subject.name.replace(typed, "bert77@x.example"),
        subject.website,
    )
    same = ("Write to Joe.77@x.example for more", "Call joe@x.example")
    assert "bert" not in repr(read(other))
    plain = extract(Subject("Write to jo@y.example for more", "Call jo@y.example"))
    assert extract(Subject(*same)).places.tobytes() == plain.places.tobytes()


def test_how_a_text_begins_and_ends_is_read() -> None:
    one = extract(Subject("cheap pills for you"))
    turned = extract(Subject("you for pills cheap"))
    inner = extract(Subject("so cheap pills for you now"))

    places = [set(found.places.tolist()) for found in (one, turned, inner)]

    words = [cut(s, read(s)).words for s in map(Subject, ("cheap pills", "pills cheap"))]
    assert set(words[0][:2].tolist()) == set(words[1][:2].tolist())
    assert not set(words[0][2:].tolist()) & set(words[1][2:].tolist())
    assert places[0] - places[1]
    assert places[0] - places[2]  # its first and last words as such


def test_a_trade_in_the_name_is_a_fact_and_in_the_text_another() -> None:
    subject = Subject("I drove here by bus", "Cheap Poker", "https://ann.example")

    facts = set(great_facts(subject, read(subject)))

    assert {"name:gambling", "name:shop", "any:gambling"} <= facts
    assert "website:gambling" not in facts


def test_what_flatters_and_advertises_is_weighed_with_a_website_alone() -> None:
    said, name = "Great post, thanks! I bookmarked your blog", "Cheap Poker"
    without, with_one = Subject(said, name), Subject(said, name, "https://ann.example")

    assert all(f.startswith(("manner", "linked")) for f in great_facts(without, read(without)))
    assert not keywords_of(read(without))
    assert any(fact.startswith("praise:3") for fact in great_facts(with_one, read(with_one)))
    assert keywords_of(read(with_one)) == ["cheap", "poker", "ann", "example"]


def test_the_form_and_what_is_echoed_are_told_where_they_are_known() -> None:
    subject = Subject(
        "Nice bridge, I crossed the bridge by ferry",
        form_token=FormToken.VALID,
        form_seconds=2.4,
        has_user_agent=False,
        page_title="The bridge over the river",
        parent_text="Which ferry crossed?",
    )

    facts = set(small_facts(subject, read(subject)))

    assert {"form:valid", "form seconds:2", "form without browser"} <= facts
    assert {"echo of title:1", "echo of parent:2"} <= facts
    untold = small_facts(Subject("Nice"), read(Subject("Nice")))
    assert not any(fact.startswith(("form", "echo")) for fact in untold)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("[url=http://a.example]a[/url]", "bbcode"),
        ('<a href="http://a.example">a</a>', "html"),
        ("[a](https://a.example)", "markdown"),
        ("call 1-888-203-9661 now", "phone"),
        ("call 123456789", "phone"),
        ("+49 (0) 30 +123 456", "phone"),
        ("one http://a.example two http://b.example", "links:2"),
        ("http://bit.ly/x", "link shortener"),
    ],
)
def test_what_the_text_holds_is_told(text: str, fact: str) -> None:
    subject = Subject(text)

    assert fact in set(small_facts(subject, read(subject)))


def test_eight_digits_are_no_telephone_number() -> None:
    subject = Subject("call 12345678 or 1, 2, 3")

    assert "phone" not in set(small_facts(subject, read(subject)))


def test_a_name_of_which_nothing_is_left_is_told() -> None:
    subject = Subject("Nice", "\u200b")

    assert {"name words:0", "name in text:0", "name case:000"} <= set(
        small_facts(subject, read(subject))
    )
