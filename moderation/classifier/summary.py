"""What an evaluation comes to: the figures of every file, and of all of them together."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moderation.classifier.evaluation import Judged, Part, by_stage, measure
from moderation.classifier.labelled import Labelled
from moderation.domain.policy import SitePolicy


def summary(parts: Sequence[Part]) -> dict[str, Any]:
    """All figures, as JSON has them: null where there is none.

    Returns:
        `files`: for each file and question `file`, `question` and `online`, then figures of the
        `whole`, and by name or number those `by_decisions` that had been learned by then (online),
        `by_source`, and of abuse `by_language`; `together`: the same of all spam and ham of several
        files, by one threshold; null where there is one such file.
    """
    spam = [part for part in parts if not part.of_abuse]
    return {
        "files": [
            {"file": part.file, "question": _question(of_abuse=part.of_abuse), **_of_part(part)}
            for part in parts
        ],
        "together": _together(spam) if len(spam) > 1 else None,
    }


def thresholds(*, of_abuse: bool) -> dict[str, float]:
    """The shipped ones: by what happens from there on, the probability."""
    policy = SitePolicy()
    if of_abuse:
        return {"abuse": policy.abuse_probability}
    return {"hold": policy.hold_probability, "spam": policy.spam_probability}


def _question(*, of_abuse: bool) -> str:
    return "abuse" if of_abuse else "spam"


def _of_part(part: Part) -> dict[str, Any]:
    told = {**_whole(part.judged, part), "by_source": _each(_grouped(part.judged, _source), part)}
    if part.of_abuse:
        told["by_language"] = _each(_grouped(part.judged, _language), part)
    return told


def _source(comment: Labelled) -> str:
    return comment.source


def _language(comment: Labelled) -> str:
    return comment.subject.site_language


def _together(parts: Sequence[Part]) -> dict[str, Any]:
    return _whole([one for part in parts for one in part.judged], parts[0])


def _whole(judged: Sequence[Judged], part: Part) -> dict[str, Any]:
    stages = sorted(by_stage(judged).items()) if part.online else []
    return {
        "online": part.online,
        "whole": _figures(judged, part),
        "by_decisions": _each({str(stage): of_it for stage, of_it in stages}, part),
    }


def _each(groups: Mapping[str, Sequence[Judged]], part: Part) -> dict[str, Any]:
    return {name: _figures(of_it, part) for name, of_it in groups.items()}


def _figures(judged: Sequence[Judged], part: Part) -> dict[str, Any]:
    figures: dict[str, Any] = _told(measure(judged, thresholds(of_abuse=part.of_abuse)))
    return figures


def _grouped(
    judged: Sequence[Judged], name_of: Callable[[Labelled], str]
) -> dict[str, list[Judged]]:
    """What was judged, by a name that each comment has, in the order of names."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(name_of(one.comment), []).append(one)
    return dict(sorted(groups.items()))


def _told(value: Any) -> Any:
    """Without what JSON has no word for."""
    if isinstance(value, dict):
        return {name: _told(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_told(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
