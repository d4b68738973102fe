import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.classifier.measures import (
    at_threshold,
    auc,
    brier,
    calibration_error,
    recall_at,
    reliability,
)

pairs = st.lists(
    st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=2, max_size=60
).filter(lambda found: {label for _, label in found} == {True, False})


def _arrays(found: list[tuple[float, bool]]):
    return np.array([score for score, _ in found]), np.array([label for _, label in found])


@given(found=pairs)
@settings(deadline=None)
def test_they_agree_with_scikit_learn(found: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import brier_score_loss, f1_score, roc_auc_score  # takes a second to load

    scores, labels = _arrays(found)

    assert auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    assert brier(scores, labels) == pytest.approx(brier_score_loss(labels, scores))
    called = at_threshold(0.5, scores, labels)
    assert called.f1 == pytest.approx(f1_score(labels, scores >= 0.5, zero_division=0))


def test_recall_is_taken_where_one_in_a_hundred_good_ones_is_above() -> None:
    negatives = np.arange(200) / 200
    scores = np.concatenate([negatives, [0.984, 0.986, 0.999]])
    labels = np.array([False] * 200 + [True] * 3)

    # Two of 200 may be above: the threshold is the third highest, 0.985.
    assert recall_at(0.01, scores, labels) == pytest.approx(2 / 3)


def test_where_a_label_is_missing_there_is_no_number() -> None:
    scores, labels = np.array([0.1, 0.2]), np.array([False, False])

    assert math.isnan(auc(scores, labels))
    assert math.isnan(recall_at(0.01, scores, labels))
    called = at_threshold(0.15, scores, labels)
    assert (called.precision, called.false_positives) == (0, 0.5)
    assert math.isnan(called.recall)
    assert math.isnan(called.f1)


def test_true_probabilities_have_no_calibration_error() -> None:
    scores = np.repeat([0.25, 0.75], 4)
    labels = np.array([True, False, False, False, True, True, True, False])

    assert calibration_error(scores, labels) == pytest.approx(0)
    assert [(b.said, b.was, b.count) for b in reliability(scores, labels)] == [
        (0.25, 0.25, 4),
        (0.75, 0.75, 4),
    ]
