"""Facts of a comment beside its words, each as a short `name:value` to be hashed.

Which facts there are and how they are rounded was chosen by leaving one source out at a time; crude
ones of shape, such as length and the share of capitals, helped on known blogs and hurt on new ones,
but for those of whoever gives no website (`manners`).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from math import isfinite

from moderation.classifier.links import is_of_language
from moderation.classifier.manners import manners
from moderation.classifier.normal import words_of_text
from moderation.classifier.reading import LONGEST_NAME, LONGEST_READ, Reading
from moderation.domain.evidence import EmailClass, Subject
from moderation.domain.text import normal

_TELLING = 4  # letters of a word that says what a text is about
_MOST_DESCRIBED = 5
_MOST_LOOKED_AT = 2_000  # characters as typed; who disguises words does so from the beginning
_BBCODE = re.compile(r"\[/?(?:url|b|i|img|link|quote)\b", re.IGNORECASE)
_HTML = re.compile(r"<a\s[^<>]{0,200}href", re.IGNORECASE)
_MARKDOWN = re.compile(r"\]\(https?:")
_PHONE = re.compile(r"\d[\s().–-]{0,2}(?:\+?\d[\s().–-]{0,2}){8}")
_SCRIPTS = (
    ("cyrillic", re.compile(r"[а-я]")),
    ("han", re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")),
    ("hangul", re.compile(r"[\uac00-\ud7af]")),
    ("thai", re.compile(r"[\u0e00-\u0e7f]")),
    ("arabic", re.compile(r"[\u0600-\u06ff]")),
    ("latin", re.compile(r"[a-z]")),
)
_NOT_LATIN = re.compile(f"[{''.join(signs.pattern[1:-1] for _, signs in _SCRIPTS[:-1])}]")
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


def keywords_of(reading: Reading) -> list[str]:
    """The words of addresses, and those of a name that stands before one: who advertises nothing
    is called by a name, not by keywords.
    """
    beside = [reading.name, reading.website] if reading.website else []
    return [word for one in (*beside, *reading.links) if one for word in one.words]


def small_facts(subject: Subject, reading: Reading) -> Iterator[str]:
    """What matters somewhat: addresses' shapes, the name's, disguises, the form."""
    yield from _of_website(reading)
    for link in reading.links[:_MOST_DESCRIBED]:
        yield from link.facts
    yield from _of_markup(subject.text, reading)
    yield from _of_name(subject.name[:LONGEST_NAME].strip(), reading)
    typed = subject.text[:_MOST_LOOKED_AT]
    yield from _counts(
        links=_rounded(len(reading.links)),
        fancy=_rounded(_fancy(typed, reading)),
        unseen=_rounded(_unseen(typed)),
        undisguised=_rounded(len(reading.undisguised)),
    )
    if subject.email_class is not EmailClass.NONE:
        yield f"mail:{subject.email_class}"
    yield from _of_form(subject)
    yield from _of_echoes(subject, reading)


def identities(reading: Reading) -> Iterator[str]:
    """Who it claims to be: of little use for strangers, much for a site's regulars and pests."""
    if reading.name:
        yield f"name is:{reading.name.text}"
    if reading.website:
        yield f"site is:{reading.website.host}"
    for link in reading.links:
        yield f"site is:{link.host}"


def languages(subject: Subject, reading: Reading) -> tuple[str, ...]:
    """Which language, and how it and its script fit the site's."""
    script = _script_of(reading.text) if subject.site_language else ""
    return _languages(subject.language, subject.site_language, script)


@lru_cache(256)
def _languages(language: str, of_site: str, script: str) -> tuple[str, ...]:
    facts = []
    if language:
        facts.append(f"written in:{language}")
    if language and of_site:
        facts.append(f"language:{language == of_site}")
    if of_site:
        facts.append(f"script:{_SCRIPT_OF.get(of_site, 'latin') == script}")
    return tuple(facts)


def _script_of(text: str) -> str:
    """The first of the scripts that a text has letters of."""
    other = not text.isascii() and _NOT_LATIN.search(text)
    scripts = _SCRIPTS if other else _SCRIPTS[-1:]
    return next((name for name, signs in scripts if signs.search(text)), "")


def ways_of_speaking(reading: Reading) -> Iterator[str]:
    """Which trades' words the text uses, and how much."""
    for trade, count in reading.trades.items():
        yield f"{trade}:{min(count, 4)}"
        yield f"{trade}>0"
        if 10 * count > len(reading.words):
            yield f"{trade}:dense"


def great_facts(subject: Subject, reading: Reading) -> tuple[str, ...]:
    """What matters most of whoever gives a website: trades in the name and in addresses, flattery,
    the spun text's misspellings, a language that is not the site's. Of others, most of whom write
    in earnest, praise and the like say nothing; of them it is how they write.
    """
    words, links = len(reading.words), reading.links
    if not reading.website:
        return manners(subject.text, reading.text, reading.words, links)
    beside = [one for one in (reading.name, reading.website, *links) if one]
    advertises = dict.fromkeys(chain.from_iterable(one.advertises for one in beside))
    trades = sorted({where.partition(":")[2] for where in advertises})
    praises = reading.trades.get("praise", 0)
    stance = _stance(
        trades=min(len(trades), 3),
        praises=min(praises, 3),
        praises_often=20 * praises > 3 * words,  # a text that does little else
        links=min(len(links), 2),
        fits=subject.language == subject.site_language if subject.language else None,
        named=min(len(reading.name.words), 3) if reading.name else 0,
        doubled=min(reading.doubled, 4),
        doubled_often=20 * reading.doubled > words,
        domain_fits=is_of_language(reading.website.host, subject.site_language),
    )
    anywhere = [f"any:{trade}" for trade in trades]
    return (*advertises, *anywhere, *stance, *languages(subject, reading))


@lru_cache(4_096)
def _stance(
    *,
    trades: int,
    praises: int,
    praises_often: bool,
    links: int,
    fits: bool | None,
    named: int,
    doubled: int,
    doubled_often: bool,
    domain_fits: bool,
) -> tuple[str, ...]:
    praise = f"praise:{praises}:{praises_often}"
    return (
        f"trades:{trades}",
        praise,
        f"{praise}|trade:{trades > 0}",
        f"{praise}|links:{links}",
        f"language:{fits}",
        f"trade:{trades > 0}|name:{named}",
        f"doubled:{doubled}",
        f"doubled often:{doubled_often}",
        f"domain fits:{domain_fits}",
    )


def _of_website(reading: Reading) -> Iterator[str]:
    if not reading.website:
        return
    yield from reading.website.facts
    long = reading.name.long if reading.name else ()
    in_host = sum([word in reading.website.letters for word in long])
    in_path = sum([word in reading.website.path_letters for word in long])
    yield f"name in host:{in_host},{min(len(long), 3)}"
    yield f"name in path:{min(in_path, 3)}"
    if reading.links:
        yield f"own link:{any(reading.website.host in link.text for link in reading.links)}"


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
    for what, said in (("title", subject.page_title), ("parent", subject.parent_text)):
        if said:
            told = words_of_text(normal(said[:LONGEST_READ]))
            words = {word for word in told if len(word) >= _TELLING}
            yield f"echo of {what}:{_rounded(len(words.intersection(reading.words)))}"


def _of_markup(text: str, reading: Reading) -> Iterator[str]:
    if "[" in text:
        if _BBCODE.search(text):
            yield "bbcode"
        if _MARKDOWN.search(text):
            yield "markdown"
    if "<" in text and _HTML.search(text):
        yield "html"
    if _PHONE.search(reading.text):
        yield "phone"


def _of_name(name: str, reading: Reading) -> Iterator[str]:
    if not name:
        return
    yield from reading.name.facts if reading.name else ("name words:0",)
    long = reading.name.long if reading.name else ()
    in_text = [word for word in long if word in reading.text and word in reading.words]
    yield from _shape(
        digits=any(map(str.isdigit, name)),
        upper=name.isupper(),
        lower=name.islower(),
        title=name.istitle(),
        in_text=min(len(in_text), 3),
    )


@lru_cache(64)
def _shape(*, digits: bool, upper: bool, lower: bool, title: bool, in_text: int) -> tuple[str, ...]:
    return (
        f"name digits:{digits}",
        f"name case:{upper:d}{lower:d}{title:d}",
        f"name in text:{in_text}",
    )


def _fancy(text: str, reading: Reading) -> int:
    """How many signs of a text are drawn letters and the like, which it loses where it is read."""
    if text.isascii():
        return 0
    # Below stand letters of most living alphabets, which a normal text may lose as well.
    return sum([sign not in reading.text for sign in set(text.lower()) if sign > "\u2000"])


def _unseen(text: str) -> int:
    """How many signs of a text are not to be seen."""
    return 0 if text.isascii() else sum(map(text.count, _UNSEEN))


_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


@lru_cache(512)
def _counts(*, links: int, fancy: int, unseen: int, undisguised: int) -> tuple[str, ...]:
    return (
        f"links:{links}",
        f"fancy:{fancy}",
        f"unseen:{unseen}",
        f"undisguised:{undisguised}",
    )


def _rounded(count: int) -> int:
    """To one of a few steps, doubling, so that 17 is as many as 20."""
    return count if count < 4 else 4 if count < 8 else 8 if count < 16 else 16  # noqa: PLR2004 -- steps
