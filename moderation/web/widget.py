"""The widget's files, for pages of any origin, and a page that shows its looks."""

from base64 import b64encode
from functools import cache
from hashlib import sha256, sha384
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from moderation.demo_content import ARTICLE_PATH, DEMO_SLUG
from moderation.errors import UnknownSiteError
from moderation.web.encodings import accepts_gzip, gzipped
from moderation.web.languages import DEFAULT, accepted, nearest
from moderation.web.links import public_root
from moderation.web.runtime import runtime

bp = Blueprint("widget", __name__)

_FILES = Path(__file__).parents[1] / "static" / "widget"
_PLACE = b"%VERSION%"  # in the built script
_FOR_EVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=300"


class WidgetFiles:
    """The script and the words of all languages, as they are sent.

    Attributes:
        version: of all of them together: another with every change of any.
        script: the script, which asks for words of its own version.
        integrity: what a page may demand of the script of this version (Subresource Integrity).
        words: by BCP 47 tag, as JSON.
    """

    def __init__(self, folder: Path) -> None:
        built = (folder / "dist" / "widget.js").read_bytes()
        self.words = {f.stem: f.read_bytes() for f in sorted((folder / "words").glob("*.json"))}
        whole = sha256(built)
        for tag, text in self.words.items():
            whole.update(tag.encode() + b"\0" + text)
        self.version = whole.hexdigest()[:12]
        self.script = built.replace(_PLACE, self.version.encode())
        self.integrity = "sha384-" + b64encode(sha384(self.script).digest()).decode()


@cache
def widget_files() -> WidgetFiles:
    """The files of this process, read once."""
    return WidgetFiles(_FILES)


@bp.get("/widget.js")
def script() -> Response:
    """The script, whatever its version is today."""
    return _answer(widget_files().script, "text/javascript", _SHORTLY)


@bp.get("/widget/<version>/widget.js")
def script_of_version(version: str) -> Response:
    """The script of one version, for ever the same, so that a page can demand its hash."""
    if version != widget_files().version:
        abort(HTTPStatus.NOT_FOUND, "This version of the script is not here any more.")
    return _answer(widget_files().script, "text/javascript", _FOR_EVER)


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
    if known is None:
        response.vary.add("Accept-Language")
    return response


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
    files = widget_files()
    return render_template(
        "widget/themes.html",
        site=site,
        slug=slug,
        page=page,
        pinned=f"{public_root()}/widget/{files.version}/widget.js",
        integrity=files.integrity,
    )


_small = cache(gzipped)


def _answer(body: bytes, kind: str, lasting: str) -> Response:
    coded = _small(body) if accepts_gzip(request.headers.get("Accept-Encoding", "")) else None
    response = Response(coded or body, content_type=f"{kind}; charset=utf-8")
    if coded is not None:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = lasting
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response
