"""What WordPress's Akismet plugin sends, field by field, as versions 5.0 to 5.7 were seen to send it.

Three ways: a form just posted, with slashes before quotes and the form and the server's variables
beside it; a comment as WordPress keeps it, when it is asked about again; a decision, with the
fields as first asked.
"""

from typing import Any
from urllib.parse import quote_plus

from werkzeug.test import TestResponse

from tests.factories import ORIGIN, House

_AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_POST = f"{ORIGIN}/?p=1"


def posted(text: str, name: str = "Anna", trap: str = "", **changes: Any) -> dict[str, str]:
    """A form that a reader has just posted; `trap` is in the field that people cannot see."""
    said, who = (_slashed(word) for word in (text, name))
    mail = f"{name.encode().hex()}@example.com"
    return {
        "comment_post_ID": "1",
        "comment_author": who,
        "comment_author_email": mail,
        "comment_author_url": "",
        "comment_content": said,
        "comment_type": "comment",
        "comment_parent": "0",
        "user_id": "0",
        "user_ID": "0",
        "comment_author_IP": "192.0.2.44",
        "comment_agent": _AGENT,
        "user_ip": "192.0.2.44",
        "user_agent": _AGENT,
        "referrer": _POST,
        **_blog(),
        "akismet_comment_nonce": "passed",
        "POST_comment": said,
        "POST_author": who,
        "POST_email": mail,
        "POST_url": "",
        "POST_submit": "Post Comment",
        "POST_comment_post_ID": "1",
        "POST_comment_parent": "0",
        "POST_akismet_comment_nonce": "0a1b2c3d4e",
        "POST_ak_hp_textarea": trap,
        "POST_ak_js": "1795691494445",
        "REQUEST_URI": "/wp-comments-post.php",
        "REMOTE_ADDR": "192.0.2.44",
        "HTTP_HOST": "blog.example",
        "HTTP_SEC_CH_UA": _slashed('"Not:A-Brand";v="8"'),
        "HTTP_ORIGIN": ORIGIN,
        "HTTP_REFERER": _POST,
        "comment_post_modified_gmt": "2026-05-01 11:08:07",
        "comment_context[0]": "Uncategorized",
        "callback": f"{ORIGIN}/index.php?rest_route=/akismet/v1/webhook",
        **changes,
    }


def kept(
    asked: dict[str, str], text: str | None = None, address: str = "192.0.2.44"
) -> dict[str, str]:
    """The same comment when WordPress asks again: `text` is what it made of the words."""
    return {
        **_row(asked, text, address),
        "user_ip": address,
        "user_agent": _AGENT if address else "",
        "referrer": "",
        **_blog(),
        "recheck_reason": "recheck_queue",
        "user_role": "",
    }


def decided(asked: dict[str, str], said_before: str) -> dict[str, str]:
    """What is told of a decision on it: the fields as first asked."""
    return {
        **_row(asked, None, "192.0.2.44"),
        "user_ID": "0",
        "user_ip": "192.0.2.44",
        "user_agent": _AGENT,
        **_blog(),
        "POST_ak_hp_textarea": asked["POST_ak_hp_textarea"],
        "POST_ak_js": asked["POST_ak_js"],
        "user_role": "",
        "reporter": "admin",
        "comment_post_modified_gmt": "2026-05-01 11:08:07",
        "comment_check_response": said_before,
    }


def decided_on_foreign(asked: dict[str, str]) -> dict[str, str]:
    """The same of a comment that came into WordPress by an import: of nobody's address."""
    fields = {**_row(asked, None, ""), **_blog(), "user_role": "", "reporter": "admin"}
    return {**fields, "comment_check_response": ""}


def send(house: House, key: str, path: str, fields: dict[str, str]) -> TestResponse:
    """Ask as WordPress does, which leaves out the sign of equality where there is nothing."""
    pairs = [*fields.items(), ("api_key", key)]
    body = "&".join(f"{quote_plus(k)}={quote_plus(v)}" if v else quote_plus(k) for k, v in pairs)
    return house.client.post(f"/1.1/{path}", data=body, content_type=_FORM)


def _row(asked: dict[str, str], text: str | None, address: str) -> dict[str, str]:
    return {
        "comment_ID": "7",
        "comment_post_ID": "1",
        "comment_author": _bare(asked["comment_author"]),
        "comment_author_email": asked["comment_author_email"],
        "comment_author_url": asked["comment_author_url"],
        "comment_author_IP": address,
        "comment_date": "2026-05-04 14:00:00",
        "comment_date_gmt": "2026-05-04 12:00:00",
        "comment_content": _bare(asked["comment_content"]) if text is None else text,
        "comment_karma": "0",
        "comment_approved": "0",
        "comment_agent": _AGENT if address else "",
        "comment_type": "comment",
        "comment_parent": "0",
        "user_id": "0",
    }


def _blog() -> dict[str, str]:
    return {
        "blog": ORIGIN,
        "blog_lang": "en_US",
        "blog_charset": "UTF-8",
        "permalink": _POST,
    }


def _slashed(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')


def _bare(text: str) -> str:
    return text.replace("\\'", "'").replace('\\"', '"').replace("\\\\", "\\")
