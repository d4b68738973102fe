"""What a web process is made of, kept on the app and handed to the views."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app

from moderation.config import Settings
from moderation.privacy.readers import ReaderHasher
from moderation.privacy.sealing import EmailVault
from moderation.privacy.tokens import TokenSigner
from moderation.services.akismet_door import AkismetDoor
from moderation.services.sites import SiteDirectory
from moderation.services.submission import SubmissionService
from moderation.web.key_limits import KeyLimits
from moderation.web.paces import Paces
from moderation.web.snapshot_cache import SnapshotCache
from moderation.web.verdict_wait import VerdictWait

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
        signer: form stamps, private links and receipts.
        readers: makes the hashes by which likes and reports are one a reader.
        paces: how often a network may do what readers do besides writing.
        sites: finds them by name.
        snapshots: threads' public forms in memory.
        submissions: takes comments in.
        akismet: takes in what Akismet clients ask about.
        verdicts: waits for the workers' verdicts.
        nudge: tells the workers; never raises, never waits.
        send_task: sends another task; never raises, never waits.
        redis_fault: what keeps Redis from answering, in words, or None.
        clock: the time, aware.
        key_limits: counts what API keys ask.
    """

    settings: Settings
    vault: EmailVault
    signer: TokenSigner
    readers: ReaderHasher
    paces: Paces
    sites: SiteDirectory
    snapshots: SnapshotCache
    submissions: SubmissionService
    akismet: AkismetDoor
    verdicts: VerdictWait
    nudge: Nudge
    send_task: SendTask
    redis_fault: Callable[[], str | None]
    clock: Callable[[], datetime]
    key_limits: KeyLimits

    def install(self, extensions: dict[str, object]) -> None:
        """Keep this on an app's extensions."""
        extensions[_NAME] = self


def parts_of(app: Flask) -> Runtime:
    """An app's parts."""
    return cast("Runtime", app.extensions[_NAME])


def runtime() -> Runtime:
    """The current app's parts."""
    return parts_of(current_app)
