"""Other comment systems, and what in a page gives them away."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from moderation.domain.embed_page import EmbedPage

# By name: parts of hosts, ends of script paths, and marks (element ids, classes, names).
_RIVALS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "Disqus": (("disqus.com", "disquscdn.com"), (), ("#disqus_thread",)),
    "Commento": (("commento.io",), ("/commento.js",), ("#commento",)),
    "Comentario": ((), ("/comentario.js",), ("<comentario-comments>",)),
    "Isso": ((), ("/embed.min.js", "/embed.dev.js"), ("#isso-thread",)),
    "Remark42": (("remark42.com",), (), ("#remark42",)),
    "Cusdis": (("cusdis.com",), ("/cusdis.es.js",), ("#cusdis_thread",)),
    "giscus": (("giscus.app",), (), (".giscus", "<giscus-widget>")),
    "utterances": (("utteranc.es",), (), (".utterances",)),
    "Hyvor Talk": (("talk.hyvor.com",), (), ("<hyvor-talk-comments>", "#hyvor-talk-view")),
    "Coral": (("coral.coralproject.net",), (), ("#coral_thread",)),
    "Facebook comments": ((), (), (".fb-comments",)),
    "FastComments": (("fastcomments.com",), (), ("#fastcomments-widget",)),
    "GraphComment": (("graphcomment.com",), (), ("#graphcomment",)),
    "Talkyard": (("comments-for-nonbrand.talkyard.net",), (), (".talkyard-comments",)),
    "Hypercomments": (("hypercomments.com",), (), ("#hypercomments_widget",)),
    "IntenseDebate": (("intensedebate.com",), (), ("#idc-container",)),
    "Waline": ((), ("/waline.js",), ("#waline",)),
    "Twikoo": ((), ("/twikoo.all.min.js",), ("#tcomment",)),
    "Gitalk": ((), ("/gitalk.min.js",), ("#gitalk-container",)),
    "Jetpack comments": (("jetpack.wordpress.com",), (), ("#jetpack_remote_comment",)),
}


def rivals_in(page: EmbedPage) -> Iterator[str]:
    """The names of the comment systems that the page embeds."""
    urls = [link.url for link in (*page.scripts, *page.frames)]
    texts = [mark for mark in page.marks if mark.startswith("text ")]
    for name, (hosts, paths, marks) in _RIVALS.items():
        if (
            page.marks.intersection(marks)
            or any(_is_at(url, hosts, paths) for url in urls)
            or any(f"//{host}" in text or f".{host}/" in text for host in hosts for text in texts)
        ):
            yield name


def _is_at(url: str, hosts: tuple[str, ...], paths: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return any(host == h or host.endswith(f".{h}") for h in hosts) or parts.path.endswith(paths)
