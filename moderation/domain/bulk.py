"""Where a bulk job stands."""

from enum import StrEnum


class BulkStatus(StrEnum):
    """Stored by value."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


ENDED = frozenset({BulkStatus.DONE, BulkStatus.CANCELLED, BulkStatus.FAILED})
