"""What a web process is made of, kept on the app and handed to the views."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from moderation.config import Settings
from moderation.privacy.sealing import EmailVault
from moderation.privacy.tokens import TokenSigner
from moderation.services.sites import SiteDirectory
from moderation.services.submission import SubmissionService
from moderation.web.key_limits import KeyLimits

_NAME = "moderation"

# Tells the workers of a comment: its id and revision.
Nudge = Callable[[int, int], None]
# Sends a task by its name, with the id of the row that it is about.
SendTask = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts that views need.

    Attributes:
        settings: of this process.
        vault: seals and indexes addresses.
        signer: form stamps and private links.
        sites: finds them by name.
        submissions: takes comments in.
        nudge: tells the workers; never raises, never waits.
        send_task: sends another task; never raises, never waits.
        redis_fault: what keeps Redis from answering, in words, or None.
        clock: the time, aware.
        key_limits: counts what API keys ask.
    """

    settings: Settings
    vault: EmailVault
    signer: TokenSigner
    sites: SiteDirectory
    submissions: SubmissionService
    nudge: Nudge
    send_task: SendTask
    redis_fault: Callable[[], str | None]
    clock: Callable[[], datetime]
    key_limits: KeyLimits

    def install(self, extensions: dict[str, object]) -> None:
        """Keep this on an app's extensions."""
        extensions[_NAME] = self


def runtime() -> Runtime:
    """The current app's parts."""
    return cast("Runtime", current_app.extensions[_NAME])
