"""Invitations: one person, once, for seven days; and what the answers do not tell."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from moderation.domain.actions import Action
from moderation.domain.roles import SiteRole
from moderation.models import AuditEntry, Invitation, Membership, Moderator, db
from tests.accounts import is_in, link_in, mails, post, sign_in
from tests.factories import House, csrf_token

TEAM = "/queue/team/blog"
CHOSEN = {"name": "Anna Bell", "password": "a fine password", "password_again": "a fine password"}


@pytest.fixture
def owner(house: House) -> FlaskClient:
    return house.sign_in("olga@example.com", role=SiteRole.OWNER)


def invite(owner: FlaskClient, email: str = "Anna@Example.org", role: str = "admin") -> str:
    """Invite, and give the link's path as the page shows it, once."""
    answer = post(owner, f"{TEAM}/invite", TEAM, email=email, role=role)
    assert answer.status_code == 201, answer.text
    found = re.search(r'value="http://localhost(/queue/invitation/[\w-]+)"', answer.text)
    assert found
    assert found[1] not in owner.get(TEAM).text
    return found[1]


def member(house: House, email: str) -> tuple[str, SiteRole] | None:
    with house.rows():
        row = db.session.execute(
            select(Moderator.name, Membership.role)
            .join(Membership, Membership.moderator_id == Moderator.id)
            .where(Moderator.email == email)
        ).one_or_none()
        return (row.name, row.role) if row else None


def join(house: House, link: str, **fields: str) -> tuple[FlaskClient, int, str]:
    browser = house.app.test_client()
    answer = post(browser, f"{link}/new", link, **(CHOSEN | fields))
    return browser, answer.status_code, answer.location or answer.text


def test_the_invited_chooses_name_and_password_and_is_a_member(
    house: House, owner: FlaskClient
) -> None:
    link = invite(owner)
    (mail,) = mails(house)
    assert mail.recipient == "anna@example.org"
    assert link_in(mail.letter.text) == link
    assert "Olga invites you" in mail.letter.text
    assert house.errands
    assert house.errands[0][0] == "workers.tasks.mail.send"

    browser, status, location = join(house, link)
    assert (status, "/queue/sign-in?next=" in location) == (303, True)
    assert not is_in(browser)
    _, answer = sign_in(house, "anna@example.org", "a fine password")
    assert answer.status_code == 302

    assert member(house, "anna@example.org") == ("Anna Bell", SiteRole.ADMIN)
    with house.rows():
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [e.action for e in entries] == [Action.MEMBER_INVITED, Action.MEMBER_JOINED]
        assert "@" not in "".join(str(e.details) for e in entries)
        row = db.session.scalars(select(Invitation)).one()
        assert row.email_sealed is None
        assert link.rpartition("/")[2].encode() not in row.token_hash


def test_who_has_an_account_signs_in_and_accepts(house: House, owner: FlaskClient) -> None:
    with house.rows():
        house.add_site("other")
    ben = house.sign_in(sites=("other",))
    link = invite(owner, "someone@example.org", "moderator")
    assert "Join as <bdi>Ben</bdi>" in ben.get(link).text
    assert post(ben, f"{link}/accept", link).status_code == 303

    assert post(ben, f"{link}/accept", "/queue/account").status_code == 404
    again = invite(owner, "someone@example.org", "owner")
    refused = post(ben, f"{again}/accept", again)
    assert (refused.status_code, "member of The blog already" in refused.text) == (409, True)
    assert "Ben" in owner.get(TEAM).text


def test_whether_the_invited_had_an_account_is_not_told(house: House, owner: FlaskClient) -> None:
    with house.rows():
        house.add_site("other")
    house.sign_in(sites=("other",))
    told = []
    for email in ("ben@example.com", "nobody@example.com"):
        link = invite(owner, email)
        page = re.sub(r'value="[^"]*"', "", house.app.test_client().get(link).text)
        _, status, location = join(house, link)
        token = link.rpartition("/")[2]
        told.append((page.replace(token, ""), status, location.replace(token, "")))

    assert told[0] == told[1]
    with house.rows():
        ben = db.session.scalars(select(Moderator).where(Moderator.email == "ben@example.com"))
        assert ben.one().name == "Ben"  # nothing of the account was touched
    _, answer = sign_in(house, "ben@example.com", "a fine password")
    assert answer.status_code == 200


@pytest.mark.parametrize("how", ["used", "revoked", "expired", "replaced", "unknown"])
def test_a_link_that_is_not_open_leads_nowhere(house: House, owner: FlaskClient, how: str) -> None:
    link = invite(owner)
    if how == "used":
        join(house, link)
    elif how == "revoked":
        with house.rows():
            number = db.session.scalars(select(Invitation.id)).one()
        path = f"{TEAM}/invitations/{number}/revoke"
        assert post(owner, path, TEAM).status_code == 303
        assert post(owner, path, TEAM).status_code == 404
    elif how == "expired":
        house.clock.move(days=7, seconds=1)
    elif how == "replaced":
        invite(owner)
    else:
        link = "/queue/invitation/never-made"
    browser = house.app.test_client()
    answer = browser.get(link)

    assert answer.status_code == 404
    assert "used already, taken back, or is older" in answer.text
    token = csrf_token(browser.get("/queue/sign-in").text)
    assert browser.post(f"{link}/new", data={"csrf_token": token} | CHOSEN).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "A name has 1 to 100 characters"),
        ({"name": "anna@example.org"}, "is not an email address"),
        ({"name": "anna＠example.org"}, "is not an email address"),
        ({"password": "short", "password_again": "short"}, "8 characters or more"),
        ({"password_again": "another password"}, "not the same"),
    ],
)
def test_what_was_typed_is_kept_but_for_the_password(
    house: House, owner: FlaskClient, fields: dict[str, str], words: str
) -> None:
    link = invite(owner)
    _, status, page = join(house, link, **fields)

    assert status == 422
    assert words in page
    assert "a fine password" not in page
    assert "name" in fields or 'value="Anna Bell"' in page
    assert member(house, "anna@example.org") is None


def test_guessing_links_is_throttled(house: House) -> None:
    browser = house.app.test_client()
    answers = [browser.get(f"/queue/invitation/guess-{n}") for n in range(21)]

    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_address_that_is_none_is_told(house: House, owner: FlaskClient) -> None:
    answer = post(owner, f"{TEAM}/invite", TEAM, email="not one", role="admin")

    assert answer.status_code == 422
    assert "not a whole email address" in answer.text
    assert 'value="not one"' in answer.text
    assert mails(house) == []
