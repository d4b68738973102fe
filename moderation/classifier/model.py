"""The shipped model: weights by place, packed into one file beside this one.

The file is a line that names the format, a line of JSON, and all weights' steps one behind the
other, compressed by zlib.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.classifier.heads import KIND_NAME, Head, Kind, Section, Weights
from moderation.classifier.places import LAYOUT, LEARNING, PLACES
from moderation.classifier.stored import UNREADABLE, finite
from moderation.errors import ModelError

SHIPPED = Path(__file__).with_name("shipped.model")
_FORMAT = b"comment-moderation model 3\n"
_MOST_STEPS = 16 * PLACES
_MEND = "Install the package again, or make one with `moderation classifier train`."


@dataclass(frozen=True, slots=True, eq=False)
class Shipped:
    """The model that comes with the package.

    Attributes:
        version: the beginning of the SHA-256 of all that judges: another version judges otherwise.
        spam, abuse: its two heads.
        card: what it was trained of and how it did, for people.
    """

    version: str
    spam: Head
    abuse: Head
    card: Mapping[str, Any]

    def of_kind(self, name: str) -> "Shipped":
        """The model for a site of a kind, with a version of its own; itself where no kind is called
        so. Insults differ by language and not by kind.
        """
        if name not in self.spam.kinds:
            return self
        return replace(self, version=f"{self.version} {name}", spam=self.spam.of_kind(name))


def load_shipped(path: Path = SHIPPED) -> Shipped:
    """Read a model from its file.

    Raises:
        ModelError: it is not there, damaged, or of another format or layout of features.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model {path} cannot be read ({error.strerror}). {_MEND}") from error
    return unpack(data, f"The model {path}")


def unpack(data: bytes, name: str = "This model") -> Shipped:
    """The model that `pack` has packed.

    Args:
        data: its bytes.
        name: what a message calls it.

    Raises:
        ModelError: these bytes are none.
    """
    try:
        return _unpacked(data)
    except UNREADABLE as error:
        raise ModelError(f"{name} is damaged or no model of this kind. {_MEND}") from error


def _unpacked(data: bytes) -> Shipped:
    if not data.startswith(_FORMAT):
        raise ValueError("another format")
    line, _, packed = data[len(_FORMAT) :].partition(b"\n")
    header = json.loads(line)
    if header["layout"] != LAYOUT or header["places"] != PLACES:
        raise ValueError("features of another layout")
    if header.pop("check") != _check(header) or _digest(packed) != header["sha256"]:
        raise ValueError("other figures or weights than were written")
    heads = [header[name] for name in ("spam", "abuse")]
    sizes = [part["places"] for head in heads for part in _parts(head)]
    length = sum(sizes)
    if length > _MOST_STEPS or any(size < 1 or PLACES % size for size in sizes):
        raise ValueError("more weights than any model has, or a number of them that fits no place")
    # Bounded, so that a file that swells a thousandfold is refused before it fills the memory.
    steps = np.frombuffer(zlib.decompressobj().decompress(packed, length), np.int8)
    if len(steps) != length:
        raise ValueError("not one weight for each place")
    spam, rest = _head(heads[0], steps)
    abuse, _ = _head(heads[1], rest)
    return Shipped(_version(header), spam, abuse, header["card"])


def _parts(told: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a header tells of a head's weights, in the order of their steps."""
    yield told
    yield from told["sections"]
    for kind in told["kinds"]:
        yield kind["section"]
        yield kind["likeness"]


def _head(told: Mapping[str, Any], steps: NDArray[np.int8]) -> tuple[Head, NDArray[np.int8]]:
    """A head, and the steps behind its own."""
    weights, rest = _weights(told, steps)
    sections: dict[int, Section] = {}
    for one in told["sections"]:
        section, rest = _section(one, rest)
        sections |= dict.fromkeys(one["of"], section)
    kinds: dict[str, Kind] = {}
    for one in told["kinds"]:
        section, rest = _section(one["section"], rest)
        likeness, rest = _weights(one["likeness"], rest)
        kinds[_name(one["name"])] = Kind(section, likeness, finite(one["likeness"]["bias"]))
    return Head(weights, finite(told["bias"]), sections, kinds), rest


def _section(told: Mapping[str, Any], steps: NDArray[np.int8]) -> tuple[Section, NDArray[np.int8]]:
    """A section, and the steps behind its own."""
    own, rest = _weights(told, steps)
    return Section(own, finite(told["share"]), finite(told["bias"])), rest


def _weights(told: Mapping[str, Any], steps: NDArray[np.int8]) -> tuple[Weights, NDArray[np.int8]]:
    """Weights, and the steps behind theirs."""
    return Weights(steps[: told["places"]], finite(told["greatest"])), steps[told["places"] :]


def _name(told: str) -> str:
    if not KIND_NAME.fullmatch(told):
        raise ValueError("a kind of sites with a name that none has")
    return told


def _check(header: Mapping[str, Any]) -> str:
    """What tells that nothing in a header has changed; of the weights it holds the digest."""
    return _digest(json.dumps(header, sort_keys=True).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _version(header: Mapping[str, Any]) -> str:
    """Of all but the card, which is for people, and of how sites learn beside it: after either has
    changed, what they learned is made anew.
    """
    judges = {name: told for name, told in header.items() if name != "card"}
    return _check({**judges, "learning": LEARNING})[:12]


def pack(spam: Head, abuse: Head, card: Mapping[str, Any]) -> bytes:
    """A model as its file's bytes: the same for the same heads and card, on every machine."""
    told, steps = zip(*map(_told, (spam, abuse)), strict=True)
    packed = zlib.compress(b"".join(steps), 9)
    header = {
        "layout": LAYOUT,
        "places": PLACES,
        "sha256": _digest(packed),
        "card": card,
        "spam": told[0],
        "abuse": told[1],
    }
    checked = {**header, "check": _check(header)}
    return _FORMAT + json.dumps(checked, sort_keys=True).encode() + b"\n" + packed


def _told(head: Head) -> tuple[dict[str, Any], bytes]:
    """What the header tells of a head, and its steps."""
    of: dict[Section, list[int]] = {}
    for number, section in head.sections.items():
        of.setdefault(section, []).append(number)
    told = {
        **_size(head.weights),
        "bias": head.bias,
        "sections": [{"of": numbers, **_told_of(section)} for section, numbers in of.items()],
        "kinds": [
            {
                "name": name,
                "section": _told_of(kind.section),
                "likeness": {**_size(kind.likeness), "bias": kind.likeness_bias},
            }
            for name, kind in head.kinds.items()
        ],
    }
    weights = [head.weights, *(section.weights for section in of)]
    for kind in head.kinds.values():
        weights += [kind.section.weights, kind.likeness]
    return told, b"".join(one.steps.tobytes() for one in weights)


def _told_of(section: Section) -> dict[str, Any]:
    return {**_size(section.weights), "share": section.share, "bias": section.bias}


def _size(weights: Weights) -> dict[str, Any]:
    return {"places": len(weights.steps), "greatest": weights.greatest}
