"""Whole numbers, as strangers write them."""

MOST_STORED = 2**63 - 1  # that a database holds


def whole_number(text: str, most: int = MOST_STORED) -> int | None:
    """The number that ASCII digits say; None where they are none, more digits than `most` has, or a
    greater number. However long the text, it costs no more than `most` does.
    """
    if len(text) > len(str(most)) or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None
