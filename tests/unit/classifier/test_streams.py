import pytest

from moderation.classifier.labelled import Labelled
from moderation.classifier.streams import Sites, in_order, moment, shuffled, sites_of
from moderation.domain.evidence import Subject


def comment(text: str, at: str = "", source: str = "a") -> Labelled:
    return Labelled(Subject(text), False, False, source, at)


def texts(comments: list[Labelled]) -> str:
    return "".join(one.subject.text for one in comments)


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        ("1970-01-01T00:00:10", 10),
        ("1970-01-01 00:00:10.5", 10.5),
        ("1970-01-01T01:00:10+01:00", 10),
        ("1970-01-01T00:00:10Z", 10),
        ("1745412234", 1_745_412_234),
        ("1745412234.25", 1_745_412_234.25),
        ("987654321", 987_654_321),
        ("1745412234123", 1_745_412_234.123),
        ("1.745.412.234.123.970", 1_745_412_234.123_97),
        ("174.541.223.412.397", 1_745_412_234.123_97),  # the same without the nought behind
    ],
)
def test_a_time_is_read_however_it_is_written(at: str, seconds: float) -> None:
    assert moment(at) == pytest.approx(seconds, abs=1e-5)


@pytest.mark.parametrize(
    "at", ["", "yesterday", "Nov 7, 2013", "nan", "1e999", "9" * 400, "..", "٣"]
)
def test_what_is_no_time_is_none(at: str) -> None:
    assert moment(at) is None


def test_a_stream_is_by_time_in_whatever_form() -> None:
    stream = [
        comment("d", "2026-01-02T00:30:00+02:00"),
        comment("b", "1.577.836.800.000.000"),  # 2020
        comment("e", "2026-01-01T23:00:00"),
        comment("a", "999999999"),  # 2001
        comment("c", "1704067200"),  # 2024
    ]

    assert texts(in_order(stream)) == "abcde"


def test_those_of_one_time_stay_as_they_were() -> None:
    stream = [comment(text, "2026-01-01") for text in "hgfedcba"]

    assert texts(in_order(stream)) == "hgfedcba"


def test_what_has_no_time_is_strewn_in_always_in_the_same_way() -> None:
    stream = [comment(text, f"2026-01-01T00:00:{n:02}") for n, text in enumerate("ABCDEFGHIJKLMNO")]
    stream += [comment(text) for text in "abcdefghijklmno"]

    found = texts(in_order(stream))

    assert "".join(filter(str.isupper, found)) == "ABCDEFGHIJKLMNO"
    assert sorted(found) == sorted(texts(stream))
    assert 3 < sum(text.islower() for text in found[:15]) < 12
    assert texts(in_order(stream)) == found


def test_without_any_time_a_file_sorted_by_label_is_not_learned_in_its_order() -> None:
    stream = [comment(text) for text in "aaaaaaaaaaaaaaabbbbbbbbbbbbbbb"]

    found = texts(in_order(stream))

    assert found.count("a") == 15
    assert 3 < found[:15].count("b") < 12


def test_a_seed_shuffles_within_each_source_and_leaves_sources_their_places() -> None:
    stream = [
        comment(text, f"2026-01-01T00:00:{n:02}", "small" if text.islower() else "great")
        for n, text in enumerate("abcABCdefDEFghijGHIJ")
    ]

    found = texts(in_order(stream, 1))

    assert [text.islower() for text in found] == [text.islower() for text in texts(stream)]
    assert sorted(found) == sorted(texts(stream))
    assert found != texts(stream)
    assert texts(in_order(stream, 1)) == found
    assert texts(in_order(stream, 2)) != found


def test_all_can_be_shuffled_whatever_their_source() -> None:
    stream = [comment(text, source=text) for text in "abcdefghij"]

    assert sorted(texts(shuffled(stream, 1))) == list("abcdefghij")
    assert texts(shuffled(stream, 1)) == texts(shuffled(stream, 1)) != texts(shuffled(stream, 2))


def test_a_site_is_a_file_or_a_source_of_one_or_all() -> None:
    files = {
        "one": [comment("a", source="x"), comment("b", source="y"), comment("c", source="x")],
        "two": [comment("d", source="x")],
    }

    assert [texts(site) for site in sites_of(files, Sites.FILE)] == ["abc", "d"]
    assert [texts(site) for site in sites_of(files, Sites.SOURCE)] == ["ac", "b", "d"]
    assert [texts(site) for site in sites_of(files, Sites.ALL)] == ["abcd"]
