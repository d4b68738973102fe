"""Form stamps, private links and receipts of likes."""

from datetime import timedelta

import pytest

from moderation.domain.evidence import FormToken
from moderation.privacy.tokens import FormStamp, TokenSigner
from tests.unit.factories import NOW, keys

SITE = 3


@pytest.fixture
def signer() -> TokenSigner:
    """A signer with the usual key."""
    return TokenSigner(keys())


def test_a_stamp_tells_how_long_the_form_was_open(signer: TokenSigner) -> None:
    stamp = signer.stamp_form(SITE, NOW)

    read = signer.read_form_stamp(SITE, stamp, NOW + timedelta(seconds=42.5))

    assert (read.token, read.seconds) == (FormToken.VALID, 42.5)


def test_every_stamp_has_a_nonce_of_its_own(signer: TokenSigner) -> None:
    stamps = [signer.stamp_form(SITE, NOW) for _ in range(50)]

    nonces = {signer.read_form_stamp(SITE, stamp, NOW).nonce for stamp in stamps}

    assert len(nonces - {None}) == 50
    assert all(len(nonce or "") >= 16 for nonce in nonces)


def test_a_stamp_keeps_its_nonce(signer: TokenSigner) -> None:
    stamp = signer.stamp_form(SITE, NOW)

    once = signer.read_form_stamp(SITE, stamp, NOW)

    assert once.nonce == signer.read_form_stamp(SITE, stamp, NOW + timedelta(hours=1)).nonce


@pytest.mark.parametrize("stamp", [None, ""])
def test_no_stamp_is_missing(signer: TokenSigner, stamp: str | None) -> None:
    assert FormStamp(FormToken.MISSING) == signer.read_form_stamp(SITE, stamp, NOW)


@pytest.mark.parametrize(
    "stamp",
    ["x", "a.b", ".", "..", "ü", "\ud800", "\0", "." + "e" * 10_000, "W10.x", 7, [7], {"a": 1}],
)
def test_what_we_did_not_sign_is_forged(signer: TokenSigner, stamp: str) -> None:
    assert FormStamp(FormToken.FORGED) == signer.read_form_stamp(SITE, stamp, NOW)


def test_a_stamp_with_any_character_changed_is_forged(signer: TokenSigner) -> None:
    stamp = signer.stamp_form(SITE, NOW)

    for place, character in enumerate(stamp[:-1]):  # base64's last one has bits to spare
        changed = stamp[:place] + ("A" if character != "A" else "B") + stamp[place + 1 :]
        assert signer.read_form_stamp(SITE, changed, NOW).token == FormToken.FORGED


def test_a_stamp_of_another_site_is_forged(signer: TokenSigner) -> None:
    stamp = signer.stamp_form(SITE + 1, NOW)

    assert FormStamp(FormToken.FORGED) == signer.read_form_stamp(SITE, stamp, NOW)


def test_a_stamp_under_another_key_is_forged(signer: TokenSigner) -> None:
    stamp = TokenSigner(keys(secret_key="t" * 32)).stamp_form(SITE, NOW)

    assert FormStamp(FormToken.FORGED) == signer.read_form_stamp(SITE, stamp, NOW)


def test_a_private_link_is_no_stamp_and_a_stamp_no_link(signer: TokenSigner) -> None:
    link, stamp = signer.sign_status_link(SITE), signer.stamp_form(SITE, NOW)

    assert signer.read_form_stamp(SITE, link, NOW).token == FormToken.FORGED
    assert signer.read_status_link(stamp) is None


@pytest.mark.parametrize(
    ("seconds", "token"), [(86_400, FormToken.VALID), (86_400.001, FormToken.EXPIRED)]
)
def test_a_stamp_is_old_after_a_day(signer: TokenSigner, seconds: float, token: FormToken) -> None:
    stamp = signer.stamp_form(SITE, NOW)

    assert token == signer.read_form_stamp(SITE, stamp, NOW + timedelta(seconds=seconds)).token


def test_an_old_stamp_still_tells_its_nonce(signer: TokenSigner) -> None:
    read = signer.read_form_stamp(SITE, signer.stamp_form(SITE, NOW), NOW + timedelta(days=9))

    assert (read.token, read.seconds) == (FormToken.EXPIRED, 9 * 86_400)
    assert read.nonce


def test_a_stamp_from_a_clock_ahead_of_ours_was_open_for_no_time(signer: TokenSigner) -> None:
    read = signer.read_form_stamp(SITE, signer.stamp_form(SITE, NOW), NOW - timedelta(seconds=5))

    assert (read.token, read.seconds) == (FormToken.VALID, 0.0)


@pytest.mark.parametrize("comment_id", [1, 2**63 - 1])
def test_a_private_link_leads_to_its_comment(signer: TokenSigner, comment_id: int) -> None:
    assert comment_id == signer.read_status_link(signer.sign_status_link(comment_id))


def test_a_private_link_is_the_same_each_time(signer: TokenSigner) -> None:
    assert signer.sign_status_link(7) == TokenSigner(keys()).sign_status_link(7)
    assert signer.sign_status_link(7) != signer.sign_status_link(8)


def test_a_private_link_cannot_be_guessed(signer: TokenSigner) -> None:
    number, signature = signer.sign_status_link(7).split(".")

    assert len(signature) == 43  # 256 bits
    assert signer.read_status_link(f"{number}.{'A' * 43}") is None
    assert (
        signer.read_status_link(TokenSigner(keys(secret_key="t" * 32)).sign_status_link(7)) is None
    )


@pytest.mark.parametrize("token", ["", "7", "x.y", ".", "ü", "\ud800", "a" * 10_000])
def test_what_is_no_private_link_leads_nowhere(signer: TokenSigner, token: str) -> None:
    assert signer.read_status_link(token) is None


def test_a_link_of_one_comment_does_not_carry_anothers_signature(signer: TokenSigner) -> None:
    seven, eight = (signer.sign_status_link(n).split(".") for n in (7, 8))

    assert signer.read_status_link(f"{eight[0]}.{seven[1]}") is None


@pytest.mark.parametrize("site_id", [1, 77])
def test_tokens_are_safe_in_an_address(signer: TokenSigner, site_id: int) -> None:
    for token in (signer.stamp_form(site_id, NOW), signer.sign_status_link(site_id)):
        assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()
        assert token.isascii()


def test_a_receipt_names_its_like_to_the_microsecond(signer: TokenSigner) -> None:
    liked_at = NOW + timedelta(microseconds=123_457)
    receipt = signer.sign_like(7, 3, liked_at)

    assert signer.read_like(receipt, 7) == (3, liked_at)
    assert signer.read_like(receipt, 8) is None
    assert TokenSigner(keys(secret_key="t" * 32)).read_like(receipt, 7) is None


@pytest.mark.parametrize("receipt", ["", "7:3:1", "7:3:1.AAAA", "x.y", "ü", "\ud800", "a" * 10_000])
def test_what_is_no_receipt_is_of_no_like(signer: TokenSigner, receipt: str) -> None:
    assert signer.read_like(receipt, 7) is None


def test_a_private_link_is_no_receipt(signer: TokenSigner) -> None:
    assert signer.read_like(signer.sign_status_link(7), 7) is None
