"""The greatest number that is read anywhere does no harm."""

import pytest

from moderation.domain.roles import SiteRole
from moderation.domain.whole_number import MOST_STORED
from tests.factories import House
from tests.integration.queueing import post, signed_in


@pytest.mark.parametrize(
    "path",
    [
        "/queue/news?newest={n}&wave_shown={n}",
        "/queue/?commenter={n}&wave={n}",
        "/queue/audit?comment={n}&moderator={n}&older_than={n}",
        "/queue/audit?newer_than={n}",
        "/queue/sites/blog/threads?after={n}",
        "/queue/rules/blog?removed={n}",
    ],
)
def test_a_page_is_shown(house: House, path: str) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER)

    assert browser.get(path.format(n=MOST_STORED), follow_redirects=True).status_code == 200


def test_a_decision_on_such_a_revision_is_refused_in_words(house: House) -> None:
    browser = signed_in(house, "Olga", SiteRole.OWNER)
    comment = house.hold()

    answer = post(
        browser,
        f"/queue/{comment}",
        decision="spam",
        seen="held",
        revision=str(MOST_STORED),
        ids=str(MOST_STORED),
    )

    assert answer.status_code < 500
    with house.rows():
        assert house.comment(comment).status == "held"
