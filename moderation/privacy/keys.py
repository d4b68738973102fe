"""The keys: made on the first start, read from the settings, checked before use."""

import base64
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from moderation.config import SECRET_NAMES, Settings
from moderation.errors import ConfigError

_KEY_BYTES = 32  # AES-256 and HMAC-SHA256
_SHORTEST_SECRET = 32  # characters
_OWNERS_ALONE = 0o700


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of an installation. Nothing of them shows in a repr.

    Attributes:
        secret_key: signs sessions, links and form stamps.
        email_keys: by key id; the first seals, all of them open (rotation).
        email_index_key: makes the blind indexes. Changing it would orphan every commenter.
    """

    secret_key: str = field(repr=False)
    email_keys: Mapping[str, bytes] = field(repr=False)
    email_index_key: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes of its own for a purpose, made of the secret key."""
        message = f"moderation.{purpose}".encode()
        return hmac.digest(self.secret_key.encode(), message, "sha256")


def load_keys(settings: Settings) -> Keys:
    """The keys of these settings.

    Raises:
        ConfigError: one is missing or malformed; the message names the setting, not the value.
    """
    for name in SECRET_NAMES:
        if not getattr(settings, name):
            raise ConfigError(
                f"MODERATION_{name.upper()} is not set, and nothing is in "
                f"{settings.secrets_dir / name} (MODERATION_INSTANCE names another place). {_MEND}"
            )
    if len(settings.secret_key) < _SHORTEST_SECRET:
        raise ConfigError(
            f"MODERATION_SECRET_KEY must have {_SHORTEST_SECRET} characters or more. {_MEND}"
        )
    lines = settings.email_keys.replace(",", "\n").split()
    pairs = [line.partition(":") for line in lines]
    ring = {name: _decode("MODERATION_EMAIL_KEYS", key) for name, _, key in pairs}
    if not 0 < len(ring) == len(pairs) or not all(0 < len(n) <= _LONGEST_KEY_ID for n in ring):
        raise ConfigError(
            f"MODERATION_EMAIL_KEYS must hold id:key, newest first, each id once. {_MEND}"
        )
    index_key = _decode("MODERATION_EMAIL_INDEX_KEY", settings.email_index_key)
    return Keys(settings.secret_key, ring, index_key)


_MEND = "`moderation secrets` makes what is missing."
_LONGEST_KEY_ID = 16  # characters, as in the column


def _decode(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise ConfigError(f"{name} must hold keys of {_KEY_BYTES} bytes in base64. {_MEND}")
    return key


def make_missing_secrets(settings: Settings) -> list[Path]:
    """Write a file, readable by its owner alone, for each secret that no setting gives.

    Idempotent: a file that is there is left as it is, also when two processes start at once.

    Returns:
        The files made.
    """
    settings.secrets_dir.mkdir(parents=True, exist_ok=True)
    if settings.secrets_dir.stat().st_mode & 0o777 != _OWNERS_ALONE:
        settings.secrets_dir.chmod(
            _OWNERS_ALONE
        )  # not where it is right: the volume may be read-only
    made = []
    for name in SECRET_NAMES:
        path = settings.secrets_dir / name
        if not getattr(settings, name) and _create(path, _new_secret(name)):
            made.append(path)
    return made


def _new_secret(name: str) -> str:
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    return f"k1:{key}" if name == "email_keys" else key


def _create(path: Path, text: str) -> bool:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(f"{text}\n", encoding="utf-8")
    try:
        # A link appears whole or not at all, and never replaces another's.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
