"""Where a comment has a page of its own."""

from flask import current_app, url_for


def comment_url(comment_id: int | None) -> str | None:
    """The address of a comment's page; None where this installation has none."""
    if comment_id is None or "queue.comment" not in current_app.view_functions:
        return None
    return url_for("queue.comment", comment_id=comment_id)
