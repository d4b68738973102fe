"""A browser's name, as people know it."""

from moderation.words import N_, Message

# The first that is in the User-Agent; most of them also claim to be the ones further down.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


_UNKNOWN = N_("A browser")


def words_of(described: str) -> Message:
    """What `describe` gave, to be said in another language."""
    browser, on, system = described.partition(" on ")
    if on:
        return N_("{browser} on {system}", browser=browser, system=system)
    return _UNKNOWN if described == _UNKNOWN else Message("{browser}", browser=described)


def describe(user_agent: str) -> str:
    """What a User-Agent says, such as “Firefox on Windows”. Nothing of its text comes through."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or str(_UNKNOWN)
