"""The steps of judging that go over every character and place: compiled, or else by NumPy."""

try:
    from moderation.classifier.in_c import (
        counted,
        facts,
        may_tell,
        runs,
        shapes,
        weights_at,
        words_and_pairs,
    )

    IS_COMPILED = True
except ImportError:
    from moderation.classifier.in_numpy import (
        counted,
        facts,
        may_tell,
        runs,
        shapes,
        weights_at,
        words_and_pairs,
    )

    IS_COMPILED = False

__all__ = [
    "IS_COMPILED",
    "counted",
    "facts",
    "may_tell",
    "runs",
    "shapes",
    "weights_at",
    "words_and_pairs",
]
