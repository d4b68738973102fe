"""The team of a site: roles, removal, and who may change them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from moderation.domain.actions import Action
from moderation.domain.roles import SiteRole
from moderation.models import AuditEntry, Membership, Moderator, db
from tests.accounts import is_in, post
from tests.factories import House, csrf_token

TEAM = "/queue/team/blog"


@pytest.fixture
def owner(house: House) -> FlaskClient:
    return house.sign_in("olga@example.com", role=SiteRole.OWNER)


def id_of(house: House, email: str) -> int:
    with house.rows():
        return int(db.session.scalars(select(Moderator.id).where(Moderator.email == email)).one())


def role_of(house: House, email: str) -> SiteRole | None:
    with house.rows():
        return db.session.scalar(
            select(Membership.role)
            .join(Moderator, Moderator.id == Membership.moderator_id)
            .where(Moderator.email == email)
        )


def audited(house: House) -> list[tuple[Action, dict]]:
    with house.rows():
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(row.action, row.details) for row in rows]


def test_an_owner_sees_the_team(house: House, owner: FlaskClient) -> None:
    house.sign_in()
    choose = owner.get("/queue/team")
    assert choose.location.endswith(TEAM)
    page = owner.get(TEAM).text

    assert "Olga" in page
    assert "Ben" in page
    assert "since 4 May 2026" in page


@pytest.mark.parametrize("role", [SiteRole.MODERATOR, SiteRole.ADMIN])
def test_only_an_owner_manages_the_team(house: House, owner: FlaskClient, role: SiteRole) -> None:
    member = house.sign_in(role=role)
    olga = id_of(house, "olga@example.com")
    answers = [
        member.get(TEAM),
        post(member, f"{TEAM}/invite", "/queue/account", email="a@b.example", role="owner"),
        post(member, f"{TEAM}/members/{olga}/role", "/queue/account", role="moderator"),
        post(member, f"{TEAM}/members/{olga}/remove", "/queue/account"),
        post(member, f"{TEAM}/invitations/1/revoke", "/queue/account"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert "you own none" in member.get("/queue/team").text
    assert role_of(house, "olga@example.com") is SiteRole.OWNER
    assert owner.get(TEAM).status_code == 200


@pytest.mark.usefixtures("owner")
def test_a_stranger_does_not_learn_that_the_site_is_there(house: House) -> None:
    with house.rows():
        house.add_site("other")
    stranger = house.sign_in(sites=("other",), role=SiteRole.OWNER)
    pages = [stranger.get("/queue/team/blog"), stranger.get("/queue/team/nothing")]

    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].text == pages[1].text
    assert post(stranger, f"{TEAM}/members/1/remove", "/queue/account").status_code == 404


def test_a_role_is_changed_and_audited(house: House, owner: FlaskClient) -> None:
    house.sign_in()
    ben = id_of(house, "ben@example.com")
    for _ in range(2):
        answer = post(owner, f"{TEAM}/members/{ben}/role", TEAM, role="admin")
        assert answer.status_code == 303

    assert role_of(house, "ben@example.com") is SiteRole.ADMIN
    assert audited(house) == [
        (
            Action.ROLE_CHANGED,
            {"member": ben, "name": "Ben", "before": "moderator", "after": "admin"},
        )
    ]


def test_a_member_is_removed_and_their_browser_sees_no_more_of_the_site(
    house: House, owner: FlaskClient
) -> None:
    member = house.sign_in()
    held = house.hold(name="Zoe")
    assert "Zoe" in member.get("/queue/").text
    ben = id_of(house, "ben@example.com")
    assert post(owner, f"{TEAM}/members/{ben}/remove", TEAM).status_code == 303

    assert role_of(house, "ben@example.com") is None
    assert is_in(member)
    assert f"comment-{held}" not in member.get("/queue/").text
    entries = [entry for entry in audited(house) if entry[0] is Action.MEMBER_REMOVED]
    assert entries == [(Action.MEMBER_REMOVED, {"member": ben, "name": "Ben", "role": "moderator"})]
    assert post(owner, f"{TEAM}/members/{ben}/remove", TEAM).status_code == 404


def test_the_last_owner_stays(house: House, owner: FlaskClient) -> None:
    olga = id_of(house, "olga@example.com")
    removed = post(owner, f"{TEAM}/members/{olga}/remove", TEAM)
    demoted = post(owner, f"{TEAM}/members/{olga}/role", TEAM, role="admin")

    assert (removed.status_code, demoted.status_code) == (409, 409)
    assert "the only owner" in removed.text
    assert role_of(house, "olga@example.com") is SiteRole.OWNER

    second = house.sign_in(role=SiteRole.OWNER)
    answer = post(owner, f"{TEAM}/members/{olga}/role", TEAM, role="moderator")
    assert answer.location.endswith("/queue/team")
    assert post(second, f"{TEAM}/members/{olga}/remove", TEAM).status_code == 303


def test_two_owners_who_remove_each_other_at_once_leave_one(
    house: House, owner: FlaskClient
) -> None:
    both = (owner, house.sign_in(role=SiteRole.OWNER))
    victims = (id_of(house, "ben@example.com"), id_of(house, "olga@example.com"))
    tokens = [csrf_token(browser.get(TEAM).text) for browser in both]

    def remove(browser: FlaskClient, victim: int, token: str) -> int:
        path = f"{TEAM}/members/{victim}/remove"
        return browser.post(path, data={"csrf_token": token}).status_code

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(remove, both, victims, tokens))

    # Whoever was second is no member any more, which the site tells as to any stranger.
    assert codes == [303, 404]
    roles = [role_of(house, f"{name}@example.com") for name in ("ben", "olga")]
    assert sorted(map(str, roles)) == ["None", "owner"]


def test_a_form_that_is_not_whole_changes_nothing(house: House, owner: FlaskClient) -> None:
    olga = id_of(house, "olga@example.com")
    answer = post(owner, f"{TEAM}/members/{olga}/role", TEAM, role="king")
    missing = owner.post(f"{TEAM}/members/{olga}/remove")

    assert (answer.status_code, missing.status_code) == (400, 400)
    assert role_of(house, "olga@example.com") is SiteRole.OWNER
