"""What only training needs, and judging does without."""

from importlib import import_module
from typing import Any

from moderation.errors import InvalidInputError


def sklearn(part: str) -> Any:
    """A part of scikit-learn, such as svm.

    Raises:
        InvalidInputError: it is not installed.
    """
    return _optional(f"sklearn.{part}")


def scipy_sparse() -> Any:
    """SciPy's sparse matrices, which come with scikit-learn.

    Raises:
        InvalidInputError: they are not installed.
    """
    return _optional("scipy.sparse")


def _optional(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise InvalidInputError(
            "Training needs scikit-learn: pip install scikit-learn. Judging does not."
        ) from error
