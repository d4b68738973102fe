"""An email address, sealed and indexed: the only two forms in which a commenter's is kept.

Sealed: AES-256-GCM (NIST SP 800-38D) under a key named by its id, with a random 96-bit nonce, bound
to the site and the blind index so that a sealed address cannot be moved to another row.
Indexed: HMAC-SHA256 (RFC 2104) over the case-folded address and the site, so that equal addresses
are found without opening any, and two sites' rows cannot be joined without the key.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from moderation.domain.network import Network, customers_of
from moderation.domain.page import ascii_host
from moderation.errors import ConfigError
from moderation.privacy.keys import Keys
from moderation.words import N_

_NONCE = 12  # bytes
INDEX_BYTES = 32


@dataclass(frozen=True, slots=True)
class SealedEmail:
    """A sealed address: nonce and ciphertext, and the id of the key that opens it."""

    key_id: str
    sealed: bytes


# What stands for the address of a commenter who gave none.
NO_ADDRESS = SealedEmail("", b"")


class EmailVault:
    """Seals, indexes and opens addresses with one installation's keys."""

    def __init__(self, keys: Keys) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.email_keys.items()}
        self._current = next(iter(keys.email_keys))
        self._index_key = keys.email_index_key

    def index(self, site_id: int, email: str) -> bytes:
        """The blind index of an address on a site: 32 bytes."""
        return self._mac("email", site_id, email.casefold())

    def domain_index(self, site_id: int, domain: str) -> bytes:
        """The blind index of an address's domain on a site, however it is spelt: 32 bytes."""
        return self._mac("domain", site_id, ascii_host(domain) or domain.casefold())

    def network_index(self, site_id: int, customer: str) -> bytes:
        """The blind index of one customer's line (`domain.network.customer`): 32 bytes."""
        return self._mac("network", site_id, customer)

    def network_indexes(self, site_id: int, network: Network) -> frozenset[bytes]:
        """The indexes of all lines of a range too narrow for the truncated network."""
        return frozenset(self.network_index(site_id, line) for line in customers_of(network))

    def check_index(self, site_id: int, words: str) -> bytes:
        """The blind index of what an Akismet client asked about, which may name an address: 32
        bytes.
        """
        return self._mac("check", site_id, words)

    def short_key_index(self, key: str) -> bytes:
        """The blind index of an API key so short that a plain hash could be tried out: 32 bytes."""
        return self._mac("short-key", 0, key)

    def seal(self, site_id: int, email: str) -> SealedEmail:
        """Seal an address for the commenter's row with that site and index."""
        nonce = secrets.token_bytes(_NONCE)
        bound = self._bound(site_id, self.index(site_id, email))
        cipher = self._ciphers[self._current]
        return SealedEmail(self._current, nonce + cipher.encrypt(nonce, email.encode(), bound))

    def open(self, site_id: int, index: bytes, sealed: SealedEmail) -> str:
        """The address. Showing it to a moderator is a deliberate, audited act.

        Raises:
            ConfigError: its key is not among the keys, or it was tampered with.
        """
        return self._decrypt(sealed, self._bound(site_id, index))

    def _decrypt(self, sealed: SealedEmail, bound: bytes) -> str:
        cipher = self._ciphers.get(sealed.key_id)
        if cipher is None:
            raise ConfigError(
                N_("MODERATION_EMAIL_KEYS has no key {key} any more.", key=repr(sealed.key_id))
            )
        nonce, ciphertext = sealed.sealed[:_NONCE], sealed.sealed[_NONCE:]
        try:
            return cipher.decrypt(nonce, ciphertext, bound).decode()
        except (InvalidTag, ValueError):
            raise ConfigError(
                N_(
                    "What is sealed does not open with key {key}: the key or the row is not the "
                    "one it was sealed with.",
                    key=repr(sealed.key_id),
                )
            ) from None

    def seal_text(self, purpose: str, text: str) -> SealedEmail:
        """Seal any text that has addresses in it, for one purpose: it opens for no other."""
        nonce = secrets.token_bytes(_NONCE)
        cipher = self._ciphers[self._current]
        return SealedEmail(
            self._current, nonce + cipher.encrypt(nonce, text.encode(), _purpose(purpose))
        )

    def open_text(self, purpose: str, sealed: SealedEmail) -> str:
        """The text sealed for this purpose.

        Raises: as `open`.
        """
        return self._decrypt(sealed, _purpose(purpose))

    def _mac(self, purpose: str, site_id: int, text: str) -> bytes:
        message = f"{purpose}\0{site_id}\0{text}".encode()
        return hmac.digest(self._index_key, message, hashlib.sha256)

    @staticmethod
    def _bound(site_id: int, index: bytes) -> bytes:
        return b"commenter-email\0%d\0" % site_id + index


def _purpose(purpose: str) -> bytes:
    return b"text\0" + purpose.encode()
