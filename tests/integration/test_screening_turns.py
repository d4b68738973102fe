"""A worker's message ends in time, however slow the checks are that were added."""

import subprocess
import sys
from pathlib import Path

from tests.stack import ROOT

_CODE = """
import os
from workers.tasks import screening

sent, asked, clock = [], [], iter(range(0, 1000, 10))
screening.time.monotonic = lambda: next(clock)
screening.spam_check.delay = lambda pairs: sent.append(("spam_check", pairs))
screening.approval_check.delay = lambda pairs: sent.append(("approval_check", pairs))


class Batch:
    unheard = ()

    def __init__(self, *_):
        pass

    def spam_check(self, comment, *_):
        asked.append(comment)
        return True


screening.screening.Batch = Batch
screening.waves.candidates = lambda *_: ()
screening.spam_check.run([(n, 1) for n in range(1, 6)])
print(asked, sent)
"""


_FAULT = """
from workers.tasks import screening

def approve(pairs, now):
    done.append(pairs)
    if (2, 1) in pairs:
        raise ValueError

done = []
screening.approval.approval_checks = approve
screening.approval.approval_check = lambda *pair: approve([pair[:2]], pair[2])
screening.approval_check.run([[1, 1], [2, 1], [3, 1]])
print(done)
"""


def run(code: str, folder: Path) -> str:
    """What a worker's process prints."""
    environ = {
        "MODERATION_INSTANCE": str(folder),
        "MODERATION_SECRET_KEY": "k" * 32,
        "MODERATION_EMAIL_KEYS": "k1:" + "A" * 43 + "=",
        "MODERATION_EMAIL_INDEX_KEY": "A" * 43 + "=",
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_fault_of_one_holds_up_no_other(tmp_path) -> None:
    assert run(_FAULT, tmp_path) == "[[(1, 1), (2, 1), (3, 1)], [(1, 1)], [(2, 1)], [(3, 1)]]"


def test_what_does_not_fit_into_a_turn_goes_into_a_message_of_its_own(tmp_path) -> None:
    assert run(_CODE, tmp_path) == (
        "[1, 2] [('approval_check', [(1, 1), (2, 1)]), ('spam_check', [(3, 1), (4, 1), (5, 1)])]"
    )
