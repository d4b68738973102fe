"""What differs between two states of a site's policy or settings, and the way back."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

# By setting, the pair of what it was and what it became, as JSON.
Changes = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)


def version_of(model: BaseModel) -> str:
    """A name for exactly this state: two that differ anywhere have two."""
    whole = json.dumps(model.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def changes_between(before: Model, after: Model) -> Changes:
    """The settings that differ, each with its two values."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}


def pairs_in(changes: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """By name what each setting was and what it became; anything else that is told is left out."""
    for name, pair in changes.items():
        match pair:
            case [before, after]:
                yield name, before, after


def without(model: Model, changes: Mapping[str, Any]) -> Model | None:
    """The state as it was before `changes`; None where they do not fit it."""
    former = {
        name: pair[0]
        for name, pair in changes.items()
        if name in type(model).model_fields and isinstance(pair, list) and pair
    }
    try:
        return type(model).model_validate(model.model_dump(mode="json") | former)
    except ValidationError:
        return None
