"""The widget's files, for pages of any origin, and a page that shows its looks."""

from base64 import b64encode
from functools import cache
from hashlib import sha256, sha384
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from moderation.demo_content import ARTICLE_PATH, DEMO_SLUG
from moderation.domain.snippet import language_query
from moderation.errors import UnknownSiteError
from moderation.web.encodings import accepts_gzip, gzipped
from moderation.web.languages import DEFAULT, accepted, asked, nearest
from moderation.web.links import public_root
from moderation.web.runtime import runtime

bp = Blueprint("widget", __name__)

_FILES = Path(__file__).parents[1] / "static" / "widget"
# In the built script:
_VERSION = b"%VERSION%"
_WORDS = b'"%WORDS%"'
_NO_WORDS = b"0"
_FOR_EVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=300"


class Sent:
    """What is sent, as it is and in gzip, made once.

    Attributes:
        body: as it is.
        coded: in gzip; None where that would save nothing.
        integrity: what a page may demand of it (Subresource Integrity).
    """

    def __init__(self, *parts: bytes) -> None:
        self.body = b"".join(parts)
        self.coded = gzipped(*parts)
        self.integrity = "sha384-" + b64encode(sha384(self.body).digest()).decode()


class WidgetFiles:
    """The script and the words of all languages, as they are sent.

    Attributes:
        version: of all of them together: another with every change of any.
        words: by BCP 47 tag, as JSON.
    """

    def __init__(self, folder: Path) -> None:
        built = (folder / "dist" / "widget.js").read_bytes()
        files = sorted((folder / "words").glob("*.json"))
        self.words = {file.stem: Sent(file.read_bytes()) for file in files}
        whole = sha256(built)
        for tag, words in self.words.items():
            whole.update(tag.encode() + b"\0" + words.body)
        self.version = whole.hexdigest()[:12]
        self._built = built.replace(_VERSION, self.version.encode())
        self._scripts: dict[str | None, Sent] = {}

    def script(self, tag: str | None) -> Sent:
        """The script, which asks for words of its own version.

        Args:
            tag: whose words come with it; None: it asks for all that it needs.
        """
        if tag not in self._scripts:
            self._scripts[tag] = self._with_words(tag)
        return self._scripts[tag]

    def address(self, tag: str | None) -> str:
        """Where on this server that is for ever the same."""
        return f"/widget/{self.version}/widget.js{language_query(tag)}"

    def _with_words(self, tag: str | None) -> Sent:
        before, _, after = self._built.partition(_WORDS)
        if tag is None:
            return Sent(before + _NO_WORDS + after)
        return Sent(before, self.words[tag].body.strip() + after)


@cache
def widget_files() -> WidgetFiles:
    """The files of this process, read once."""
    return WidgetFiles(_FILES)


@bp.get("/widget.js")
def script() -> Response:
    """The script, whatever its version is today, with the words of the language that `lang` is
    nearest to, else of the one that the browser asks for, else English.
    """
    named = asked()
    response = _answer(
        widget_files().script(named or accepted() or DEFAULT), "text/javascript", _SHORTLY
    )
    return response if named else _by_browser(response)


@bp.get("/widget/<version>/widget.js")
def script_of_version(version: str) -> Response:
    """The script of one version, for ever the same, so that a page can demand its hash: with the
    words of the language that `lang` is nearest to, else with none.
    """
    if version != widget_files().version:
        abort(HTTPStatus.NOT_FOUND, "This version of the script is not here any more.")
    return _answer(widget_files().script(asked()), "text/javascript", _FOR_EVER)


@bp.get("/widget/<version>/<path:tag>.json")
def words(version: str, tag: str) -> Response:
    """The words of the language that is nearest to a BCP 47 tag; of a tag that is near none, such
    as `auto`, those that the browser asks for, else English.

    A script of another version, such as one that a browser kept, gets today's: they are numbered
    alike.
    """
    files = widget_files()
    known = nearest(tag)
    lasting = _FOR_EVER if version == files.version else _SHORTLY
    response = _answer(files.words[known or accepted() or DEFAULT], "application/json", lasting)
    return response if known else _by_browser(response)


@bp.get("/widget/themes")
def themes() -> str:
    """The widget in its themes, with its custom properties to try: of the site that is named by
    `site`, on its page `url`; of the demo site where none is named.
    """
    slug = request.args.get("site", DEMO_SLUG)
    try:
        site = runtime().sites.find(slug)
    except UnknownSiteError:
        site = None
    origin = site.origins[0] if site else ""
    page = request.args.get("url") or origin + (ARTICLE_PATH if slug == DEMO_SLUG else "/")
    files, language = widget_files(), site.settings.language if site else None
    return render_template(
        "widget/themes.html",
        site=site,
        slug=slug,
        page=page,
        pinned=public_root() + files.address(language),
        integrity=files.script(language).integrity,
    )


def _answer(sent: Sent, kind: str, lasting: str) -> Response:
    coded = sent.coded if accepts_gzip(request.headers.get("Accept-Encoding", "")) else None
    response = Response(coded or sent.body, content_type=f"{kind}; charset=utf-8")
    if coded is not None:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = lasting
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response


def _by_browser(response: Response) -> Response:
    response.vary.add("Accept-Language")
    return response
