"""What a page holds that matters to the comments embedded in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from moderation.domain import csp
from moderation.domain.charset import Decoded, decode
from moderation.domain.html_tokens import EndTag, StartTag, Text, Token, tokens
from moderation.domain.page import MAX_URL_LENGTH

ELEMENT = "leave-a-reply"
_COUNT = "data-comment-count"
_VERSION = "data-thread-version"
# What may stand in a head; anything else begins the body (WHATWG HTML, section 13.2.6.4).
_HEAD = frozenset(
    {"html", "head", "title", "base", "link", "meta", "style", "script", "noscript", "template"}
)
_IDLE = frozenset({"noscript", "template"})  # what is in them does nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read: an answer from the web, or a file.

    Attributes:
        asked: the address or file's name that was given, if one was.
        url: where the page was in the end; nothing for a file whose address is not known.
        hops: the addresses that redirected, in order.
        status: the answer's; None for a file.
        headers: the answer's, in order.
        body: the page.
    """

    asked: str
    url: str
    hops: tuple[str, ...]
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every header of this name."""
        return tuple(v for n, v in self.headers if n.lower() == name.lower())


@dataclass(frozen=True, slots=True)
class Link:
    """A script, frame or link: where it leads, its attributes, whether it is at work (not inside
    noscript or template).
    """

    url: str
    attributes: dict[str, str]
    at_work: bool


@dataclass(frozen=True, slots=True)
class Element:
    """A `<leave-a-reply>`: its attributes, and the versions of the fragments inside it."""

    attributes: dict[str, str]
    versions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """A form: where it leads, its attributes, its fields' values by name, and whether it asks for
    a password.
    """

    action: str
    attributes: dict[str, str]
    fields: dict[str, str] = field(default_factory=dict)
    has_password: bool = False


@dataclass(slots=True)
class EmbedPage:
    """A page, read.

    Attributes:
        answer: where it came from.
        decoded: its text.
        policies: of its headers and meta elements.
        reported: policies that only report.
        base: the address that relative ones are relative to; nothing for a file.
        title: its title.
        canonicals: what each canonical link says, as written.
        refresh: what a meta refresh says.
        scripts, frames, stylesheets, forms, elements: in order.
        links: where the page's links lead.
        counts: what each element that wants a count says.
        marks: ids, classes, element names and script texts, to know rivals by.
        loose_versions: versions of fragments outside any element.
    """

    answer: Answer
    decoded: Decoded
    policies: list[csp.Policy]
    reported: list[csp.Policy]
    base: str
    title: str = ""
    canonicals: list[str] = field(default_factory=list)
    refresh: str = ""
    scripts: list[Link] = field(default_factory=list)
    frames: list[Link] = field(default_factory=list)
    stylesheets: list[Link] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    loose_versions: list[str] = field(default_factory=list)

    def resolve(self, url: str) -> str:
        """An address of the page as an absolute one; as written where it is none. Of a file it is
        not known where it will be served; https is taken for granted.
        """
        url = url.strip()
        if not self.base:
            return f"https:{url}" if url.startswith("//") else url
        try:
            return urljoin(self.base, url)
        except ValueError:
            return url


def read_page(answer: Answer) -> EmbedPage:
    """Read what was fetched."""
    decoded = decode(answer.body, answer.header("Content-Type"))
    page = EmbedPage(
        answer,
        decoded,
        _policies(answer.all_headers("Content-Security-Policy")),
        _policies(answer.all_headers("Content-Security-Policy-Report-Only")),
        base=answer.url,
    )
    _Reader(page).read(tokens(decoded.text))
    return page


def _policies(values: Iterable[str]) -> list[csp.Policy]:
    return [policy for value in values for policy in csp.parse_policies(value)]


class _Reader:
    """Goes through a page's tags once, and notes what matters."""

    def __init__(self, page: EmbedPage) -> None:
        self._page = page
        self._in_head = True
        self._idle = 0  # depth in elements whose content is not at work
        self._form: Form | None = None
        self._element: Element | None = None
        self._readers: dict[str, Callable[[StartTag], None]] = {
            "meta": self._meta,
            "base": self._base,
            "title": self._title,
            "link": self._link,
            "a": self._a,
            "script": self._script,
            "iframe": self._frame,
            "form": self._opens_form,
            **dict.fromkeys(("input", "textarea", "select", "button"), self._field),
            ELEMENT: self._opens_element,
        }

    def read(self, found: Iterable[Token]) -> None:
        for token in found:
            if isinstance(token, StartTag):
                self._in_head = self._in_head and token.name in _HEAD
                self._start(token)
            elif isinstance(token, EndTag):
                self._end(token.name)
            elif isinstance(token, Text) and not self._idle:
                self._in_head = False

    def _start(self, tag: StartTag) -> None:
        if tag.name in _IDLE:
            self._idle += 1
        if tag.name in self._readers:
            self._readers[tag.name](tag)
        self._note(tag)

    def _end(self, name: str) -> None:
        if name in _IDLE:
            self._idle = max(0, self._idle - 1)
        elif name == "form":
            self._form = None
        elif name == ELEMENT:
            self._element = None

    def _url(self) -> str:
        return self._page.answer.url

    def _linked(self, name: str, attributes: dict[str, str]) -> Link:
        value = attributes.get(name, "").strip()
        return Link(self._page.resolve(value) if value else "", attributes, not self._idle)

    def _base(self, tag: StartTag) -> None:
        if "href" not in tag.attributes or self._page.base != self._url():
            return
        base = self._page.resolve(tag.attributes["href"])
        # Every address of the page is joined to it, so a long one would cost its length each time.
        if len(base) <= MAX_URL_LENGTH:
            self._page.base = base

    def _title(self, tag: StartTag) -> None:
        self._page.title = self._page.title or tag.text.strip()

    def _a(self, tag: StartTag) -> None:
        self._page.links.append(self._page.resolve(tag.attributes.get("href", "")))

    def _frame(self, tag: StartTag) -> None:
        self._page.frames.append(self._linked("src", tag.attributes))

    def _opens_form(self, tag: StartTag) -> None:
        if self._form is None and not self._idle:
            action = self._page.resolve(tag.attributes.get("action", ""))
            self._form = Form(action, tag.attributes)
            self._page.forms.append(self._form)

    def _opens_element(self, tag: StartTag) -> None:
        if not self._idle:
            self._element = Element(tag.attributes)
            self._page.elements.append(self._element)

    def _meta(self, tag: StartTag) -> None:
        attributes = tag.attributes
        said = attributes.get("http-equiv", "").lower()
        content = attributes.get("content", "")
        if said == "content-security-policy" and self._in_head and not self._idle:
            policy = csp.parse_meta(content)
            self._page.policies += [policy] if policy else []
        elif said == "refresh" and "url" in content.lower():
            self._page.refresh = self._page.refresh or content

    def _link(self, tag: StartTag) -> None:
        attributes = tag.attributes
        kinds = attributes.get("rel", "").lower().split()
        if "canonical" in kinds and "href" in attributes:
            self._page.canonicals.append(attributes["href"].strip())
        if "stylesheet" in kinds:
            self._page.stylesheets.append(self._linked("href", attributes))

    def _script(self, tag: StartTag) -> None:
        if tag.attributes.get("src", "").strip():
            self._page.scripts.append(self._linked("src", tag.attributes))
        elif not self._idle:
            self._page.marks.add(f"text {tag.text[:20_000]}")

    def _field(self, tag: StartTag) -> None:
        attributes = tag.attributes
        if self._form is None:
            return
        if attributes.get("type", "").lower() == "password":
            self._form.has_password = True
        if name := attributes.get("name", ""):
            self._form.fields.setdefault(name, attributes.get("value", ""))

    def _note(self, tag: StartTag) -> None:
        attributes = tag.attributes
        self._page.marks.add(f"<{tag.name}>")
        if "id" in attributes:
            self._page.marks.add(f"#{attributes['id']}")
        self._page.marks.update(f".{name}" for name in attributes.get("class", "").split())
        if _COUNT in attributes:
            self._page.counts.append(attributes[_COUNT])
        if _VERSION in attributes:
            where = self._element.versions if self._element else self._page.loose_versions
            where.append(attributes[_VERSION])
