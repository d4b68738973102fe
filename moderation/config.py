"""Settings from the environment, frozen; a bad value fails loudly and names itself.

Every secret can also come from a file (`NAME_FILE`), and failing both from
`<instance>/secrets/<name>`, where `moderation run` puts what it makes on its first start.
"""

import hashlib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from moderation.errors import ConfigError

# A Unix socket's path must fit sockaddr_un.sun_path: with the NUL 108 bytes on Linux, 104 on macOS.
_LONGEST_SOCKET_PATH = 100
_LONGEST_NUMBER = 10  # digits
_LAST_PORT = 65_535
_DNS_PORT = 53
_PUBLIC_URL = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[1-9]\d{0,4})?/?",
    re.ASCII,
)
_SMTP_URL = re.compile(r"smtps?://(?:[^\s/@]*@)?(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[1-9]\d{0,4})?/?")
_MAIL_FROM = re.compile(r"(?:[^<>@\r\n]+<)?[^\s<>@]+@[^\s<>@]+>?")
_PLACE = re.compile(r"([\w.-]+|\[[0-9A-Fa-f:.]+\])(?::([1-9]\d{0,4}))?")
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")  # a name, also beyond ASCII, or an IPv6 address

SECRET_NAMES = ("secret_key", "email_keys", "email_index_key")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process. Secrets stay out of its repr."""

    instance: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    host: str
    port: int
    public_url: str | None
    trusted_proxies: int
    web_workers: int
    web_threads: int
    web_pinned: bool
    snapshot_memory: int
    worker_processes: int
    stuck_after: int
    sqlite_synchronous: str
    sweep_after: int
    sweep_attempts: int
    akismet_wait: int
    undo_window: float
    private_services: frozenset[tuple[str, int]]
    dns_servers: tuple[tuple[str, int], ...]
    log_level: str
    smtp_url: str = field(repr=False)
    mail_from: str
    demo: bool
    demo_port: int
    secret_key: str = field(repr=False)
    email_keys: str = field(repr=False)
    email_index_key: str = field(repr=False)

    @property
    def secrets_dir(self) -> Path:
        """The directory that holds the secrets made on the first start."""
        return self.instance / "secrets"

    @property
    def mails_dir(self) -> Path:
        """Where mails are written while MODERATION_SMTP_URL names no server."""
        return self.instance / "mails"

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite:")

    @property
    def broker_url(self) -> str:
        """`redis_url` in the spelling of Celery's transport, which has its own for sockets."""
        return self.redis_url.replace("unix://", "redis+socket://", 1)


class _Reader:
    """Reads one environment, naming the variable in every complaint."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._from_file(name) or self._environ.get(name, "").strip() or default

    def _from_file(self, name: str) -> str | None:
        path = self._environ.get(f"{name}_FILE", "").strip()
        if not path:
            return None
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE names {path}, which cannot be read: {error}") from None

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        plain = value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER
        if not plain or not low <= int(value) <= high:
            raise ConfigError(
                f"{name} must be a whole number from {low} to {high}, not {value[:20]!r}."
            )
        return int(value)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        value = self.text(name, f"{default:g}")
        plain = value.isascii() and value.replace(".", "", 1).isdigit()
        if not plain or len(value) > _LONGEST_NUMBER or not low <= float(value) <= high:
            raise ConfigError(
                f"{name} must be a number from {low:g} to {high:g}, not {value[:20]!r}."
            )
        return float(value)

    def places(self, name: str, port: int | None = None) -> tuple[tuple[str, int], ...]:
        """Hosts with ports, as `host:port host:port`; `port` where none is named."""
        return tuple(
            _place(name, word, port) for word in re.split(r"[\s,]+", self.text(name, "")) if word
        )

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).lower()
        if value not in choices:
            raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def secret(self, name: str, file: Path) -> str:
        value = self.text(name, "")
        if value or not file.is_file():
            return value
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file} cannot be read: {error}") from None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: variables to read instead of the process's environment.

    Raises:
        ConfigError: a value is malformed or a named file cannot be read. Missing secrets are
            not an error here; `privacy.keys` complains when they are needed.
    """
    read = _Reader(os.environ if environ is None else environ)
    instance = Path(read.text("MODERATION_INSTANCE", "instance")).absolute()
    if "?" in str(instance):
        raise ConfigError("MODERATION_INSTANCE must be a path without a question mark.")
    secrets = instance / "secrets"
    port = read.integer("PORT", 8000, 1, _LAST_PORT)
    return Settings(
        instance=instance,
        database_url=_database_url(
            read.text("DATABASE_URL", f"sqlite:///{instance / 'moderation.db'}")
        ),
        redis_url=_redis_url(read.text("REDIS_URL", private_redis_url(instance))),
        host=read.text("MODERATION_HOST", "127.0.0.1"),
        port=port,
        public_url=_public_url(read.text("MODERATION_PUBLIC_URL", "")),
        trusted_proxies=read.integer("MODERATION_TRUSTED_PROXIES", 0, 0, 10),
        web_workers=read.integer("MODERATION_WEB_WORKERS", 1, 1, 64),
        web_threads=read.integer("MODERATION_WEB_THREADS", 16, 1, 64),
        snapshot_memory=read.integer("MODERATION_SNAPSHOT_MEMORY", 32, 1, 65_536),
        web_pinned=read.choice("MODERATION_WEB_PINNED", "on", ("on", "off")) == "on",
        worker_processes=read.integer("MODERATION_WORKER_PROCESSES", 1, 1, 64),
        stuck_after=read.integer("MODERATION_STUCK_AFTER", 60, 2, 86_400),
        sqlite_synchronous=read.choice(
            "MODERATION_SQLITE_SYNCHRONOUS", "full", ("off", "normal", "full", "extra")
        ),
        sweep_after=read.integer("MODERATION_SWEEP_AFTER", 30, 1, 86_400),
        sweep_attempts=read.integer("MODERATION_SWEEP_ATTEMPTS", 6, 1, 20),
        akismet_wait=read.integer("MODERATION_AKISMET_WAIT", 5, 1, 14),
        undo_window=read.number("MODERATION_UNDO_WINDOW", 10.0, 0, 3600),
        private_services=frozenset(read.places("MODERATION_PRIVATE_SERVICES")),
        dns_servers=_dns_servers(read.places("MODERATION_DNS_SERVERS", _DNS_PORT)),
        log_level=read.choice(
            "MODERATION_LOG_LEVEL", "info", ("debug", "info", "warning", "error")
        ),
        smtp_url=_smtp_url(read.text("MODERATION_SMTP_URL", "")),
        mail_from=_mail_from(read.text("MODERATION_MAIL_FROM", "moderation@localhost")),
        demo=read.choice("MODERATION_DEMO", "on", ("on", "off")) == "on",
        demo_port=read.integer(
            "MODERATION_DEMO_PORT", port + 1 if port < _LAST_PORT else port - 1, 1, _LAST_PORT
        ),
        secret_key=read.secret("MODERATION_SECRET_KEY", secrets / "secret_key"),
        email_keys=read.secret("MODERATION_EMAIL_KEYS", secrets / "email_keys"),
        email_index_key=read.secret("MODERATION_EMAIL_INDEX_KEY", secrets / "email_index_key"),
    )


def told_secrets(environ: Mapping[str, str] | None = None) -> frozenset[str]:
    """The names of the secrets that the environment tells, or a file that it names: what
    `secrets_dir` holds of these, if anything, does not count.
    """
    read = _Reader(os.environ if environ is None else environ)
    return frozenset(name for name in SECRET_NAMES if read.text(f"MODERATION_{name.upper()}", ""))


def _place(name: str, text: str, port: int | None) -> tuple[str, int]:
    found = _PLACE.fullmatch(text)
    number = (found[2] or port) if found else None
    if found is None or number is None or not 0 < int(number) <= _LAST_PORT:
        raise ConfigError(
            f"{name} must be like host:port, several with spaces between, not {text[:60]!r}."
        )
    return found[1].strip("[]").lower(), int(number)


def _dns_servers(places: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    for address, _ in places:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise ConfigError(
                f"MODERATION_DNS_SERVERS must hold IP addresses, not {address[:60]!r}."
            ) from None
    return places


def private_redis_url(instance: Path) -> str:
    """Where the private Redis of this instance listens: in `instance`, or for an instance whose
    path is too long for a socket, in a directory of /tmp named after it.
    """
    socket = instance / "redis.sock"
    if len(os.fsencode(socket)) > _LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(instance)).hexdigest()[:16]
        socket = Path(f"/tmp/moderation-{digest}/redis.sock")  # noqa: S108 -- made with mode 0700
    return f"unix://{socket}"


def _database_url(url: str) -> str:
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith("sqlite:///"):
        return _sqlite_url(url)
    if url.startswith("postgresql+psycopg://"):
        return url
    raise ConfigError(
        f"DATABASE_URL must start with sqlite:/// or postgresql://; {_beginning(url)}."
    )


def _sqlite_url(url: str) -> str:
    """A file is looked for from the working directory, like every other. Flask-SQLAlchemy would
    look in the source tree.
    """
    path, mark, options = url.removeprefix("sqlite:///").partition("?")
    if path in {"", ":memory:"} or path.startswith("file:"):
        return url
    return f"sqlite:///{Path(path).absolute()}{mark}{options}"


def _redis_url(url: str) -> str:
    if url.startswith(("redis://", "rediss://", "unix://")):
        return url
    raise ConfigError(
        f"REDIS_URL must start with redis://, rediss:// or unix://; {_beginning(url)}."
    )


def _beginning(url: str) -> str:
    """How an address begins; nothing of one that may have its password there."""
    scheme, separator, _ = url.partition("://")
    return f"it starts with {scheme + separator!r}" if separator else "it has no ://"


def _public_url(url: str) -> str | None:
    if url and not _PUBLIC_URL.fullmatch(url):
        raise ConfigError("MODERATION_PUBLIC_URL must be like https://comments.example.org.")
    return url.rstrip("/") or None


def _smtp_url(url: str) -> str:
    if url and not _SMTP_URL.fullmatch(url):
        raise ConfigError(
            "MODERATION_SMTP_URL must be like smtp://user:password@host:587 or smtps://host; a "
            "user or password with a sign such as @ or / in it must be percent-encoded."
        )
    return url.rstrip("/")


def _mail_from(text: str) -> str:
    if not _MAIL_FROM.fullmatch(text) or ("<" in text) != text.endswith(">"):
        raise ConfigError(
            "MODERATION_MAIL_FROM must be an address, or like: The Blog <moderation@blog.example>."
        )
    return text
