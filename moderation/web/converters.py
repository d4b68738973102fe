"""How addresses hold what they are about."""

from werkzeug.routing import IntegerConverter


class IdConverter(IntegerConverter):
    """A row's number. One that no row can have is found at the pattern, as no address at all: found
    later, by `max`, an address that takes another method too would answer 405 for it.
    """

    regex = "[0-9]{1,18}"
