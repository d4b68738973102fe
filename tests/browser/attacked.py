"""A site on which every known attack was tried in every field, and what looks for its success."""

import re
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from sqlalchemy import select

from moderation.domain.addresses import holds_address, link_holds_address
from moderation.domain.page import canonical_link
from moderation.domain.rules import RuleEffect, RuleKind
from moderation.domain.status import Status
from moderation.domain.submission import MAX_NAME, MAX_TITLE
from moderation.models import Comment, Site, db
from moderation.models.base import writing
from moderation.services import bulk, moderating, review
from moderation.services.rules import RuleDraft, insert_rule
from moderation.services.sites import change_policy, site_row
from tests.browser.desk import Desk
from tests.browser.learning_desk import owner_of
from tests.factories import ORIGIN, address, submission
from tests.xss_corpus import CANARY, HOST, VECTORS

EMBEDDING = f"{ORIGIN}/embedding"
PAGE = f"{ORIGIN}/attacked/"

# Control characters, lines, halves of characters: names and titles that hold them are refused.
_REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_IN_COMMENT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
_OURS_IN_WORDPRESS = {
    "comment": "comment", "name": "author", "email": "email", "website": "url",
    "url": "redirect_to", "parent": "comment_parent",
}  # fmt: skip

LINES = [_REFUSED.sub(" ", vector.text).strip() for vector in VECTORS]
SHORT = [line for line in LINES if len(line) <= 90]

# Rules: what is marked in most comments, then every other vector, newest families first.
_WORDS = [CANARY, "script", "on*", "src", "x", "a", "javascript*", "lt", "quot", '"', "'", ">"]
_VALUES = [line for line in reversed(LINES) if len(line) <= 255][::2]
_MATCHED = 40
_AT_ONCE = 20  # comments that are judged together


def joined(most: int, lines: list[str] = LINES) -> list[str]:
    """All lines, as many at a time as `most` characters have room for."""
    pieces = [""]
    for line in lines:
        if len(pieces[-1]) + len(line) >= most:
            pieces.append("")
        pieces[-1] += line
    return pieces


def name_of(line: str) -> str:
    """A name that is as much of an attack as the schema takes: no email address, as some hold."""
    name = line[:MAX_NAME]
    return name.replace("@", "") if holds_address(name) else name


def website_of(line: str) -> str:
    """A website's address that is as much of an attack as the schema takes: it, too, holds no email
    address.
    """
    text = re.sub("[\\s\u202a-\u202e]", "", line)
    website = text if canonical_link(text) else f"https://a.example/?{text}"[:200]
    return website.replace("@", "") if link_holds_address(website) else website


class Attacked:
    """A desk whose site has them all: first held, then published."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.house = desk, desk.house
        self._root = self.house.publish(_site=desk.slug, url=PAGE, title="Attacked")
        self.comments: list[int] = []  # with a vector each, in the vectors' order

    @property
    def thread(self) -> str:
        """The path of the hosted thread page that all vectors are on."""
        return f"/t/{self.desk.slug}?url={PAGE}"

    def attack(self) -> None:
        """Try all vectors in each field, through each of the doors in turn."""
        self.desk.set_policy(mode="premoderate", weights={"REPEATED_TEXT": 0}, max_links=1000)
        # The checks go through each rule for each comment: the rest is added once they are done.
        self._add_rules(_WORDS + _VALUES[:_MATCHED])
        doors = cycle((self._api, self._form, self._wordpress))
        for vector, line, door in zip(VECTORS, LINES, doors, strict=False):
            text = _IN_COMMENT.sub("", vector.text)
            fields = {"comment": text, "name": name_of(line), "website": website_of(line)}
            door(submission(url=PAGE, parent=self._root, title=line[:MAX_TITLE], **fields))
            # Before the installation's own workers, who have opinions.
            if len(self.house.nudges) == _AT_ONCE:
                self.house.work_at_once()
        for number, title in enumerate(joined(MAX_TITLE, SHORT)):
            self._api(submission(url=f"{ORIGIN}/{number}/", title=title, name=f"Title {number}"))
        self.house.work_at_once()
        self.comments += self._made()[: len(VECTORS)]
        self._add_rules(_VALUES[_MATCHED:])

    def _made(self) -> list[int]:
        with self.house.rows():
            query = select(Comment.id).join(Site, Site.id == Comment.site_id)
            made = query.where(Site.slug == self.desk.slug, Comment.id > self._root)
            return list(db.session.scalars(made.order_by(Comment.id)))

    def _add_rules(self, values: list[str]) -> None:
        notes = cycle(line for line in reversed(LINES) if len(line) <= 200 and "@" not in line)
        vault, now = self.house.parts.vault, self.house.clock()
        with self.house.rows(), writing():
            site = site_row(self.desk.slug)
            for value in values:
                draft = RuleDraft(RuleKind.WORD, RuleEffect.HOLD, value, next(notes))
                insert_rule(vault, site.id, draft, None, now)

    def _api(self, fields: dict[str, Any]) -> None:
        answer = self._post(f"/api/v1/sites/{self.desk.slug}/comments", json=fields)
        assert answer.status_code == 202, answer.text

    def _form(self, fields: dict[str, Any]) -> None:
        answer = self._post(f"/t/{self.desk.slug}", data=fields)
        assert answer.status_code == 303, answer.text

    def _wordpress(self, fields: dict[str, Any]) -> None:
        data = {
            theirs: fields[ours] for ours, theirs in _OURS_IN_WORDPRESS.items() if ours in fields
        }
        answer = self._post(f"/s/{self.desk.slug}/wp-comments-post.php", data=data)
        assert answer.status_code == 302, answer.text

    def _post(self, path: str, **body: Any) -> Any:
        return self.house.client.post(path, headers={"X-Forwarded-For": address()}, **body)

    def have_moderators_say_them_too(self) -> None:
        """Vectors as reasons, notes and edits of the moderator who is signed in."""
        me, now = owner_of(self.desk), self.house.clock()
        with self.house.rows():
            reasons = [line for line in LINES if len(line) <= 100][-20:]
            change_policy(self.desk.slug, {"reject_reasons": reasons}, me, now)
            for comment_id, said in zip(self.comments, joined(500, SHORT), strict=False):
                moderating.ask_second_opinion(me, comment_id, said, now=now)
            moderating.edit(me, self.comments[0], joined(60_000)[0], revision=1, now=now)

    def publish(self, why: str) -> None:
        """Approve all, but for one that is rejected for a reason of vectors."""
        me, now = owner_of(self.desk), self.house.clock()
        _, rejected, *others = self.comments
        with self.house.rows():
            review.decide(me, rejected, "reject", revision=1, seen=Status.HELD, now=now, why=why)
            job = bulk.order_by_ids(me, "approve", others, now)
            while bulk.step(job, now):
                pass

    def answer(self, path: str) -> bytes:
        """What the service answers an embedding site."""
        answer = self.house.client.get(path.format(slug=self.desk.slug, url=quote(PAGE)))
        assert answer.status_code == 200, answer.text
        return answer.data


# What no page of the service has, and what nothing typed may become.
_FOREIGN = (
    "script:not([src]), style, iframe, frame, frameset, object, embed, applet, base, svg, math, "
    "img, image, video, audio, source, track, marquee, template, [style]:not(.avatar), [srcdoc], [formaction], "
    "[background], meta[http-equiv], link:not([rel=icon], [rel=stylesheet], [rel=canonical])"
)
# The drawings that pages of the service do have.
_OWN = "svg.band, svg.wave__sign, svg.square__area"
_SAID = ".comment__text, .lar-text, .text, bdi, cite, code"
# An event of each kind on all that was typed; then what the page holds that it should not.
_LOOK = """([foreign, own, said]) => {
  const all = [...document.querySelectorAll("*")];
  for (const { shadowRoot } of all) if (shadowRoot) all.push(...shadowRoot.querySelectorAll("*"));
  const drawn = (element) => element.closest(own) && !element.closest(said);
  const found = all
    .filter((element) => element.matches(foreign) && !drawn(element))
    .map((element) => element.outerHTML);
  for (const element of all) {
    for (const { name, value } of element.attributes) {
      if (/^on|^xlink/i.test(name)) found.push(`${element.localName}.${name}`);
      if (/^(href|src|action|cite|data|xlink:href)$/.test(name) && !/^(https?:|[/#?]|$)/.test(value))
        found.push(`${element.localName}.${name}=${value}`);
    }
    if (element.namespaceURI !== "http://www.w3.org/1999/xhtml" && !drawn(element)) found.push(element.outerHTML);
  }
  const kinds = ["mouseover", "mouseenter", "pointerenter", "focus", "focusin", "click", "animationstart"];
  for (const place of all.filter((element) => element.matches(said))) {
    for (const element of [place, ...place.querySelectorAll("*")]) {
      if (element.matches("a[href]")) continue;
      for (const kind of kinds) element.dispatchEvent(new Event(kind, { bubbles: false }));
      if (element !== place && (element.id || element.className || element.getAttribute("name")))
        found.push(element.outerHTML);
    }
  }
  return found;
}"""


@dataclass
class Looker:
    """A browser with JavaScript on and no content policy, which notes all that an attack could do.

    Attributes:
        page: of the browser.
        found: what was noted: calls of the canary, dialogs, requests, complaints, foreign elements.
    """

    page: Page
    found: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, chromium: Browser, base_url: str) -> "Looker":
        """A new one, that may ask the service and the embedding site, and nobody else."""
        context = chromium.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
        # Chromium asks before a page of the web may reach what is on the same machine.
        context.grant_permissions(["local-network-access"], origin=ORIGIN)
        looker = cls(context.new_page())
        allowed = {urlsplit(base_url).netloc, urlsplit(ORIGIN).netloc}

        def refuse(request: Request) -> None:
            if urlsplit(request.url).netloc not in allowed or request.url.startswith("data:"):
                looker.found.append(f"asked for {request.url}")

        def listen(message: ConsoleMessage) -> None:
            # A form that is refused is answered with 422, which the console notes.
            if message.type == "error" and "status of 4" not in message.text:
                looker.found.append(f"console: {message.text}")

        context.expose_binding(CANARY, lambda _, n=0: looker.found.append(f"{CANARY}({n})"))
        context.route(re.compile(rf"^https?://{re.escape(HOST)}"), lambda route: route.abort())
        context.on("request", refuse)
        context.on("console", listen)
        context.on("weberror", lambda error: looker.found.append(f"error: {error.error}"))
        looker.page.on("popup", lambda popup: looker.found.append(f"opened {popup.url}"))
        looker.page.on("dialog", looker._dismiss)
        return looker

    def _dismiss(self, dialog: Any) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def look(self) -> list[str]:
        """All that was noted up to now, and what the page holds that it should not."""
        self.found += self.page.evaluate(_LOOK, [_FOREIGN, _OWN, _SAID])
        return self.found

    def close(self) -> None:
        """Close the browser."""
        self.page.context.close()
