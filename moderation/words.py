"""Sentences for people, kept so that they can be said in another language at the edge."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Literal, Self

Unit = Literal["day", "hour", "minute"]
_UNITS: tuple[tuple[Unit, int], ...] = (("day", 86_400), ("hour", 3_600), ("minute", 60))


class Message(str):
    """A sentence in English that knows its template and values. To whatever only shows or logs
    text it is the English sentence; the web's edge says it in the reader's language.

    Args:
        template: English, with `{name}` for each value; it is what the catalogues translate.
        values: by name. Numbers are written as people write them, such as 65,525.
    """

    __slots__ = ("many", "template", "values")

    def __new__(cls, template: str, **values: Any) -> Self:
        """The message, as English text."""
        shown = {name: _shown(value) for name, value in values.items()}
        message = super().__new__(cls, template.format(**shown) if values else template)
        message.template = template
        message.values = values
        message.many = None
        return message

    template: str
    values: dict[str, Any]
    many: str | None

    @classmethod
    def counted(cls, one: str, many: str, n: int, **values: Any) -> Self:
        """A message about a number, which is among its values; other languages have other forms
        than English's `one` and `many`.
        """
        message = cls(one if n == 1 else many, n=n, **values)
        message.template, message.many = one, many
        return message

    def filled(self, **values: Any) -> "Message":
        """The same message with these values."""
        return type(self)(self.template, **values)

    @classmethod
    def of(cls, text: str) -> "Message":
        """`text`, which may be a message already."""
        return text if isinstance(text, cls) else cls(text)

    def kept(self, clean: Callable[[str], str] = str) -> dict[str, Any]:
        """The message as JSON, to be said later in whatever language (`from_kept`).

        Args:
            clean: makes what may be kept of a value that is text.
        """
        many = {} if self.many is None else {"many": self.many}
        values = {name: _kept(value, clean) for name, value in self.values.items()}
        return {"message": self.template, **many, "values": values}

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Self:
        """The message that was kept."""
        template, many = kept["message"], kept.get("many")
        values = {name: _unkept(value) for name, value in kept["values"].items()}
        return cls(template, **values) if many is None else cls.counted(template, many, **values)

    @classmethod
    def both(cls, first: str, second: str) -> "Message":
        """Two sentences, one after the other."""
        return N_("{first} {second}", first=first, second=second)

    @classmethod
    def all_of(cls, sentences: Sequence[str]) -> "Message":
        """Sentences, one after the other; of none, nothing."""
        return cls.of(reduce(cls.both, sentences)) if sentences else cls("")


def _kept(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, Message):
        return value.kept(clean)
    return clean(value) if isinstance(value, str) else value


def _unkept(value: Any) -> Any:
    return Message.from_kept(value) if isinstance(value, dict) else value


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return f"{round(value, 4):g}"
    return f"{value:,}" if isinstance(value, int) else value


# Marks a sentence for the catalogues: `make words` finds what is written in its brackets.
N_ = Message


class Ago(str):
    """How long ago something was, in one unit. To whatever only shows text it is English.

    Attributes:
        number: of the unit; 0 where it was less than a minute.
        unit: day, hour or minute.
    """

    __slots__ = ("number", "unit")

    number: int
    unit: Unit

    @classmethod
    def since(cls, when: datetime, now: datetime) -> Self:
        """How long it is from `when` to `now`."""
        seconds = max(0, int((now - when).total_seconds()))
        unit, size = next((pair for pair in _UNITS if seconds >= pair[1]), _UNITS[-1])
        number = seconds // size
        plural = "" if number == 1 else "s"
        ago = super().__new__(cls, f"{number} {unit}{plural} ago" if number else N_("just now"))
        ago.number, ago.unit = number, unit
        return ago


class Figure(str):
    """A number with a sign beside it. To whatever only shows text it is English.

    Attributes:
        number: it.
        style: of percent, or of points, with plus or minus.
    """

    __slots__ = ("number", "style")

    number: float
    style: Literal["percent", "points"]

    @classmethod
    def percent(cls, number: float) -> Self:
        """So many percent."""
        figure = super().__new__(cls, f"{round(number, 4):g}%")
        figure.number, figure.style = number, "percent"
        return figure

    @classmethod
    def points(cls, number: float) -> Self:
        """So many points for or against."""
        figure = super().__new__(cls, f"{number:+g}")
        figure.number, figure.style = number, "points"
        return figure
