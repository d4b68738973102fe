"""The judgement: the shipped model and a site's own learning, on one comment."""

from moderation.classifier.advertising import count_advertised
from moderation.classifier.explaining import Shares, reasons
from moderation.classifier.features import features_of
from moderation.classifier.learner import SiteModel, probability
from moderation.classifier.model import Shipped
from moderation.classifier.normal import has_address
from moderation.classifier.pieces import cut
from moderation.classifier.reading import LONGEST_NAME, Reading, read
from moderation.domain.evidence import Subject
from moderation.domain.judgement import Judgement

_EXPLAINED = 0.2  # probability of abuse, below any threshold that a site would set


class Judge:
    """Judges comments of one site.

    Args:
        shipped: the model that comes with the package.
        site_model: what the site has taught, if it has yet.
    """

    def __init__(self, shipped: Shipped, site_model: SiteModel | None) -> None:
        self._shipped, self._site_model = shipped, site_model

    def judge(self, subject: Subject) -> Judgement:
        """How likely a comment is spam and how likely abuse, and why. Pure; takes any text."""
        shipped, site = self._shipped, self._site_model
        reading = read(subject)
        pieces = cut(subject, reading)
        features = features_of(pieces)
        weights, bias = shipped.spam.on(features)
        shipped_logit = float(weights @ features.values) + bias
        site_logit, believed = 0.0, 1.0
        if site is not None:
            site_logit, believed, own = site.adds(features)
            weights = weights + own
        abuse_weights, bias = shipped.abuse.on(features)
        abuse = probability(float(abuse_weights @ features.values) + bias)
        name = _told_name(subject, reading)
        return Judgement(
            probability=probability(shipped_logit + site_logit),
            shipped_logit=shipped_logit,
            site_logit=site_logit,
            seen=site.seen if site is not None else 0,
            believed=believed,
            version=shipped.version,
            reasons=reasons(name, reading, pieces, Shares(features, weights)),
            advertised=count_advertised(reading),
            abuse_probability=abuse,
            abuse_reasons=(
                reasons(name, reading, pieces, Shares(features, abuse_weights))
                if abuse >= _EXPLAINED
                else ()
            ),
        )


def _told_name(subject: Subject, reading: Reading) -> str:
    """The name as typed; nothing of one that is an email address or holds one, or of which so much
    was not read that it may.
    """
    if len(subject.name) > LONGEST_NAME or not reading.name or has_address(reading.name.text):
        return ""
    return subject.name.strip()
