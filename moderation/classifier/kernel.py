"""The steps of judging that go over every character and place: compiled, or else by NumPy."""

from importlib import import_module

IS_COMPILED = True
try:
    import_module("moderation.classifier._native")
except ImportError:
    IS_COMPILED = False

if IS_COMPILED:
    from moderation.classifier.in_c import (
        counted,
        facts,
        may_tell,
        runs,
        shapes,
        weights_at,
        words_and_pairs,
    )
else:
    from moderation.classifier.in_numpy import (
        counted,
        facts,
        may_tell,
        runs,
        shapes,
        weights_at,
        words_and_pairs,
    )

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
