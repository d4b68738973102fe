"""The Bayes filters made for mail, as Debian has them: bogofilter and SpamAssassin's.

Each comment is a mail with the headers it must have, and the text, name and website as its body.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from benchmarks.methods import Comments, Trial, as_text, timed
from moderation.classifier.labelled import Labelled
from moderation.classifier.measures import Scores

_HEADERS = (
    b"From: reader@comments.example\n"
    b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
)
_PERL = Path(__file__).with_name("spamassassin.pl")
# To look after each lesson takes these programs long. So as many comments are judged, then learned,
# at once as make one part in so many of those learned before.
_PARTS = 50
_NO_OPINION = 0.5


class MailFilter(Protocol):
    """A filter with its database in a folder of its own.

    Attributes:
        program: its name.
        package: Debian's name for what it needs.
    """

    program: str
    package: str

    def __init__(self, folder: Path) -> None: ...

    @staticmethod
    def is_here() -> bool:
        """Whether it is installed."""

    def learn(self, comments: Comments) -> None:
        """Learn comments, in their order."""

    def judge(self, comments: Comments) -> Scores:
        """How likely each is spam."""

    def online(self, stream: Comments) -> Scores:
        """How likely each is spam, before it and those after it are learned."""


class Bogofilter:
    """bogofilter, many mails at a time."""

    program = package = "bogofilter"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def is_here() -> bool:
        """Whether the program is there."""
        return shutil.which("bogofilter") is not None

    def learn(self, comments: Comments) -> None:
        """Learn the ham, then the spam: bogofilter only counts, so the order is no matter."""
        for positive, option in ((False, "-n"), (True, "-s")):
            of_label = [comment for comment in comments if comment.positive == positive]
            if of_label:
                self._run(option, of_label)

    def judge(self, comments: Comments) -> Scores:
        """How likely each is spam."""
        if not (self._folder / "wordlist.db").exists():
            return np.full(len(comments), _NO_OPINION)
        scores = np.array(self._run("-TT", comments).split(), float)
        if len(scores) != len(comments):
            raise RuntimeError(f"bogofilter judged {len(scores)} of {len(comments)} mails.")
        return scores

    def online(self, stream: Comments) -> Scores:
        """Judged before they are learned, a few at a time."""
        scores = []
        for some in _a_few_at_once(stream):
            scores.append(self.judge(some))
            self.learn(some)
        return np.concatenate(scores)

    def _run(self, option: str, comments: Comments) -> bytes:
        mails = b"".join(_in_mailbox(comment) for comment in comments)
        done = subprocess.run(
            ["bogofilter", "-d", self._folder, "-M", option],
            input=mails,
            capture_output=True,
            check=False,
        )
        if done.returncode > 2:  # 0 to 2 are spam, ham and unsure
            raise RuntimeError(f"bogofilter failed: {done.stderr.decode(errors='replace')}")
        return done.stdout


class SpamAssassin:
    """SpamAssassin's Bayes filter alone, without its rules."""

    program = "SpamAssassin's Bayes"
    package = "spamassassin"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def is_here() -> bool:
        """Whether Perl and its modules are there."""
        if shutil.which("perl") is None:
            return False
        asking = ["perl", "-MMail::SpamAssassin", "-e", "1"]
        return subprocess.run(asking, capture_output=True, check=False).returncode == 0

    def learn(self, comments: Comments) -> None:
        """Learn comments, in their order."""
        self._run(_command(_label(comment), comment) for comment in comments)

    def judge(self, comments: Comments) -> Scores:
        """How likely each is spam."""
        return self._run(_command("scan", comment) for comment in comments)

    def online(self, stream: Comments) -> Scores:
        """Judged before they are learned, a few at a time, in one process."""
        commands: list[bytes] = []
        for some in _a_few_at_once(stream):
            commands += [_command("scan", comment) for comment in some]
            commands += [_command(_label(comment), comment) for comment in some]
        return self._run(commands)

    def _run(self, commands: Iterable[bytes]) -> Scores:
        done = subprocess.run(
            ["perl", _PERL, self._folder],
            input=b"".join(commands),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"SpamAssassin failed: {done.stderr.decode(errors='replace')}")
        return np.array(done.stdout.split(), float)


def batch(kind: type[MailFilter], folder: Path, train: Comments, test: Comments) -> Trial:
    """Learn the first comments into a folder, then judge the others."""
    mail_filter = kind(folder)
    return timed(
        lambda: mail_filter.learn(train), lambda: mail_filter.judge(test), len(train), len(test)
    )


def online(kind: type[MailFilter], learned: Path | None, stream: Comments) -> Scores:
    """Judge each comment, then learn it.

    Args:
        kind: the filter.
        learned: the folder of one that has learned before; None: it begins empty.
        stream: the comments.
    """
    with tempfile.TemporaryDirectory() as folder:
        if learned is not None:
            shutil.copytree(learned, folder, dirs_exist_ok=True)
        return kind(Path(folder)).online(stream)


def _a_few_at_once(stream: Comments) -> Iterator[Comments]:
    seen = 0
    while seen < len(stream):
        some = stream[seen : seen + max(1, seen // _PARTS)]
        yield some
        seen += len(some)


def _command(what: str, comment: Labelled) -> bytes:
    mail = _HEADERS + _body(comment)
    return f"{what} {len(mail)}\n".encode() + mail


def _label(comment: Labelled) -> str:
    return "spam" if comment.positive else "ham"


def _in_mailbox(comment: Labelled) -> bytes:
    mail = (_HEADERS + _body(comment)).replace(b"\nFrom ", b"\n>From ")
    return b"From reader Thu Jan  1 00:00:00 2026\n" + mail + b"\n\n"


def _body(comment: Labelled) -> bytes:
    return as_text(comment).replace("\0", " ").encode("utf-8", "replace")
