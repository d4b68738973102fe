"""How long the form was open, by its signed time stamp."""

from collections.abc import Iterator

from moderation.domain.evidence import Evidence, FormToken
from moderation.domain.signals import Signal, Symbol

VERSION = 1

# Nobody reads a page, types a name, an address and a comment in less. Antispam Bee's trap takes 5 s
# for that; browsers that fill in forms make 3 s possible.
FASTEST = 3.0  # seconds

# Without a stamp nothing is known: programs that use the API have none, and pages that were
# exported have none, so that alone does not hold a comment. Forging one takes intent.
_SCORES = {
    FormToken.MISSING: (Symbol.FORM_TOKEN_MISSING, 1.0),
    FormToken.FORGED: (Symbol.FORM_TOKEN_FORGED, 4.0),
    FormToken.EXPIRED: (Symbol.FORM_TOKEN_EXPIRED, 0.5),
}


def check(evidence: Evidence) -> Iterator[Signal]:
    """A signal if the stamp is missing, forged or old, or if the form was sent too fast."""
    if evidence.form_token in _SCORES:
        symbol, score = _SCORES[evidence.form_token]
        yield Signal(symbol, score)
    elif evidence.form_seconds is not None and evidence.form_seconds < FASTEST:
        seconds = {"seconds": round(evidence.form_seconds, 1), "at_least": FASTEST}
        yield Signal(Symbol.FORM_TOO_FAST, 3.0, seconds)
