"""Measures the classifier beside other ways to tell spam, on a folder of labelled comments.

Whatever judges has learned the half of the comments that is of other sources; then the halves
change places. Figures are means of both ways. docs/classifier.md tells the method.
"""

import argparse
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import mail_filters, methods
from benchmarks.halves import SIDES, Halved, read_folder
from benchmarks.mail_filters import MailFilter
from benchmarks.methods import LINEAR_SVC, Batch, Comments, Ours
from benchmarks.tables import ALL, Table, held, print_row
from benchmarks.weighing import weigh
from moderation.classifier.evaluation import Judged, judge_all, judge_and_learn
from moderation.classifier.judge import Judge
from moderation.classifier.labelled import Labelled
from moderation.classifier.learner import SiteModel, probability
from moderation.classifier.measures import Labels, Scores
from moderation.classifier.model import SHIPPED, Shipped
from moderation.classifier.streams import shuffled
from moderation.domain.policy import SitePolicy
from moderation.errors import InvalidInputError

OURS = "this classifier"
_FILTERS: tuple[type[MailFilter], ...] = (mail_filters.Bogofilter, mail_filters.SpamAssassin)
_ORDER = ("blog", "youtube", "sms", "judol_id", "instagram_id", "telegram", "reviews_vi")
_SEED = 20_261_126
_DECISIONS = 100  # after which it is looked again who is held
_CONFIRMED = 5  # one in so many good comments, where moderators confirm some
_SPED = 500  # comments that the speed of one judgement is measured on


def main(arguments: Sequence[str] | None = None) -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.classifier", description=__doc__)
    parser.add_argument("folder", type=Path, help="of labelled comments, *.jsonl or *.jsonl.gz")
    parser.add_argument("--most", type=int, help="so many of each file: a fast look")
    chosen = parser.parse_args(arguments)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            Benchmark(*read_folder(chosen.folder, chosen.most), Path(scratch)).run()
        except InvalidInputError as error:
            sys.exit(str(error))
    print(f"\nAll of it took {(time.perf_counter() - begun) / 60:.0f} minutes.")


class Benchmark:
    """All measurements on some comments.

    Args:
        spam: labelled for spam.
        abuse: labelled for abuse; may be none.
        scratch: a folder for databases and a model.

    Raises:
        InvalidInputError: spam cannot be learned from each half.
    """

    def __init__(self, spam: Halved, abuse: Halved, scratch: Path) -> None:
        if not spam.shown():
            raise InvalidInputError("None of these files has both spam and ham, so none is judged.")
        self._spam, self._abuse, self._scratch = spam, abuse, scratch
        self._ours = [Ours(spam.train(side), abuse.train(side)) for side in SIDES]
        self._filters = [kind for kind in _FILTERS if kind.is_here()]
        shown = sorted(spam.shown(), key=lambda name: (*_ORDER, name).index(name))
        self._columns = [*shown, ALL]

    def run(self) -> None:
        """Print all tables."""
        self.tell_missing()
        self.batch()
        self.online()
        self.held()
        self.abuse()
        self.speed()
        self.weight()

    def tell_missing(self) -> None:
        """Say which rows are left out, and what would bring them."""
        for kind in _FILTERS:
            if kind not in self._filters:
                print(
                    f"Without {kind.program}: it is not installed. apt install {kind.package}",
                    file=sys.stderr,
                )

    def batch(self) -> None:
        """Trained once."""
        table = Table(self._columns)
        for side in SIDES:
            rows: dict[str, Batch] = {"WordPress's rule, 2 links or more": methods.two_links}
            for kind in self._filters:
                rows[kind.program] = partial(mail_filters.batch, kind, self._learned(kind, side))
            rows |= {
                LINEAR_SVC: methods.linear_svc,
                "complement naive Bayes, word 1-2 counts": methods.complement_bayes,
                "hashed SGD, char 1-5": methods.hashed_sgd,
                OURS: self._ours[side].batch,
            }
            for row, method in rows.items():
                _judge_half(table, row, method, self._spam, side)
        print("\nTrained once, judging the other half: AUC / recall at 1% false positives\n")
        table.show("spam ham")
        print("\nHow sure that is: both ways apart, with standard errors (bootstrap)\n")
        table.show_spread(OURS)
        print("\nMicroseconds for one comment, many at a time\n")
        table.show_times()

    def online(self) -> None:
        """Learning while judging."""
        table = Table(self._columns)
        for side in SIDES:
            rows: dict[str, Callable[[Comments], Scores]] = {}
            for kind in self._filters:
                learned = self._learned(kind, side)
                rows[f"{kind.program}, begun empty"] = partial(mail_filters.online, kind, None)
                rows[f"{kind.program}, trained"] = partial(mail_filters.online, kind, learned)
            trained = self._ours[side].shipped
            rows[f"{OURS}, begun empty"] = partial(_ours_online, methods.untaught())
            rows[f"{OURS}, trained"] = partial(_ours_online, trained)
            for row, method in rows.items():
                _progress(row)
                for column in self._columns:
                    comments = _of(self._spam, column, side)
                    if _labels(comments).any():
                        stream = shuffled(comments, _SEED)
                        table.add(row, column, method(stream), _labels(stream))
        print("\nLearning online, each judged before it is learned: the whole stream, shuffled\n")
        table.show("spam ham")

    def held(self) -> None:
        """What the shipped threshold holds, of both halves together."""
        rows: dict[str, list[str]] = {
            "nothing learned yet": [],
            f"after {_DECISIONS} decisions": [],
            "while only what is held or spam is decided": [],
            f"… and one in {_CONFIRMED} good ones confirmed": [],
        }
        for column in self._columns:
            fresh: list[Judged] = []
            taught: list[Judged] = []
            as_held: list[Judged] = []
            confirmed: list[Judged] = []
            for side in SIDES:
                stream = shuffled(_of(self._spam, column, side), _SEED)
                shipped = self._ours[side].shipped
                fresh += judge_all(stream, shipped)
                learned = judge_and_learn(stream, shipped, decisions=_DECISIONS)
                taught += [one for one in learned if one.seen == _DECISIONS]
                as_held += judge_and_learn(stream, shipped, decides=_held_or_spam)
                confirmed += judge_and_learn(stream, shipped, decides=_also_confirmed)
            for cells, judged in zip(
                rows.values(), (fresh, taught, as_held, confirmed), strict=True
            ):
                cells.append(_held(judged))
        print(f"\nHeld from {SitePolicy().hold_probability:.0%} on: of ham / of spam\n")
        print_row("", self._columns)
        print_row("---", ["---"] * len(self._columns))
        for row, cells in rows.items():
            print_row(row, cells)

    def abuse(self) -> None:
        """Abuse, by language."""
        if not self._abuse.shown():
            return
        table = Table([*self._abuse.shown(), ALL])
        for side in SIDES:
            for row, method in ((LINEAR_SVC, methods.linear_svc), (OURS, self._ours[side].batch)):
                _judge_half(table, row, method, self._abuse, side)
        print("\nAbuse, trained once: AUC / recall at 1% false positives\n")
        table.show("abuse ok")

    def speed(self) -> None:
        """One comment at a time, as a worker does it."""
        shipped = self._ours[0].shipped
        comments = shuffled(self._spam.test(0), _SEED)[:_SPED]
        trial = methods.online(shipped, comments)
        judge, took = Judge(shipped, SiteModel()), []
        for comment in comments:
            begun = time.perf_counter()
            judge.judge(comment.subject)
            took.append(time.perf_counter() - begun)
        print(f"\nMicroseconds for one comment, one at a time, medians of {len(comments)}\n")
        print_row(OURS, ["µs"])
        print_row("---", ["---"])
        print_row("judge", [f"{trial.judging:.0f}"])
        print_row("judge both spam and abuse, and say why", [f"{1e6 * np.median(took):.0f}"])
        print_row("learn", [f"{trial.learning:.0f}"])

    def weight(self) -> None:
        """What a process holds."""
        model = SHIPPED
        if not model.exists():
            model = self._scratch / "half.model"
            model.write_bytes(self._ours[0].data)
        print(f"\nA process and its memory; the model's file has {_megabytes(model)}\n")
        print_row("what it does", ["ms", "RSS, MB"])
        print_row("---", ["---", "---"])
        for step, (took, size) in weigh(model).items():
            print_row(step, [f"{took:.0f}", f"{size:.1f}"])

    def _learned(self, kind: type[MailFilter], side: int) -> Path:
        """Where a filter keeps what it learned before it judges a side."""
        folder = self._scratch / f"{kind.package}-{side}"
        folder.mkdir(exist_ok=True)
        return folder


def _judge_half(table: Table, row: str, method: Batch, halved: Halved, side: int) -> None:
    """Let one method learn one half and judge the other, and cut what it said into columns."""
    _progress(row)
    trial = method(halved.train(side), halved.test(side))
    table.times.setdefault(row, []).append((trial.learning, trial.judging))
    begin = 0
    for column, sides in halved.columns.items():
        end = begin + len(sides[side])
        table.add(row, column, trial.scores[begin:end], _labels(sides[side]))
        begin = end
    table.add(row, ALL, trial.scores, _labels(halved.test(side)))


def _held_or_spam(comment: Labelled, logit: float) -> bool:
    """Whether a moderator decides: on what is held, and on spam that was published. Good comments
    that were published stand without a decision.
    """
    return comment.positive or probability(logit) >= SitePolicy().hold_probability


def _also_confirmed(comment: Labelled, logit: float) -> bool:
    """The same where a moderator also confirms some of what was published, by chance."""
    chance = zlib.crc32(comment.subject.text.encode("utf-8", "surrogatepass"))
    return _held_or_spam(comment, logit) or chance % _CONFIRMED == 0


def _held(judged: Sequence[Judged]) -> str:
    if not judged:
        return "–"
    probabilities = np.array([probability(one.logit) for one in judged])
    labels = _labels([one.comment for one in judged])
    return held(probabilities, labels)


def _ours_online(shipped: Shipped, stream: Comments) -> Scores:
    return methods.online(shipped, stream).scores


def _of(halved: Halved, column: str, side: int) -> Comments:
    return halved.test(side) if column == ALL else halved.columns[column][side]


def _labels(comments: Comments) -> Labels:
    return np.array([comment.positive for comment in comments], bool)


def _megabytes(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.2f} MB"


def _progress(row: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {row}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
