"""An address sealed and indexed."""

from dataclasses import replace

import pytest

from moderation.domain.network import parse_range
from moderation.errors import ConfigError
from moderation.privacy.sealing import EmailVault, SealedEmail
from tests.unit.factories import keys

EMAIL = "Canary.Bird@example.com"
SITE = 3


@pytest.fixture
def vault() -> EmailVault:
    """A vault with one key."""
    return EmailVault(keys("k1"))


@pytest.mark.parametrize("email", [EMAIL, "анна@пример.рф", "a@b.test", "x" * 242 + "@example.com"])
def test_what_is_sealed_opens(vault: EmailVault, email: str) -> None:
    sealed = vault.seal(SITE, email)

    assert email == vault.open(SITE, vault.index(SITE, email), sealed)


def test_nothing_of_the_address_shows(vault: EmailVault) -> None:
    sealed = vault.seal(SITE, EMAIL)

    for shown in (sealed.sealed, repr(sealed).encode(), vault.index(SITE, EMAIL)):
        assert b"canary" not in shown.lower()
        assert b"example" not in shown.lower()


def test_sealing_twice_gives_two_different_seals(vault: EmailVault) -> None:
    seals = {vault.seal(SITE, EMAIL).sealed for _ in range(50)}

    assert len(seals) == 50
    assert len({sealed[:12] for sealed in seals}) == 50


def test_a_seal_is_nonce_ciphertext_and_tag(vault: EmailVault) -> None:
    sealed = vault.seal(SITE, EMAIL)

    assert (sealed.key_id, len(sealed.sealed)) == ("k1", 12 + len(EMAIL) + 16)


def test_changing_any_byte_of_a_seal_is_noticed(vault: EmailVault) -> None:
    sealed, index = vault.seal(SITE, EMAIL), vault.index(SITE, EMAIL)

    for place in range(len(sealed.sealed)):
        changed = bytearray(sealed.sealed)
        changed[place] ^= 1
        with pytest.raises(ConfigError, match="does not open with key 'k1'"):
            vault.open(SITE, index, replace(sealed, sealed=bytes(changed)))


@pytest.mark.parametrize("length", [0, 5, 7, 11, 12, 13, 20, 28, 50])
def test_a_seal_cut_short_is_noticed(vault: EmailVault, length: int) -> None:
    sealed = vault.seal(SITE, EMAIL)

    with pytest.raises(ConfigError, match="does not open"):
        vault.open(SITE, vault.index(SITE, EMAIL), replace(sealed, sealed=sealed.sealed[:length]))


def test_a_seal_does_not_open_in_another_row(vault: EmailVault) -> None:
    sealed = vault.seal(SITE, EMAIL)

    with pytest.raises(ConfigError, match="does not open"):
        vault.open(SITE, vault.index(SITE, "ben@example.com"), sealed)


def test_a_seal_does_not_open_on_another_site(vault: EmailVault) -> None:
    sealed = vault.seal(SITE, EMAIL)

    for index in (vault.index(SITE, EMAIL), vault.index(SITE + 1, EMAIL)):
        with pytest.raises(ConfigError, match="does not open"):
            vault.open(SITE + 1, index, sealed)


def test_a_seal_of_an_unknown_key_says_which_is_missing(vault: EmailVault) -> None:
    sealed = replace(vault.seal(SITE, EMAIL), key_id="k0")

    with pytest.raises(ConfigError, match="MODERATION_EMAIL_KEYS has no key 'k0'"):
        vault.open(SITE, vault.index(SITE, EMAIL), sealed)


def test_after_a_rotation_old_seals_open_and_new_ones_use_the_new_key(vault: EmailVault) -> None:
    rotated = EmailVault(keys("k2", "k1"))
    index = vault.index(SITE, EMAIL)
    old, new = vault.seal(SITE, EMAIL), rotated.seal(SITE, EMAIL)

    assert (old.key_id, new.key_id) == ("k1", "k2")
    assert [rotated.open(SITE, index, sealed) for sealed in (old, new)] == [EMAIL, EMAIL]


def test_once_the_old_key_is_gone_its_seals_stay_shut(vault: EmailVault) -> None:
    sealed = vault.seal(SITE, EMAIL)

    with pytest.raises(ConfigError, match="has no key 'k1' any more"):
        EmailVault(keys("k2")).open(SITE, vault.index(SITE, EMAIL), sealed)


def test_a_seal_does_not_open_under_another_keys_id() -> None:
    vault = EmailVault(keys("k2", "k1"))
    sealed = replace(vault.seal(SITE, EMAIL), key_id="k1")

    with pytest.raises(ConfigError, match="does not open with key 'k1'"):
        vault.open(SITE, vault.index(SITE, EMAIL), sealed)


def test_no_complaint_quotes_the_address(vault: EmailVault) -> None:
    sealed = vault.seal(SITE, EMAIL)

    with pytest.raises(ConfigError) as raised:
        vault.open(SITE + 1, vault.index(SITE, EMAIL), sealed)

    assert "canary" not in repr(raised.value).lower()


def test_an_index_is_the_same_in_any_case(vault: EmailVault) -> None:
    spellings = (EMAIL, EMAIL.lower(), EMAIL.upper())

    assert len({vault.index(SITE, email) for email in spellings}) == 1


def test_an_index_differs_by_address_site_purpose_and_key(vault: EmailVault) -> None:
    indexes = {
        vault.index(SITE, EMAIL),
        vault.index(SITE, "x" + EMAIL),
        vault.index(SITE + 1, EMAIL),
        vault.domain_index(SITE, EMAIL),
        vault.network_index(SITE, EMAIL),
        EmailVault(replace(keys(), email_index_key=b"j" * 32)).index(SITE, EMAIL),
    }

    assert len(indexes) == 6
    assert {len(index) for index in indexes} == {32}


def test_an_index_does_not_run_site_and_address_together(vault: EmailVault) -> None:
    assert vault.index(1, "1a@b.test") != vault.index(11, "a@b.test")


def test_an_index_survives_a_rotation_of_the_sealing_keys(vault: EmailVault) -> None:
    assert vault.index(SITE, EMAIL) == EmailVault(keys("k2", "k1")).index(SITE, EMAIL)


def test_an_index_stays_what_it_was_when_it_was_stored(vault: EmailVault) -> None:
    assert vault.index(SITE, EMAIL).hex() == (
        "bee34a80aaf1da373f6d0ccc3aa8383919586d70dc14c1d055f270f481f25a82"
    )


def test_a_domains_index_is_the_same_in_any_case(vault: EmailVault) -> None:
    assert vault.domain_index(SITE, "EXAMPLE.com") == vault.domain_index(SITE, "example.com")
    assert vault.domain_index(SITE, "example.com") != vault.domain_index(SITE + 1, "example.com")


def test_a_domains_index_is_the_same_in_unicode_and_in_ascii(vault: EmailVault) -> None:
    spellings = ("bücher.example", "BÜCHER.example", "xn--bcher-kva.example", "bücher.example.")

    assert len({vault.domain_index(SITE, domain) for domain in spellings}) == 1


def test_a_narrow_range_has_an_index_for_each_line(vault: EmailVault) -> None:
    indexes = vault.network_indexes(SITE, parse_range("192.0.2.8/31"))

    assert indexes == {
        vault.network_index(SITE, "192.0.2.8/32"),
        vault.network_index(SITE, "192.0.2.9/32"),
    }
    assert vault.network_indexes(SITE, parse_range("192.0.2.0/24")) == frozenset()


def test_a_seal_that_is_nobodys_is_refused(vault: EmailVault) -> None:
    with pytest.raises(ConfigError, match="does not open"):
        vault.open(SITE, vault.index(SITE, EMAIL), SealedEmail("k1", b"\0" * 40))


def test_a_text_opens_for_its_purpose_alone(vault: EmailVault) -> None:
    sealed = vault.seal_text("mail", f"Hello {EMAIL}")

    assert vault.open_text("mail", sealed) == f"Hello {EMAIL}"
    assert EMAIL.encode() not in sealed.sealed
    with pytest.raises(ConfigError, match="does not open with key 'k1'"):
        vault.open_text("invitation 1", sealed)
