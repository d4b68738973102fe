"""Atom feeds (RFC 4287, RFC 4685) and the export of a thread."""

import re
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from moderation.domain.page import page_of
from moderation.services.export import export_thread
from moderation.services.feeds import read_site_feed, read_thread_feed
from moderation.web import languages
from moderation.web.links import public_root
from moderation.web.runtime import runtime
from moderation.web.streaming import stream_file

bp = Blueprint("feeds", __name__, url_prefix="/s/<slug>")

# What XML 1.0 (section 2.2) does not know, escaped or not.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@bp.get("/feed.atom")
def feed(slug: str) -> BaseResponse:
    """The newest comments of a page, or where none is named, of the whole site."""
    rt = runtime()
    site = rt.sites.find(slug)
    asked = languages.asked()
    query = {"lang": asked} if asked else {}
    if "url" in request.args:
        page = page_of(request.args["url"], frozenset(site.origins))
        found = read_thread_feed(site, page, rt.clock())
        query |= {"url": found.page}
    else:
        found = read_site_feed(site)
    own_url = public_root() + url_for("feeds.feed", slug=slug)
    if query:
        own_url += f"?{urlencode(query)}"
    # It is one for all readers, whatever their programs ask for.
    with languages.speaking(asked or site.settings.language or languages.DEFAULT):
        xml = render_template("feeds/feed.atom.xml", feed=found, own_url=own_url)
    response = Response(_NO_XML.sub("", xml), content_type="application/atom+xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.add_etag(weak=True)
    return response.make_conditional(request)


@bp.get("/thread.json")
def export(slug: str) -> Response:
    """All published comments of a page as a file, sent as they are read."""
    rt = runtime()
    site = rt.sites.find(slug)
    page = page_of(request.args.get("url", ""), frozenset(site.origins))
    now = rt.clock()
    name = f"{slug}-thread-{now:%Y-%m-%d}.json"
    return stream_file(export_thread(site, page, now), "application/json", name)
