"""The shipped model: weights by place, packed into one file beside this one.

The file is a line that names the format, a line of JSON (`_Header`), and the weights, compressed by
zlib. A weight is one byte: the sign and root of its share of the greatest one, so that small
weights, which most are, keep their proportions.
"""

import hashlib
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.features import LAYOUT, PLACES, Features
from moderation.errors import ModelError

SHIPPED = Path(__file__).with_name("shipped.model")
_FORMAT = b"comment-moderation model 1\n"
_STEPS = 127
_MEND = "Install the package again, or make one with `moderation classifier train`."


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One question's weights, such as whether a comment is spam: log-odds, calibrated.

    Attributes:
        steps: by place the weight, as sign and root of its share of the greatest one.
        greatest: the greatest weight.
        bias: what is added.
    """

    steps: NDArray[np.int8]
    greatest: float
    bias: float

    @classmethod
    def of(cls, weights: NDArray[np.float32], bias: float, kept: int = PLACES) -> Self:
        """A head of weights, of which only the greatest `kept` are."""
        sizes = np.abs(weights)
        greatest = float(sizes.max()) or 1.0
        if kept < PLACES:
            sizes = np.where(sizes >= np.partition(sizes, -kept)[-kept], sizes, 0)
        roots = np.sqrt(sizes / np.float32(greatest)) * np.sign(weights)
        return cls(np.rint(roots * _STEPS).astype(np.int8), greatest, bias)

    def at(self, places: NDArray[np.uint32]) -> NDArray[np.float32]:
        """The weights at some places."""
        roots = self.steps[places].astype(np.float32)
        weights: NDArray[np.float32] = roots * np.abs(roots) * np.float32(self.greatest / _STEPS**2)
        return weights

    def logit(self, features: Features) -> float:
        """The log-odds of a comment."""
        return float(self.at(features.places) @ features.values) + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class Shipped:
    """The model that comes with the package.

    Attributes:
        version: the beginning of the SHA-256 of the weights: another version judges otherwise.
        spam, abuse: its two heads.
        card: what it was trained of and how it did, for people.
    """

    version: str
    spam: Head
    abuse: Head
    card: Mapping[str, Any]


def load_shipped(path: Path = SHIPPED) -> Shipped:
    """Read a model from its file.

    Raises:
        ModelError: it is not there, damaged, or of another format or layout of features.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model {path} cannot be read ({error.strerror}). {_MEND}") from error
    try:
        return unpack(data)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise ModelError(
            f"The model {path} is damaged or no model of this kind. {_MEND}"
        ) from error


def unpack(data: bytes) -> Shipped:
    """The model that `pack` has packed.

    Raises:
        ValueError, KeyError, TypeError, zlib.error: these bytes are none.
    """
    if not data.startswith(_FORMAT):
        raise ValueError("another format")
    line, _, packed = data[len(_FORMAT) :].partition(b"\n")
    header = json.loads(line)
    if header["layout"] != LAYOUT or header["places"] != PLACES:
        raise ValueError("features of another layout")
    if header.pop("check") != _check(header) or _digest(packed) != header["sha256"]:
        raise ValueError("other figures or weights than were written")
    # Bounded, so that a file that swells a thousandfold is refused before it fills the memory.
    unpacking = zlib.decompressobj()
    weights = np.frombuffer(unpacking.decompress(packed, 2 * PLACES), np.int8)
    spam, abuse = (
        _head(weights[place * PLACES : (place + 1) * PLACES], header[name])
        for place, name in enumerate(("spam", "abuse"))
    )
    return Shipped(_version(header["sha256"]), spam, abuse, header["card"])


def _head(steps: NDArray[np.int8], header: Mapping[str, float]) -> Head:
    greatest, bias = float(header["greatest"]), float(header["bias"])
    if len(steps) != PLACES or not math.isfinite(greatest) or not math.isfinite(bias):
        raise ValueError("not one weight for each place")
    return Head(steps, greatest, bias)


def _check(header: Mapping[str, Any]) -> str:
    """What tells that nothing in a header has changed; of the weights it holds the digest."""
    return _digest(json.dumps(header, sort_keys=True).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _version(digest: str) -> str:
    return digest[:12]


def no_head() -> Head:
    """A head that knows nothing, for what was not trained."""
    return Head(np.zeros(PLACES, np.int8), 1.0, 0.0)


def pack(spam: Head, abuse: Head, card: Mapping[str, Any]) -> bytes:
    """A model as its file's bytes: the same for the same heads and card, on every machine."""
    packed = zlib.compress(spam.steps.tobytes() + abuse.steps.tobytes(), 9)
    header = {
        "layout": LAYOUT,
        "places": PLACES,
        "sha256": _digest(packed),
        "card": card,
        "spam": {"greatest": spam.greatest, "bias": spam.bias},
        "abuse": {"greatest": abuse.greatest, "bias": abuse.bias},
    }
    checked = {**header, "check": _check(header)}
    return _FORMAT + json.dumps(checked, sort_keys=True).encode() + b"\n" + packed
