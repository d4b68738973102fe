"""What judges labelled comments in `benchmarks.classifier`: ours, WordPress's rule, scikit-learn's.

All but the rule see the same: the text, and the name and website as lines below it.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from moderation.classifier.evaluation import Judged, judge_all, judge_and_learn
from moderation.classifier.heads import Head, no_head
from moderation.classifier.labelled import Labelled
from moderation.classifier.measures import Scores
from moderation.classifier.model import Shipped, pack, unpack
from moderation.classifier.training import train_head

Comments = Sequence[Labelled]
LINEAR_SVC = "LinearSVC, char 2-5 + word 1-2 TF-IDF"
_SEED = 20_261_126


@dataclass(frozen=True, slots=True)
class Trial:
    """How some comments were judged.

    Attributes:
        scores: one for each, higher for spam or abuse.
        learning, judging: how long that took for one comment, in microseconds.
    """

    scores: Scores
    learning: float
    judging: float


# Learns the first comments, judges the others.
Batch = Callable[[Comments, Comments], Trial]


def as_text(comment: Labelled) -> str:
    """What methods that know only text are given."""
    subject = comment.subject
    return f"{subject.text}\n{subject.name}\n{subject.website}"


def timed(learn: Callable[[], Any], judge: Callable[[], Scores], train: int, test: int) -> Trial:
    """Learn so many comments, then judge so many, with what that takes for each."""
    begun = time.perf_counter()
    learn()
    between = time.perf_counter()
    scores = judge()
    ended = time.perf_counter()
    return Trial(scores, 1e6 * (between - begun) / train, 1e6 * (ended - between) / test)


# What WordPress counts once it has made addresses into links.
_LINK = re.compile(r"<a\s[^>]*href|(?<![\"'=/>])\b(?:(?:https?|ftp)://|www\.)", re.IGNORECASE)


def two_links(train: Comments, test: Comments) -> Trial:
    """WordPress's rule, as it is set when new: two links or more in the text."""

    def judge() -> Scores:
        return np.array([len(_LINK.findall(c.subject.text)) >= 2 for c in test], float)

    return timed(lambda: None, judge, len(train), len(test))


def linear_svc(train: Comments, test: Comments) -> Trial:
    """A linear support vector machine on TF-IDF of characters and words."""
    tfidf = make_union(
        TfidfVectorizer(analyzer="char", ngram_range=(2, 5), sublinear_tf=True),
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    )
    return _sklearn(make_pipeline(tfidf, LinearSVC(random_state=_SEED)), train, test)


def complement_bayes(train: Comments, test: Comments) -> Trial:
    """Complement naive Bayes on counts of words: it does worse on characters and on TF-IDF."""
    counts = CountVectorizer(ngram_range=(1, 2))
    return _sklearn(make_pipeline(counts, ComplementNB()), train, test)


def hashed_sgd(train: Comments, test: Comments) -> Trial:
    """Logistic regression by stochastic gradient descent on hashed characters."""
    hashed = HashingVectorizer(analyzer="char", ngram_range=(1, 5), n_features=1 << 20)
    machine = SGDClassifier(loss="log_loss", random_state=_SEED)
    return _sklearn(make_pipeline(hashed, machine), train, test)


def _sklearn(pipeline: Any, train: Comments, test: Comments) -> Trial:
    texts, labels = [as_text(c) for c in train], [c.positive for c in train]
    judged = [as_text(c) for c in test]

    def judge() -> Scores:
        if hasattr(pipeline, "decision_function"):
            return np.asarray(pipeline.decision_function(judged), float)
        logs = pipeline.predict_log_proba(judged)
        return np.asarray(logs[:, 1] - logs[:, 0], float)

    return timed(lambda: pipeline.fit(texts, labels), judge, len(train), len(test))


class Ours:
    """The classifier of this project, trained on one half for spam and for abuse.

    Attributes:
        data: its file.
        shipped: the model, as it comes from the file.
        learning: by question how long training took for one comment, in microseconds.
    """

    def __init__(self, spam: Comments, abuse: Comments) -> None:
        heads: dict[str, Head] = {"spam": no_head(), "abuse": no_head()}
        self.learning: dict[str, float] = {}
        for question, comments in (("spam", spam), ("abuse", abuse)):
            if comments:
                begun = time.perf_counter()
                heads[question], _ = train_head(question, comments)
                self.learning[question] = 1e6 * (time.perf_counter() - begun) / len(comments)
        self.data = pack(heads["spam"], heads["abuse"], {})
        self.shipped = unpack(self.data)

    def batch(self, _train: Comments, test: Comments) -> Trial:
        """Judge as it is, having been trained on the same comments."""
        judged = judge_all(test, self.shipped)
        question = "abuse" if test[0].of_abuse else "spam"
        return Trial(scores_of(judged), self.learning[question], median_judging(judged))


def untaught() -> Shipped:
    """A shipped model that knows nothing: what a site learns is all there is."""
    return unpack(pack(no_head(), no_head(), {}))


def online(shipped: Shipped, stream: Comments) -> Trial:
    """Judge each comment, then learn it, on top of a shipped model."""
    judged = judge_and_learn(stream, shipped)
    learning = float(np.median([one.learning for one in judged]))
    return Trial(scores_of(judged), learning, median_judging(judged))


def scores_of(judged: Sequence[Judged]) -> Scores:
    """What was said of each comment."""
    return np.array([one.logit for one in judged])


def median_judging(judged: Sequence[Judged]) -> float:
    """How long judging one took, in microseconds."""
    return float(np.median([one.judging for one in judged]))
