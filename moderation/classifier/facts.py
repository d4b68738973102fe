"""Facts of a comment beside its words, each as a short `name:value` to be hashed.

Which facts there are and how they are rounded was chosen by leaving one source out at a time; crude
ones of shape, such as length and the share of capitals, helped on known blogs and hurt on new ones,
but for those of whoever gives no website (`manners`).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from moderation.classifier.links import LINK, MAY_LINK, facts_of, host_of, is_of_language, words_of
from moderation.classifier.manners import manners
from moderation.classifier.normal import DIGIT, WORD, disguised_words, normal, without_addresses
from moderation.classifier.vocabulary import TRADES, trades_of, trades_within
from moderation.domain.evidence import EmailClass, Subject

LONGEST_READ = 5_000  # characters of a text; what makes spam of it stands before
_LONGEST_NAME = 200
_LONGEST_WEBSITE = 300
_REACH = 320  # characters of an email address (RFC 5321: 64, the sign, 255)
_EDGE = re.compile(r"[\s<>\"(),;:&?/\\=][^\s<>\"(),;:&?/\\=]*\Z")
_TELLING = 4  # letters of a word that says what a text is about
LONGEST_KEPT = 40  # of a word or fact that is kept in mind: endless ones would fill the memory
_MOST_LINKS = 8
_MOST_DESCRIBED = 5
_BBCODE = re.compile(r"\[/?(?:url|b|i|img|link|quote)\b", re.IGNORECASE)
_HTML = re.compile(r"<a\s[^<>]{0,200}href", re.IGNORECASE)
_MARKDOWN = re.compile(r"\]\(https?:")
_PHONE = re.compile(r"(?:\+?\d[\s().–-]{0,2}){9,15}")
_HANDLE = re.compile(r"^@|\d[-_.a-z0-9]{0,4}$")
_ADDRESS = re.compile(r"https?:|www\.|\.(?:com|net|org|ru|info)\b")
# As spun texts are sprinkled with: “tthe”, “yoou”, “hhow”.
_DOUBLED = re.compile(r"([bcdfghjkmnpqrstvxz])\1[a-z]|[a-z]*(?:aa|ii|uu|hh|ww|jj|kk|qq|vv|xx)")
_MOST_COUNTED = 600  # words; what a text is about shows before
_SCRIPTS = (
    ("cyrillic", re.compile(r"[а-я]")),
    ("han", re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")),
    ("hangul", re.compile(r"[\uac00-\ud7af]")),
    ("thai", re.compile(r"[\u0e00-\u0e7f]")),
    ("arabic", re.compile(r"[\u0600-\u06ff]")),
    ("latin", re.compile(r"[a-z]")),
)
_SCRIPT_OF = {
    "ru": "cyrillic",
    "uk": "cyrillic",
    "zh": "han",
    "ja": "han",
    "ko": "hangul",
    "ar": "arabic",
    "fa": "arabic",
    "th": "thai",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A comment, read once: what features and facts are made of.

    Attributes:
        text, name, website: normal.
        words: of the text, in order.
        undisguised: the words behind digits and spaces.
        name_words: of the name.
        links: in the text.
        website_words, link_words: of the addresses.
        trades: how many words of the text belong to each trade and way of speaking.
        doubled: how many of its words are misspelt as spun texts' are.
    """

    text: str
    name: str
    website: str
    words: list[str]
    undisguised: list[str]
    name_words: list[str]
    links: list[str]
    website_words: list[str]
    link_words: list[str]
    trades: Counter[str]
    doubled: int


def read(subject: Subject) -> Reading:
    """Read a comment. What stands beyond the first 5,000 characters is left out."""
    text = without_addresses(normal(_beginning(subject.text, LONGEST_READ)))
    name = without_addresses(normal(_beginning(subject.name, _LONGEST_NAME)))
    website = without_addresses(normal(_beginning(subject.website, _LONGEST_WEBSITE)))
    words = WORD.findall(text)
    links = LINK.findall(text)[:_MOST_LINKS] if MAY_LINK.search(text) else []
    trades: Counter[str] = Counter()
    for word in words[:_MOST_COUNTED]:
        tell = _told_by if len(word) <= LONGEST_KEPT else _told_by.__wrapped__
        for trade in tell(word):
            trades[trade] += 1
    doubled = trades.pop(_DOUBLED_ONES, 0)
    if not text.isascii():
        trades.update(trades_within(text))
    return Reading(
        text,
        name,
        website,
        words,
        disguised_words(text, words),
        WORD.findall(name),
        links,
        words_of(website),
        [word for link in links for word in words_of(link)],
        trades,
        doubled,
    )


def _beginning(text: str, most: int) -> str:
    """The beginning of a text, without what may be half an email address, which would not be known
    as one: back to a sign that is in none, or as far as one can reach.
    """
    if len(text) <= most:
        return text
    edge = _EDGE.search(text, max(0, most - _REACH), most)
    return text[: edge.start() + 1] if edge else text[: max(0, most - _REACH)]


_DOUBLED_ONES = "doubled"


@lru_cache(16_384)
def _told_by(word: str) -> tuple[str, ...]:
    """What a word tells: its trades, and whether it is misspelt as spun texts' words are."""
    doubled = _DOUBLED.match(word) and not word.startswith("www")
    return (*trades_of(word), _DOUBLED_ONES) if doubled else tuple(trades_of(word))


def keywords_of(reading: Reading) -> list[str]:
    """The words of addresses, and those of a name that stands before one: who advertises nothing
    is called by a name, not by keywords.
    """
    beside = reading.name_words + reading.website_words if reading.website else []
    return beside + reading.link_words


def small_facts(subject: Subject, reading: Reading) -> Iterator[str]:
    """What matters somewhat: addresses' shapes, the name's, disguises, the form."""
    yield from _of_website(reading)
    yield f"links:{_rounded(len(reading.links))}"
    for link in reading.links[:_MOST_DESCRIBED]:
        for fact in facts_of(link):
            yield f"link {fact}"
    yield from _of_markup(subject.text, reading)
    yield from _of_name(subject.name[:_LONGEST_NAME].strip(), reading)
    yield from _of_disguise(subject.text[:2_000], reading)
    if subject.email_class is not EmailClass.NONE:
        yield f"mail:{subject.email_class}"
    yield from _of_form(subject)
    yield from _of_echoes(subject, reading)


def identities(reading: Reading) -> Iterator[str]:
    """Who it claims to be: of little use for strangers, much for a site's regulars and pests."""
    if reading.name:
        yield f"name is:{reading.name}"
    if reading.website:
        yield f"site is:{host_of(reading.website)}"
    for link in dict.fromkeys(map(host_of, reading.links)):
        yield f"site is:{link}"


def languages(subject: Subject, reading: Reading) -> Iterator[str]:
    """Which language, and how it and its script fit the site's."""
    if subject.language:
        yield f"written in:{subject.language}"
    if subject.language and subject.site_language:
        yield f"language:{subject.language == subject.site_language}"
    if subject.site_language:
        usual = _SCRIPT_OF.get(subject.site_language, "latin")
        yield f"script:{usual == _script_of(reading.text)}"


def _script_of(text: str) -> str:
    """The first of the scripts that a text has letters of."""
    scripts = _SCRIPTS[-1:] if text.isascii() else _SCRIPTS
    return next((name for name, signs in scripts if signs.search(text)), "")


def ways_of_speaking(reading: Reading) -> Iterator[str]:
    """Which trades' words the text uses, and how much."""
    every = max(len(reading.words), 1)
    for trade, count in reading.trades.items():
        yield f"{trade}:{min(count, 4)}"
        yield f"{trade}>0"
        if count / every > 0.1:  # noqa: PLR2004 -- one word in ten
            yield f"{trade}:dense"


def great_facts(subject: Subject, reading: Reading) -> Iterator[str]:
    """What matters most of whoever gives a website: trades in the name and in addresses, flattery,
    the spun text's misspellings, a language that is not the site's. Of others, most of whom write
    in earnest, praise and the like say nothing; of them it is how they write.
    """
    if not reading.website:
        yield from manners(subject.text, reading.text, len(reading.words), reading.links)
        return
    sides = set(_trades_beside(reading))
    trades = {side.partition(":")[2] for side in sides}
    yield from sorted(sides)
    yield from (f"any:{trade}" for trade in sorted(trades))
    yield f"trades:{min(len(trades), 3)}"
    every = max(len(reading.words), 1)
    praises = reading.trades["praise"]
    # One word in seven: a text that does little else.
    praise = f"praise:{min(praises, 3)}:{praises / every > 0.15}"  # noqa: PLR2004
    yield praise
    yield f"{praise}|trade:{bool(trades)}"
    yield f"{praise}|links:{min(len(reading.links), 2)}"
    fits = subject.language == subject.site_language if subject.language else None
    yield f"language:{fits}"
    yield from languages(subject, reading)
    named = min(len(reading.name_words), 3)
    yield f"trade:{bool(trades)}|name:{named}"
    yield f"doubled:{min(reading.doubled, 4)}"
    yield f"doubled often:{reading.doubled / every > 0.05}"  # noqa: PLR2004 -- one word in twenty
    yield f"domain fits:{is_of_language(host_of(reading.website), subject.site_language)}"


def _trades_beside(reading: Reading) -> Iterator[str]:
    """`where:trade` for the name, the website and links."""
    places = (
        ("name", reading.name_words, ["".join(reading.name_words)]),
        ("website", reading.website_words, [reading.website]),
        ("link", reading.link_words, reading.links),
    )
    for where, words, runs in places:
        for word in words:
            yield from (f"{where}:{trade}" for trade in trades_of(word) & TRADES)
        for run in runs:
            yield from (f"{where}:{trade}" for trade in trades_within(run))


def _of_website(reading: Reading) -> Iterator[str]:
    if not reading.website:
        return
    for fact in facts_of(reading.website):
        yield f"website {fact}"
    host = re.sub(r"[^a-z]", "", host_of(reading.website))
    path = re.sub(r"[^a-z]", "", reading.website.partition("://")[2].partition("/")[2])
    long = _long(reading.name_words)
    yield f"name in host:{sum(word in host for word in long)},{min(len(long), 3)}"
    yield f"name in path:{min(sum(word in path for word in long), 3)}"
    if reading.links:
        yield f"own link:{any(host_of(reading.website) in link for link in reading.links)}"


def _long(words: list[str]) -> list[str]:
    """Those of three letters and more: shorter ones are in any text or address by chance."""
    return [word for word in words if len(word) > 2]  # noqa: PLR2004 -- as said


def _of_form(subject: Subject) -> Iterator[str]:
    """How it was sent. No labelled comment tells: only a site's own decisions give it weight."""
    if subject.form_token is not None:
        yield f"form:{subject.form_token}"
    if subject.form_seconds is not None and isfinite(subject.form_seconds):
        yield f"form seconds:{_rounded(int(subject.form_seconds))}"
    if subject.has_user_agent is False:
        yield "form without browser"


def _of_echoes(subject: Subject, reading: Reading) -> Iterator[str]:
    """How many words of the page's title, and of what it replies to, come again in the text."""
    within = set(reading.words)
    for what, said in (("title", subject.page_title), ("parent", subject.parent_text)):
        if said:
            told = WORD.findall(normal(said[:LONGEST_READ]))
            words = {word for word in told if len(word) >= _TELLING}
            yield f"echo of {what}:{_rounded(len(words & within))}"


def _of_markup(text: str, reading: Reading) -> Iterator[str]:
    if "[" in text:
        if _BBCODE.search(text):
            yield "bbcode"
        if _MARKDOWN.search(text):
            yield "markdown"
    if "<" in text and _HTML.search(text):
        yield "html"
    if DIGIT.search(reading.text) and _PHONE.search(reading.text):
        yield "phone"


def _of_name(name: str, reading: Reading) -> Iterator[str]:
    if not name:
        return
    yield f"name words:{min(len(reading.name_words), 6)}"
    yield f"name digits:{any(sign.isdigit() for sign in name)}"
    yield f"name case:{name.isupper():d}{name.islower():d}{name.istitle():d}"
    within = set(reading.words)
    yield f"name in text:{min(sum(word in within for word in _long(reading.name_words)), 3)}"
    if _ADDRESS.search(reading.name):
        yield "name address"
    if _HANDLE.search(reading.name):
        yield "name handle"


def _of_disguise(text: str, reading: Reading) -> Iterator[str]:
    fancy, unseen = 0, 0
    if not text.isascii():
        # Below stand letters of most living alphabets, which a normal text may lose as well.
        fancy = sum(sign not in reading.text for sign in set(text.lower()) if sign > "\u2000")
        unseen = len(text) - len(text.translate(_UNSEEN))
    yield f"fancy:{_rounded(fancy)}"
    yield f"unseen:{_rounded(unseen)}"
    yield f"undisguised:{_rounded(len(reading.undisguised))}"


_UNSEEN = dict.fromkeys((173, 8203, 8204, 8205, 8206, 8207, 8288, 65279))


def _rounded(count: int) -> int:
    """To one of a few steps, doubling, so that 17 is as many as 20."""
    return count if count < 4 else 4 if count < 8 else 8 if count < 16 else 16  # noqa: PLR2004 -- steps
