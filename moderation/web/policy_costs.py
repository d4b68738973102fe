"""What a policy's thresholds come to, for whoever sets them."""

from dataclasses import dataclass

from moderation.domain.costs import Bill, Cost, bill, costs
from moderation.domain.policy import SitePolicy
from moderation.models import Site
from moderation.services.learned import judged_then_decided


@dataclass(frozen=True, slots=True)
class Costs:
    """Of the policy as it is, and of what was typed, where that says something else.

    Attributes:
        now: the thresholds of today, what they come to.
        typed: the same of what was typed; None where that is the same, or cannot be read.
        table: of all thresholds that are usual or were named.
    """

    now: tuple[SitePolicy, Bill]
    typed: tuple[SitePolicy, Bill] | None
    table: list[Cost]

    @property
    def wanted(self) -> SitePolicy:
        """The policy that the table is about."""
        return (self.typed or self.now)[0]


def costs_of(site: Site, typed: SitePolicy | None) -> Costs:
    """What thresholds would have come to on the latest comments that moderators decided."""
    decided = judged_then_decided(site.id)
    now = site.policy

    def reckon(policy: SitePolicy) -> tuple[SitePolicy, Bill]:
        return policy, bill(decided, policy.hold_probability, policy.spam_probability)

    wanted = typed or now
    return Costs(
        reckon(now),
        None if wanted.thresholds == now.thresholds else reckon(wanted),
        costs(decided, wanted.hold_probability, wanted.spam_probability),
    )
