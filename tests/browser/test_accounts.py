"""Accounts in a real browser: passkeys, codes, teams; and no page that keeps anybody out."""

import re
import secrets
import time

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from moderation.domain.roles import SiteRole
from moderation.services.accounts import add_moderator
from tests.browser.axe import violations_in_both
from tests.factories import PASSWORD, PASSWORD_HASH, House
from tests.stack import Stack

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def base(stack: Stack) -> str:
    """Passkeys need a name, which an IP address is not."""
    return stack.base_url.replace("127.0.0.1", "localhost")


@pytest.fixture
def owner(house: House) -> str:
    """An account of the test's own: its address."""
    email = f"olga-{secrets.token_hex(4)}@example.com"
    with house.rows():
        add_moderator(
            email, "Olga Ox", PASSWORD_HASH, house.clock(), sites=["demo"], role=SiteRole.OWNER
        )
    return email


def sign_in(page: Page, base: str, email: str) -> None:
    page.goto(f"{base}/queue/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_authenticator(page: Page) -> None:
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def expect_picture(page: Page) -> None:
    """The QR code is there, and came through the content policy."""
    page.wait_for_load_state("load")
    picture = page.get_by_role("img", name="QR code")
    assert picture.evaluate("image => image.naturalWidth") > 0


def look(page: Page) -> None:
    """Nothing keeps anybody out, and nothing is wider than the phone."""
    assert violations_in_both(page) == []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    page.set_viewport_size({"width": 390, "height": 844})


def test_a_passkey_is_registered_used_and_removed(page: Page, base: str, owner: str) -> None:
    add_authenticator(page)
    sign_in(page, base, owner)
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Add passkeys").click()
    page.get_by_label("Name it").fill("work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("ready to sign in with")
    expect(page.get_by_text("work laptop", exact=True)).to_be_visible()
    look(page)

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")

    page.goto(f"{base}/queue/account/passkeys")
    page.get_by_role("button", name="Remove the passkey work laptop").click()
    expect(page.get_by_role("status")).to_contain_text("removed")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("not known here")


def test_a_passkey_that_is_cancelled_can_be_asked_for_again(
    page: Page, base: str, owner: str
) -> None:
    add_authenticator(page)
    sign_in(page, base, owner)
    page.goto(f"{base}/queue/account/passkeys")
    # The page that asks is another, so the refusal is put there before its script runs.
    page.add_init_script(
        "if (!sessionStorage.once) { sessionStorage.once = 1;"
        "const real = navigator.credentials.create.bind(navigator.credentials);"
        "let refused = false;"
        "navigator.credentials.create = (o) => refused ? real(o)"
        " : (refused = true, Promise.reject(new Error('cancelled'))); }"
    )
    page.get_by_label("Name it").fill("phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("You can ask again")
    look(page)

    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("status")).to_contain_text("ready to sign in with")


def test_passkeys_are_offered_only_where_they_work(plain_page: Page, page: Page, base: str) -> None:
    plain_page.goto(f"{base}/queue/sign-in")
    expect(plain_page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(plain_page.get_by_text("passkey")).to_be_hidden()
    page.goto(f"{base}/queue/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()


def test_an_app_is_set_up_and_asked_for_without_javascript(
    plain_page: Page, base: str, owner: str
) -> None:
    page = plain_page
    sign_in(page, base, owner)
    page.goto(f"{base}/queue/account/authenticator")
    page.get_by_role("button", name="Set it up").click()
    expect_picture(page)
    app = TOTP(key=page.locator(".key code").inner_text().replace("-", ""), format="base32")
    page.get_by_label("Six digits").fill("000000")
    page.get_by_role("button", name="Use this app").click()
    expect(page.get_by_text("This code does not match")).to_be_visible()
    expect_picture(page)
    page.get_by_label("Six digits").fill(app.generate().token)
    page.get_by_role("button", name="Use this app").click()
    warning = page.locator(".notice", has_text="a lost phone locks you out")
    warning.get_by_role("link", name="Make recovery codes").click()
    page.get_by_role("button", name="Make them").click()
    code = page.locator(".codes code").first.inner_text()

    page.get_by_role("button", name="Sign out").click()
    sign_in(page, base, owner)
    page.get_by_label("Six digits").fill(app.generate(int(time.time()) + 30).token)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, base, owner)
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_an_invitation_makes_a_member_who_is_then_removed(
    plain_page: Page, chromium: Browser, base: str, owner: str
) -> None:
    page, who = plain_page, f"new-{secrets.token_hex(4)}@example.com"
    sign_in(page, base, owner)
    page.goto(f"{base}/queue/team")
    page.get_by_label("Email").fill(who)
    page.get_by_label("Admin").check()
    page.get_by_role("button", name="Send the invitation").click()
    link = page.get_by_label("The invitation’s link").input_value()
    other = chromium.new_context(java_script_enabled=False)
    guest = other.new_page()
    guest.goto(link)
    guest.get_by_label("Your name").fill("Nell New")
    guest.get_by_label("Choose a password").fill(PASSWORD)
    guest.get_by_label("The same again").fill(PASSWORD)
    guest.get_by_role("button", name="Join").click()
    guest.get_by_label("Email").fill(who)
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Sign in", exact=True).click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Queue")

    page.goto(f"{base}/queue/team/demo")
    member = page.get_by_role("listitem").filter(has_text=who)
    expect(member.get_by_role("combobox", name="Role of Nell New")).to_have_value("admin")
    member.get_by_role("combobox", name="Role of Nell New").select_option("moderator")
    member.get_by_role("button", name="Change the role").click()
    expect(page.get_by_role("status")).to_contain_text("role is changed")
    member.get_by_text("Remove").first.click()
    member.get_by_role("button", name="Remove Nell New from the site").click()
    expect(page.get_by_role("status")).to_contain_text("removed from this site")
    expect(page.get_by_text(who)).to_have_count(0)
    other.close()


def test_another_device_is_signed_out_from_this_one(
    page: Page, plain_page: Page, base: str, owner: str
) -> None:
    sign_in(page, base, owner)
    sign_in(plain_page, base, owner)
    page.goto(f"{base}/queue/account")
    look(page)
    page.get_by_role("button", name="Sign out all others").click()
    expect(page.get_by_role("status")).to_contain_text("Every other device")
    plain_page.reload()
    expect(plain_page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_every_page_before_signing_in_is_for_everybody(page: Page, stack: Stack, base: str) -> None:
    who = f"new-{secrets.token_hex(4)}@example.com"
    link = stack.command("moderator", "invite", who, "--site", "demo").strip()
    page.goto(re.sub("127.0.0.1", "localhost", link))
    look(page)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("8 characters or more").first).to_be_visible()
    look(page)
    page.goto(f"{base}/queue/invitation/nothing")
    look(page)
    page.goto(f"{base}/queue/sign-in")
    look(page)
    page.get_by_role("button", name="Sign in", exact=True).click()
    look(page)
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("Email").fill(who)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("status")).to_contain_text("If there is an account")
    look(page)


def test_every_page_of_the_account_is_for_everybody(
    page: Page, stack: Stack, base: str, owner: str
) -> None:
    page.goto(re.sub("127.0.0.1", "localhost", stack.command("moderator", "reset", owner).strip()))
    look(page)
    sign_in(page, base, owner)
    for path in ("account", "account/password", "account/passkeys", "account/recovery-codes"):
        page.goto(f"{base}/queue/{path}")
        look(page)
    page.goto(f"{base}/queue/verify")
    look(page)
    page.goto(f"{base}/queue/account/authenticator")
    look(page)
    page.get_by_role("button", name="Set it up").click()
    look(page)
    page.get_by_role("button", name="Use this app").click()
    look(page)
    page.goto(f"{base}/queue/team/demo")
    look(page)
    page.get_by_label("Email").fill(f"{'w' * 60}@{'w' * 50}.example")
    page.get_by_role("button", name="Send the invitation").click()
    look(page)
