"""What WordPress's Akismet plugin asks beside comments and figures, and what is not answered."""

from http import HTTPStatus

from flask import Response, jsonify, request

from moderation.web.akismet_answers import make_blueprint, plain

bp = make_blueprint("akismet_plugin")

_BOTH = ["GET", "POST"]


@bp.route("/1.1/test", methods=_BOTH)
def test() -> Response:
    """Whether the servers can be reached. Without this answer the plugin's page says in red that a
    firewall must be in the way.
    """
    return plain("connected")


@bp.route("/1.2/compatible-plugins", methods=_BOTH)
def compatible_plugins() -> Response:
    """Which other plugins of WordPress Akismet knows of: not for this service to say. The empty
    list is kept by the plugin, while without a list it asks each time its page is opened.
    """
    return jsonify([])


@bp.route("/1.1/<path:asked>", methods=_BOTH)
@bp.route("/1.2/<path:asked>", methods=_BOTH)
def nothing(asked: str) -> Response:
    """Anything else. The body is empty, since the plugin takes whatever it is given for an answer:
    for a token, say, which it would then put into the address of a page elsewhere.
    """
    said = f"{request.method} {asked[:40]!a} is nothing that this service answers."
    return plain("", HTTPStatus.NOT_FOUND, debug_help=said)
