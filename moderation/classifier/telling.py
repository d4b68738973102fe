"""What single words tell: the trades they are of, and misspellings."""

import re

from moderation.classifier.kept import Kept
from moderation.classifier.vocabulary import trades_of

DOUBLED = "doubled"  # a word that is misspelt as spun texts' are
# As spun texts are sprinkled with: “tthe”, “yoou”, “hhow”.
TWICE_ANYWHERE = "aiuhwjkqvx"  # letters that are so twice in a row wherever they stand
_TWICE = re.compile(r"([a-z])\1")  # what all of them have
_DOUBLED = re.compile(
    r"([bcdfghjkmnpqrstvxz])\1[a-z]|[a-z]*(?:"
    + "|".join(letter * 2 for letter in TWICE_ANYWHERE)
    + ")"
)


def _told_by(word: str) -> tuple[str, ...]:
    doubled = _TWICE.search(word) and _DOUBLED.match(word) and not word.startswith("www")
    trades = trades_of(word)
    if not trades and not doubled:
        return ()
    return (*sorted(trades), DOUBLED) if doubled else tuple(sorted(trades))


# By a normal word its trades and ways of speaking, and `DOUBLED`.
TOLD_BY = Kept(_told_by, 4_096)
