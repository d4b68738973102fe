"""The learned model in a worker: loaded once for each process, and each site's own learning kept
at hand for as long as it is the current one. Web processes never load this.
"""

import logging
from collections import OrderedDict

from sqlalchemy import select

from moderation.classifier.features import Features
from moderation.classifier.judge import Judge
from moderation.classifier.learner import SiteModel as Learned
from moderation.classifier.learner import probability
from moderation.classifier.model import Shipped, load_shipped
from moderation.domain.evidence import Subject
from moderation.domain.judgement import Judgement
from moderation.errors import ModelError
from moderation.models import SiteModel, db
from moderation.services import site_learning

_LOG = logging.getLogger(__name__)
_MOST_SITES = 20  # whose learning a process keeps at hand: 150 kB for 100 decisions


class Judging:
    """The shipped model and the judges made of it."""

    def __init__(self) -> None:
        self._shipped: Shipped | None = None
        self._fault: ModelError | None = None
        # By what a site's model was made of, so that one is never taken for another.
        self._judges: OrderedDict[tuple[bytes, str], Judge] = OrderedDict()

    def shipped(self) -> Shipped:
        """The shipped model, loaded on the first call.

        Raises:
            ModelError: it cannot be loaded; it is not tried again before the process starts anew.
        """
        if self._fault is not None:
            raise self._fault
        if self._shipped is None:
            try:
                self._shipped = load_shipped()
            except ModelError as error:
                self._fault = error
                _LOG.error("Comments are judged by the rules alone, and held: %s", error.message)
                raise
        return self._shipped

    def chance_of_spam(self, features: Features) -> float:
        """What the shipped model alone says of any site's comment; one half where there is none."""
        try:
            return probability(self.shipped().spam.logit(features))
        except ModelError:
            return 0.5

    def judge(self, subject: Subject, digest: bytes | None, kind: str) -> Judgement | None:
        """What was learned says of a comment; None where it can say nothing. Then the check that
        asks for it fails, and the comment is held.

        Args:
            subject: the comment.
            digest: of the site's current model; None while it has none.
            kind: of the site; nothing for any.
        """
        try:
            judge = self._judge_of(digest or b"", kind)
        except ModelError:
            return None
        try:
            return judge.judge(subject)
        except Exception as error:  # noqa: BLE001 -- what it breaks on must not stop the other checks
            # The kind of error only: its text could quote the comment.
            _LOG.error("The learned model broke on a comment: %s", type(error).__name__)
            return None

    def _judge_of(self, digest: bytes, kind: str) -> Judge:
        judge = self._judges.get((digest, kind))
        if judge is not None:
            self._judges.move_to_end((digest, kind))
            return judge
        learned = _learned(digest) if digest else None
        if digest and learned is None:
            return self._judge_of(b"", kind)
        judge = self._judges[digest, kind] = Judge(self.shipped().of_kind(kind), learned)
        if len(self._judges) > _MOST_SITES:
            self._judges.popitem(last=False)
        return judge


def _learned(digest: bytes) -> Learned | None:
    """A site's learning; None where it is gone by now, or damaged: then the shipped model judges
    alone until it is made anew, which is asked for.
    """
    data = db.session.scalar(select(SiteModel.data).where(SiteModel.digest == digest).limit(1))
    try:
        return None if data is None else Learned.from_bytes(data, to_judge=True)
    except ModelError as error:
        _LOG.error("The shipped model judges alone: %s", error.message)
        site_learning.throw_away(digest)
        return None


judging = Judging()
