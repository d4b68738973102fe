"""Content Security Policy, level 3 (https://www.w3.org/TR/CSP3/): what a page's policies let it
load. The names of its sections stand in the docstrings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

_SPACE = " \t\n\f\r"
_SCHEME_SOURCE = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST_SOURCE = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?"
    r"(?P<host>\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}|\*))?"
    r"(?P<path>/[^?#]*)?",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
# In a meta element these are ignored (section 3.3).
_ONLY_IN_HEADER = frozenset({"frame-ancestors", "report-uri", "report-to", "sandbox"})
_FALLBACKS = {
    "script-src-elem": ("script-src-elem", "script-src", "default-src"),
    "style-src-elem": ("style-src-elem", "style-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
    "form-action": ("form-action",),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: its directives by name in lower case, and whether a meta element holds it."""

    directives: dict[str, tuple[str, ...]]
    in_meta: bool = False

    def deciding(self, directive: str) -> str | None:
        """The directive that decides in the place of `directive`; None if nothing does."""
        names = _FALLBACKS.get(directive, (directive,))
        return next((name for name in names if name in self.directives), None)


def parse_policies(header: str) -> tuple[Policy, ...]:
    """The policies of a header's value, which commas part (section 2.2.2)."""
    parsed = (_parse(part) for part in header.split(","))
    return tuple(Policy(directives) for directives in parsed if directives)


def parse_meta(content: str) -> Policy | None:
    """The policy of a meta element, or None for an empty one."""
    directives = {
        name: values for name, values in _parse(content).items() if name not in _ONLY_IN_HEADER
    }
    return Policy(directives, in_meta=True) if directives else None


def _parse(text: str) -> dict[str, tuple[str, ...]]:
    """A serialized policy (section 2.2.1); of a directive given twice the first holds."""
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        name, *values = part.strip(_SPACE).split() or [""]
        if name and name.isascii():
            directives.setdefault(name.lower(), tuple(values))
    return directives


@dataclass(frozen=True, slots=True)
class ScriptTag:
    """What the check of an external script in the page's source looks at."""

    url: str
    nonce: str = ""
    integrity: str = ""


def blocked_script(policy: Policy, script: ScriptTag, page: str) -> str | None:
    """The directive that keeps a script of the page's source from loading, or None
    (section 6.7.1.1, script directives pre-request check).

    Args:
        policy: one of the page's.
        script: the script.
        page: the page's address, which 'self' and a missing scheme mean.
    """
    name = policy.deciding("script-src-elem")
    if name is None:
        return None
    sources = policy.directives[name]
    if _has_nonce(sources, script.nonce) or _has_hashes(sources, script.integrity):
        return None
    if _has_keyword(sources, "'strict-dynamic'"):
        return name  # of what the source itself names, only a nonce or a hash lets it load
    return None if allows(sources, script.url, page) else name


def blocked(policy: Policy, directive: str, url: str, page: str) -> str | None:
    """The directive that keeps the page from `url` for the sake of `directive`, or None."""
    name = policy.deciding(directive)
    if name is None or allows(policy.directives[name], url, page):
        return None
    return name


def allows(sources: Iterable[str], url: str, page: str) -> bool:
    """Whether a source list matches a URL (section 6.7.2.7)."""
    return any(_matches(source, url, page) for source in sources)


def wants_proof(sources: Iterable[str]) -> bool:
    """Whether only a nonce or hash lets a script in the source load ('strict-dynamic')."""
    return _has_keyword(sources, "'strict-dynamic'")


def has_nonces(sources: Iterable[str]) -> bool:
    """Whether the list names a nonce."""
    return any(source.lower().startswith("'nonce-") for source in sources)


def widened(policy: Policy, directive: str, source: str) -> str:
    """The directive as it must read to allow `source`, all else as it is."""
    name = policy.deciding(directive)
    old = [s for s in policy.directives.get(name or "", ()) if s.lower() != "'none'"]
    wanted = directive.removesuffix("-elem") if name in {None, "default-src"} else name
    return " ".join([wanted or directive, *old, source])


def _has_keyword(sources: Iterable[str], keyword: str) -> bool:
    return any(source.lower() == keyword for source in sources)


def _has_nonce(sources: Iterable[str], nonce: str) -> bool:
    return bool(nonce) and any(
        source[:7].lower() == "'nonce-" and source[7:] == f"{nonce}'" for source in sources
    )


def _has_hashes(sources: Iterable[str], integrity: str) -> bool:
    """Whether every hash of the integrity attribute is in the list. As browsers do, `-` and `_`
    are read as `+` and `/`.
    """
    known = {_hash(source.strip("'")) for source in sources if source.startswith("'sha")}
    hashes = [_hash(part.partition("?")[0]) for part in integrity.split()]
    return bool(hashes) and all(one in known for one in hashes)


def _hash(text: str) -> str:
    kind, _, value = text.partition("-")
    return f"{kind.lower()}-{value.replace('-', '+').replace('_', '/')}"


def _matches(source: str, url: str, page: str) -> bool:
    """Section 6.7.2.8, with the scheme, host, port and path parts of 6.7.2.9 to 6.7.2.12."""
    to, at = urlsplit(url), urlsplit(page)
    if source == "*":
        return to.scheme in _PORTS or to.scheme == at.scheme
    if found := _SCHEME_SOURCE.fullmatch(source):
        return _scheme_matches(found[1].lower(), to.scheme)
    if source.lower() == "'self'":
        return bool(at.hostname) and at.hostname == to.hostname and _self_matches(at, to)
    found = _HOST_SOURCE.fullmatch(source)
    if found is None or to.hostname is None:
        return False
    scheme = (found["scheme"] or at.scheme or "").lower()
    return (
        (not scheme or _scheme_matches(scheme, to.scheme))
        and _host_matches(found["host"].lower(), to.hostname)
        and _port_matches(found["port"], to.scheme, to.port)
        and _path_matches(found["path"] or "", to.path)
    )


def _self_matches(at: SplitResult, to: SplitResult) -> bool:
    ours, theirs = at.port or _PORTS.get(at.scheme), to.port or _PORTS.get(to.scheme)
    if at.scheme == to.scheme:
        return ours == theirs
    return _scheme_matches(at.scheme, to.scheme) and (ours, theirs) == (80, 443)


def _scheme_matches(source: str, scheme: str) -> bool:
    secured = {"http": {"https"}, "ws": {"wss", "http", "https"}, "wss": {"https"}}
    return source == scheme or scheme in secured.get(source, ())


def _host_matches(source: str, host: str) -> bool:
    if source == "*":
        return True
    if source.startswith("*."):
        return host.endswith(source[1:])
    return source.strip("[]") == host


def _port_matches(source: str | None, scheme: str, port: int | None) -> bool:
    actual = port or _PORTS.get(scheme)
    if source == "*":
        return True
    if source is None:
        return actual == _PORTS.get(scheme)
    return int(source) == actual or (int(source), actual) == (80, 443)


def _path_matches(source: str, path: str) -> bool:
    if not source or source == "/":
        return True
    wanted, given = unquote(source), unquote(path)
    return given.startswith(wanted) if wanted.endswith("/") else given == wanted
