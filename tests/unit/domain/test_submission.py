"""The one schema: every field at its limits, all faults at once, and no address told."""

import traceback

import pytest
from pydantic import ValidationError

from moderation.domain.submission import Submission, parse_submission, unknown_fields
from moderation.errors import InvalidSubmissionError
from tests.unit.factories import FIELDS, faults, parsed

CANARY = "canary.bird@example.com"


def test_the_least_submission_is_valid() -> None:
    assert parsed().model_dump() == {
        "comment": "A thought.",
        "name": "Anna",
        "email": "anna@example.com",
        "website": None,
        "url": "https://blog.example/a",
        "post_id": None,
        "title": "",
        "parent": None,
        "notify": False,
    }


def test_everything_is_trimmed_and_normalised() -> None:
    submission = parsed(
        url=" https://bücher.example/ü#x ",
        name="\t Anna\u00a0",
        email=" anna@EXAMPLE.com\n",
        comment="\n A\r\nB\rC \n",
        website=" anna.example ",
        title=" The Title\n",
        parent="7",
        post_id=9,
    )

    assert submission.model_dump() == {
        "comment": "A\nB\nC",
        "name": "Anna",
        "email": "anna@example.com",
        "website": "https://anna.example",
        "url": "https://xn--bcher-kva.example/%C3%BC",
        "post_id": 9,
        "title": "The Title",
        "parent": 7,
        "notify": False,
    }


@pytest.mark.parametrize("field", ["name", "comment"])
def test_text_is_kept_in_composed_form(field: str) -> None:
    assert getattr(parsed(**{field: "Zoe\u0308"}), field) == "Zo\u00eb"


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        url="https://evil.example/",
        name="",
        email="anna@",
        comment="a\0",
        website="javascript:alert(1)",
        parent="x",
        post_id="x",
        title=7,
        rating=5,
    )

    assert found == {
        "url": "unknown_page",
        "name": "required",
        "email": "invalid_email",
        "comment": "control_character",
        "website": "invalid_website",
        "parent": "invalid_number",
        "post_id": "invalid_number",
        "title": "not_text",
        "rating": "unknown_field",
    }


def test_an_empty_submission_misses_all_that_is_required() -> None:
    with pytest.raises(InvalidSubmissionError) as raised:
        parse_submission({}, ())

    assert {fault.field: fault.code for fault in raised.value.faults} == dict.fromkeys(
        ("url", "comment", "name", "email"), "required"
    )


@pytest.mark.parametrize("field", ["comment", "name", "email"])
def test_missing_and_empty_are_told_in_the_same_words(field: str) -> None:
    messages = []
    blanks = ("", "  ", "\u200b\u2060\ufeff", "\u3164", "\u2800", "\U000e0041", "\U000e0100")
    for value in (..., *blanks):
        with pytest.raises(InvalidSubmissionError) as raised:
            parsed(**{field: value})
        messages += [(fault.code, fault.message) for fault in raised.value.faults]

    assert len(messages) == 8
    assert {code for code, _ in messages} == {"required"}
    assert len(set(messages)) == 1


def test_faults_are_told_in_words_that_end() -> None:
    with pytest.raises(InvalidSubmissionError) as raised:
        parsed(name="", email="x", comment="", website="//", parent=-1, url="/", title=[], other=1)

    assert len(raised.value.faults) == 8
    assert all(
        fault.message.endswith(".") and " " in fault.message for fault in raised.value.faults
    )


@pytest.mark.parametrize("field", ["comment", "name", "email", "website", "url", "title"])
@pytest.mark.parametrize("value", [7, 1.5, True, [], ["a"], {"a": 1}, b"a"])
def test_what_is_no_text_is_a_fault(field: str, value: object) -> None:
    if field == "url":
        assert faults(url=value, post_id=1) == {field: "not_text"}
    assert faults(**{field: value}) == {field: "not_text"}


@pytest.mark.parametrize("field", ["comment", "name", "email", "website", "url", "title"])
@pytest.mark.parametrize("value", ["a\ud800", "\udfff", "a\ud83d b", "\udc80@example.com"])
def test_half_a_character_is_a_fault(field: str, value: str) -> None:
    assert faults(**{field: value}) == {field: "bad_unicode"}


@pytest.mark.parametrize("field", ["comment", "name", "email", "website", "url", "title"])
@pytest.mark.parametrize("character", ["\0", "\x07", "\x08", "\x1b", "\x7f", "\x80", "\x9f"])
def test_a_control_character_is_a_fault(field: str, character: str) -> None:
    assert faults(**{field: f"a{character}b"}) == {field: "control_character"}


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\r\n"])
def test_a_line_break_or_tab_is_a_fault_in_one_line(character: str) -> None:
    assert faults(name=f"a{character}b", title=f"a{character}b") == {
        "name": "control_character",
        "title": "control_character",
    }


@pytest.mark.parametrize(
    ("typed", "kept"), [("\n", "\n"), ("\r", "\n"), ("\r\n", "\n"), ("\t", "\t")]
)
def test_a_comment_has_lines_and_tabs(typed: str, kept: str) -> None:
    assert f"a{kept}b" == parsed(comment=f"a{typed}b").comment


@pytest.mark.parametrize("text", ["שלום \u202bעולם\u202c", "a\u200fb", "👩\u200d🔧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_direction_marks_and_joiners_are_text(text: str) -> None:
    assert text == parsed(comment=text, name=text).comment


@pytest.mark.parametrize("field", ["name", "comment", "title"])
def test_a_letter_may_carry_30_marks(field: str) -> None:
    assert len(getattr(parsed(**{field: "x" + "\u0300" * 30 + "q" + "\u0300" * 30}), field)) == 62
    assert faults(**{field: "x" + "\u0300" * 31}) == {field: "too_many_marks"}


@pytest.mark.parametrize("field", ["name", "comment", "email", "website", "title", "url"])
def test_marks_in_disorder_do_not_hold_the_process_up(field: str) -> None:
    """To put so many in order, which takes the square of their number, would take minutes."""
    assert faults(**{field: "a" + "\u0300\u0316" * 600_000}) == {field: "too_many_marks"}


@pytest.mark.parametrize("length", [1, 244, 245])
@pytest.mark.parametrize("character", ["x", "ü", "漢", "😀"])
def test_a_name_may_have_245_characters(length: int, character: str) -> None:
    assert length == len(parsed(name=character * length).name)


def test_a_longer_name_is_a_fault() -> None:
    assert faults(name="x" * 246) == {"name": "too_long"}
    assert parsed(name="  " + "x" * 245 + "  ").name == "x" * 245


@pytest.mark.parametrize("size", [1, 65_524, 65_525])
def test_a_comment_may_have_65525_bytes(size: int) -> None:
    assert size == len(parsed(comment=" " + "x" * size + "\n").comment)


def test_a_longer_comment_is_a_fault() -> None:
    assert faults(comment="x" * 65_526) == {"comment": "too_long"}


@pytest.mark.parametrize(("character", "size"), [("ü", 2), ("漢", 3), ("😀", 4)])
def test_a_comment_is_measured_in_bytes(character: str, size: int) -> None:
    most = 65_525 // size

    assert most == len(parsed(comment=character * most).comment)
    assert faults(comment=character * (most + 1)) == {"comment": "too_long"}


def test_a_fault_of_size_tells_the_size() -> None:
    with pytest.raises(InvalidSubmissionError) as raised:
        parsed(comment="ü" * 40_000)

    (fault,) = raised.value.faults
    assert fault.message == "A comment may have 65,525 bytes at most; this has 80,000."


@pytest.mark.parametrize("field", ["parent", "post_id"])
@pytest.mark.parametrize("value", [None, "", 0, "0"])
def test_no_number_has_wordpresss_spellings(field: str, value: object) -> None:
    assert getattr(parsed(**{field: value}), field) is None


@pytest.mark.parametrize("field", ["parent", "post_id"])
@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1), ("1", 1), ("007", 7), (2**63 - 1, 2**63 - 1), ("9" * 18, int("9" * 18))],
)
def test_a_number_may_come_as_text(field: str, value: object, number: int) -> None:
    assert number == getattr(parsed(**{field: value}), field)


@pytest.mark.parametrize("field", ["parent", "post_id"])
@pytest.mark.parametrize(
    "value",
    [
        False, 0.0, -1, "-1", "+1", " 1", "1.0", 1.5, 1.0, "x", "1e3", "0x1", "٣", "²", "1_000", 2**63, 10**400,
        "9" * 19, "9" * 5_000, True, [1], {"a": 1}, "\ud800", "1\0",
    ],
)  # fmt: skip
def test_what_is_no_number_is_a_fault(field: str, value: object) -> None:
    assert faults(**{field: value}) == {field: "invalid_number"}


def test_a_page_by_number_needs_no_address() -> None:
    submission = parsed(url=..., post_id="12")

    assert (submission.url, submission.post_id) == (None, 12)


@pytest.mark.parametrize("url", [..., None, "", " ", "\n"])
def test_a_page_must_be_told_somehow(url: object) -> None:
    assert faults(url=url) == {"url": "required"}
    assert faults(url=url, post_id="0") == {"url": "required"}
    assert faults(url=url, name="") == {"url": "required", "name": "required"}


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "javascript:alert(1)", "/a", "https://blog.example/" + "a" * 2_000],
)
def test_a_page_that_is_not_the_sites_is_a_fault(url: str) -> None:
    assert faults(url=url) == {"url": "unknown_page"}
    assert faults(url=url, post_id=1) == {"url": "unknown_page"}


def test_a_site_without_origins_has_no_pages() -> None:
    with pytest.raises(InvalidSubmissionError):
        parse_submission(FIELDS, ())


def test_a_long_title_is_cut() -> None:
    assert parsed(title="t" * 501).title == "t" * 500
    assert parsed(title="t" * 499 + " tail").title == "t" * 499
    assert parsed(title=None).title == ""


@pytest.mark.parametrize(
    "field", ["Comment", "user_id", "status", "id", "model_config", "__class__", ""]
)
def test_an_unknown_field_is_a_fault(field: str) -> None:
    assert faults(**{field: "x"}) == {field: "unknown_field"}


def test_of_very_many_unknown_fields_some_are_told() -> None:
    told = faults(**{f"field_{n}": "x" for n in range(50_000)})

    assert told == {f"field_{n}": "unknown_field" for n in range(20)}
    assert len(unknown_fields(dict.fromkeys(map(str, range(50_000))), ())) == 20


@pytest.mark.parametrize("field", ["\ud800", "x\udfff"])
def test_half_a_character_in_a_fields_name_is_a_fault(field: str) -> None:
    with pytest.raises(InvalidSubmissionError):
        parsed(**{field: 1})


def test_a_brace_in_an_address_is_no_template() -> None:
    with pytest.raises(InvalidSubmissionError) as raised:
        parsed(url="https://evil.example:{code}{0}/")

    assert raised.value.faults[0].message.startswith("A web address must start with")


def test_the_repr_of_a_submission_has_no_address() -> None:
    submission = parsed(email=CANARY)

    assert submission.email == CANARY
    assert "canary" not in f"{submission!r} {submission}"


@pytest.mark.parametrize(
    "email",
    [
        CANARY + " ",
        f"Canary <{CANARY}>",
        f"{CANARY}, {CANARY}",
        f"{CANARY}@",
        "canary",
        "canary@localhost",
        "canary\0@example.com",
        "canary\ud800@example.com",
        "canary" * 100 + "@example.com",
    ],
)
def test_an_address_is_in_no_fault_and_no_traceback(email: str) -> None:
    with pytest.raises(InvalidSubmissionError) as raised:
        parsed(email=email, name="")

    told = "".join(traceback.format_exception(raised.value))
    assert "canary" not in f"{raised.value} {raised.value!r} {raised.value.faults} {told}".lower()


def test_an_address_is_in_no_complaint_of_the_schema_itself() -> None:
    with pytest.raises(ValidationError) as raised:
        Submission.model_validate(FIELDS | {"url": None, "email": f"{CANARY}@"})

    told = "".join(traceback.format_exception(raised.value))
    assert "canary" not in f"{raised.value!r} {told}"


def test_a_submission_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parsed().email = "ben@example.com"  # type: ignore[misc]


@pytest.mark.parametrize(
    "name",
    [
        CANARY,
        f"Anna <{CANARY}>",
        "canary.bird＠example．com",
        "canary.bird@exam\u200bple.com",
        "canary.bird&#64;example.com",
        f"{'x' * 220} {CANARY}",
    ],
)
def test_an_email_address_is_no_name(name: str) -> None:
    assert faults(name=name) == {"name": "email_as_name"}


@pytest.mark.parametrize(
    "website",
    [
        f"https://a.example/?email={CANARY}",
        f"a.example/{CANARY}",
        f"https://a.example/#{CANARY.replace('@', '%40')}",
    ],
)
def test_a_website_holds_no_email_address(website: str) -> None:
    assert faults(website=website) == {"website": "email_in_website"}


def test_a_website_may_be_an_account_on_a_server_of_its_own() -> None:
    website = "https://a.example/@anna@social.example"
    assert parsed(website=website).website == website


@pytest.mark.parametrize("name", ["@anna", "Anna @ Work", "anna@home", "Anna & Co."])
def test_a_name_may_hold_an_at_sign(name: str) -> None:
    assert parsed(name=name).name == name
