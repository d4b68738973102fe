"""The embed doctor at the command line and on the owner's page."""

import socket
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from moderation.domain.roles import SiteRole
from moderation.web import embed_doctor
from tests.commands import run_command
from tests.factories import ORIGIN, PAGE, House
from tests.integration.queueing import post, signed_in
from tests.web_server import answer, reach, web_server

SERVER = "https://comments.example"
WELL = (
    f'<title>A drive</title><link rel="canonical" href="{PAGE}">'
    '<script src="{server}/widget.js" data-site="blog" async></script>'
    "<leave-a-reply>{fragment}</leave-a-reply>"
)
PATH = "/queue/sites/blog/doctor"


def well(server: str = SERVER, fragment: str = "") -> str:
    """A page with which all is well."""
    return WELL.replace("{server}", server).replace("{fragment}", fragment)


def command(house: House, *words: str) -> Result:
    """Run `moderation doctor embed` on the house's database."""
    environ = {
        "MODERATION_INSTANCE": str(house.settings.instance),
        "DATABASE_URL": house.settings.database_url,
        "MODERATION_PUBLIC_URL": SERVER,
    }
    return run_command(environ, "doctor", "embed", *words)


def test_a_file_that_is_well_ends_with_0_and_tells_what_was_looked_at(
    home: House, tmp_path: Path
) -> None:
    file = tmp_path / "index.html"
    file.write_text(well())

    no_headers = "of a file there are no headers to look at"
    done = command(home, str(file))

    assert done.exit_code == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "ok   All is well. Readers of this page can read and leave comments.",
        "Looked at:",
        f"  The file {file} ({len(well())} bytes, windows-1252); {no_headers}.",
        f"  The widget: one script from {SERVER}, one element.",
        f"  The canonical link: {PAGE}.",
        f"  The thread that readers get: {PAGE}.",
        f"  The origins of the site “blog”: {ORIGIN}.",
        "  Content Security Policy: none in headers, none in the page’s head.",
    ]


def test_a_page_that_is_not_ends_with_1_and_the_line_to_paste(home: House) -> None:
    policy = "default-src 'self'; connect-src https://comments.example"
    with web_server(answer(well().encode(), Content_Security_Policy=policy)) as server:
        done = command(home, "--anywhere", "--site", "blog", f"{server.url}/a")

    lines = done.stdout.splitlines()
    assert done.exit_code == 1, done.stdout + done.stderr
    at = lines.index(
        "bad  csp_script: The server’s Content-Security-Policy header (default-src) keeps the page "
        "from loading the widget’s script."
    )
    assert lines[at + 1 : at + 3] == [
        "     Change the policy to say:",
        f"       script-src 'self' {SERVER};",
    ]
    assert f"       http://127.0.0.1:{server.port}" in lines  # the origin to add


def test_a_private_address_is_not_asked_unless_the_operator_says_so(home: House) -> None:
    with web_server(answer(b"<p>Secret")) as server:
        done = command(home, "--site", "blog", server.url)

        assert server.asked == []
    assert done.exit_code == 1
    assert "bad  unreachable: 127.0.0.1 was to be asked on port" in done.stdout
    assert "or run `moderation doctor embed --anywhere ADDRESS`" in done.stdout


def test_the_operator_who_asked_anywhere_is_not_told_to(home: House) -> None:
    with web_server(answer(b"")) as server:
        gone = server.url
    done = command(home, "--anywhere", "--site", "blog", gone)

    assert done.exit_code == 1
    assert "bad  unreachable:" in done.stdout
    assert "--anywhere" not in done.stdout


def test_a_private_page_has_one_remedy(home: House) -> None:
    done = command(home, "--site", "blog", "http://127.0.0.1/")

    assert (
        "bad  unreachable: 127.0.0.1 is on a private network, where no reader can come.\n"
        "     Check the address, and whether the page opens in a browser. If it is not public, paste"
    ) in done.stdout


def test_an_old_fragment_is_found_by_the_threads_version(house: House, tmp_path: Path) -> None:
    house.publish()
    file = tmp_path / "index.html"
    file.write_text(well(fragment='<section class="lar" data-thread-version="0"></section>'))

    done = command(house, str(file))

    assert done.exit_code == 1
    assert "warn fragment_stale: " in done.stdout
    assert f"{SERVER}/s/blog/fragment?url={PAGE}" in done.stdout


def test_what_a_page_says_cannot_move_the_cursor(home: House, tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    file.write_text(well().replace(PAGE, "http://\x1b[2Jevil\u202e.example/"))

    done = command(home, str(file))

    assert done.exit_code == 1
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no-such-file.html"], "is neither an address"),
        (["--site", "nowhere", "x"], "no site of this name"),
        (["--url", "javascript:1", __file__], "A web address must start with"),
        (["http://user:secret@blog.example/"], "A web address must start with"),
    ],
)
def test_what_cannot_be_looked_at_is_told_in_one_line(
    home: House, words: list[str], told: str
) -> None:
    done = command(home, *words)

    assert done.exit_code == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_of_many_sites_the_page_tells_which(home: House, tmp_path: Path) -> None:
    with home.rows():
        home.add_site("shop")
    file = tmp_path / "index.html"
    file.write_text("<p>Nothing")
    unsure = command(home, str(file))
    file.write_text(well().replace('"blog"', '"shop"'))
    named = command(home, str(file))

    assert unsure.exit_code == 1
    assert "Name the site: --site SLUG (blog, shop)" in unsure.stderr
    assert "The origins of the site “shop”" in named.stdout


@pytest.fixture
def owner(house: House) -> FlaskClient:
    """The site's owner."""
    return signed_in(house, "Olive", SiteRole.OWNER)


def test_the_owner_pastes_a_page_and_is_told_that_all_is_well(owner: FlaskClient) -> None:
    page = post(owner, PATH, source=well("http://localhost"))

    assert page.status_code == 200
    assert "All is well" in page.text
    assert "What was looked at" in page.text


def test_the_owner_is_told_what_to_mend_and_what_to_paste(owner: FlaskClient) -> None:
    page = post(owner, PATH, page=PAGE, source="<p>My “café”")

    assert page.status_code == 200
    assert "There are no comments in this page" in page.text
    assert "character encoding" not in page.text  # what is pasted is text, not bytes
    assert (
        "&lt;script src=&#34;http://localhost/widget.js&#34; data-site=&#34;blog&#34; async&gt;"
        in page.text
    )


def test_the_owner_names_a_page_and_it_is_fetched(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_server(answer(well("http://localhost").encode())) as server:
        monkeypatch.setattr(embed_doctor, "REACH", reach(server))
        page = post(owner, PATH, page=f"{server.url}/a")

    assert server.asked == ["GET /a HTTP/1.1"]
    assert page.status_code == 200
    assert f"The page is on http://127.0.0.1:{server.port}, which is not one of" in page.text


def test_the_network_around_the_server_is_not_asked(owner: FlaskClient) -> None:
    with web_server(answer(b"<p>Secret")) as server:
        page = post(owner, PATH, page=server.url)

        assert server.asked == []
    assert page.status_code == 200
    assert "was to be asked on port" in page.text
    assert "paste its source under “The page is not public”" in page.text


@pytest.mark.parametrize("address", ["", "blog", "file:///etc/passwd"])
def test_what_is_no_address_is_told_at_the_field(owner: FlaskClient, address: str) -> None:
    page = post(owner, PATH, page=address)

    assert page.status_code == 400
    assert "A web address must start with http:// or https://" in page.text
    assert 'aria-invalid="true"' in page.text


def test_while_one_page_is_fetched_another_must_wait(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = []

    def answering(connection: socket.socket, line: str) -> None:
        second.append(post(owner, PATH, page=PAGE))
        answer(b"<p>Hello")(connection, line)

    with web_server(answering) as server:
        monkeypatch.setattr(embed_doctor, "REACH", reach(server))
        first = post(owner, PATH, page=server.url)

    assert (first.status_code, second[0].status_code) == (200, 429)
    assert second[0].headers["Retry-After"] == "5"
    assert "looking at another page just now" in second[0].text
    assert PAGE in second[0].text  # what was typed is still there


def test_a_page_can_hold_what_it_likes(owner: FlaskClient) -> None:
    evil = '"><script>alert(1)</script>'
    page = post(owner, PATH, source=f"<link rel=canonical href='{evil}'>{well()}", page=PAGE)

    assert page.status_code == 200
    assert "<script>alert" not in page.text
