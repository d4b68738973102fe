"""What tests of waves share."""

from typing import Any

from tests.factories import ORIGIN, House

NAMES = ("Ann", "Bob", "Cyd", "Dan", "Eve", "Flo", "Gus", "Hal")
SPAM = "I made nine thousand last month from my sofa, ask {name} how it is done, today or tomorrow"


def say(house: House, number: int, text: str = SPAM, **fields: Any) -> int:
    """A comment of a wave, in a thread of its own; gives its id."""
    name = NAMES[number % 8]
    own = {"comment": text.format(name=name), "name": name, "url": f"{ORIGIN}/{number}/"}
    return house.publish(**own | fields)


def wave_of(house: House, comment: int) -> int | None:
    """The wave that a comment is one of."""
    with house.rows():
        return house.comment(comment).wave_id
