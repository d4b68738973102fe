"""Regular expressions from moderators, by RE2: their time grows with the text, never beyond."""

from functools import lru_cache
from typing import Protocol, cast

import re2

from moderation.errors import InvalidInputError
from moderation.words import N_

MOST_CHARACTERS = 255  # what a rule's column holds
_MOST_STEPS = 4_000  # of the program; 64 kB of text take a third of a second for each thousand
# Of all patterns of a site together: of ordinary ones some hundreds. More would keep others'
# comments waiting.
MOST_STEPS_TOGETHER = 12_000
_MOST_MEMORY = 1 << 18  # bytes, for the program and what it remembers while it searches


class Pattern(Protocol):
    """A compiled pattern.

    Attributes:
        programsize: its steps; a comment takes time by its length times these at most.
    """

    programsize: int

    def search(self, text: str) -> object | None:
        """The first match in a folded text, if there is one."""


@lru_cache(maxsize=1_000)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern, once for each text. Case does not count, and `.` matches line ends too.

    Raises:
        InvalidInputError: it is no pattern, too long, or too large; the message gives RE2's reason.
    """
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise InvalidInputError(
            N_(
                "A pattern may not be empty or longer than {most} characters.",
                most=MOST_CHARACTERS,
            )
        )
    options = re2.Options()
    options.max_mem = _MOST_MEMORY
    options.case_sensitive = False
    options.dot_nl = True
    options.never_capture = True
    options.log_errors = False
    try:
        compiled = re2.compile(text, options)
    except re2.error as error:
        raise InvalidInputError(
            N_("This pattern cannot be used: {reason}.", reason=_reason(error))
        ) from None
    if compiled.programsize > _MOST_STEPS:
        raise InvalidInputError(
            N_("This pattern cannot be used: its repetitions make it too large.")
        )
    if compiled.search("") is not None:
        raise InvalidInputError(N_("This pattern matches every comment, even an empty one."))
    return cast("Pattern", compiled)


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    if isinstance(reason, bytes):
        reason = reason.decode("utf-8", "replace")
    return str(reason) or N_("it is not one that RE2 knows")
