"""Where the service is found: by the processes beside it, and by browsers."""

from moderation.config import Settings

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- not bound to


def local_host(settings: Settings) -> str:
    """The host at which this machine reaches what listens on MODERATION_HOST."""
    return _EVERYWHERE.get(settings.host, settings.host)


def local_address(settings: Settings) -> str:
    """The service's origin as processes on this machine reach it."""
    host = local_host(settings)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def public_address(settings: Settings) -> str:
    """The service's address for browsers, without a slash at its end."""
    return settings.public_url or local_address(settings)
