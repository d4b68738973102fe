"""What the classifier costs a process, and what scikit-learn would: measured in new processes."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

_ROUNDS = 5
_ROOT = Path(__file__).parents[1]
# Each tells how long its last step took, and what it holds in memory then.
_PROGRAM = """
import json, sys, time
{before}
begun = time.perf_counter()
{step}
took = time.perf_counter() - begun
import psutil
print(json.dumps([1000 * took, psutil.Process().memory_info().rss / 2**20]))
"""
_IMPORT = """
from pathlib import Path
from moderation.classifier.features import extract
from moderation.classifier.learner import Lesson, SiteModel
from moderation.classifier.model import load_shipped
from moderation.domain.evidence import Subject
"""
_LOAD = "shipped = load_shipped(Path(sys.argv[1]))"
_JUDGE = """
comments = [extract(Subject(text=f"Thought {n} of a reader")) for n in range(100)]
for features in comments:
    shipped.spam.logit(features)
"""
_LEARN = """
site = SiteModel()
for number, features in enumerate(comments):
    site.learn(Lesson(features, number % 2 == 0), shipped)
"""
_SKLEARN = """
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC
"""
# The libraries that a worker has besides the classifier's.
_WORKER = """
import cryptography.fernet, email_validator, flask_sqlalchemy, kombu.transport.redis, linkify_it
import markdown_it, nh3, pydantic, re2, yaml
from celery import Celery
Celery().tasks
"""
# What is done, after what; both are in memory then, only the former's time is told.
_STEPS = {
    "nothing, Python alone": ("pass", ""),
    "import NumPy": ("import numpy", ""),
    "import scikit-learn (LinearSVC, TfidfVectorizer)": (_SKLEARN, ""),
    "import the classifier, NumPy with it": (_IMPORT, ""),
    "… load its model": (_LOAD, _IMPORT),
    "… judge 100 comments": (_JUDGE, _IMPORT + _LOAD),
    "… learn them as a site": (_LEARN, _IMPORT + _LOAD + _JUDGE),
    "import the libraries that a worker has besides": (_WORKER, ""),
    "… all of the classifier's, from its import on": (_IMPORT + _LOAD + _JUDGE + _LEARN, _WORKER),
}


def weigh(model: Path) -> dict[str, tuple[float, float]]:
    """By what a new process does: how many milliseconds that takes, and how many megabytes the
    process holds then (RSS); medians.

    Args:
        model: the file of the model to load.
    """
    return {name: _weigh(step, before, model) for name, (step, before) in _STEPS.items()}


def _weigh(step: str, before: str, model: Path) -> tuple[float, float]:
    command = [sys.executable, "-c", _PROGRAM.format(before=before, step=step), str(model)]
    rounds = [
        json.loads(subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True).stdout)
        for _ in range(_ROUNDS)
    ]
    return median(took for took, _ in rounds), median(size for _, size in rounds)
