"""The queue with a million comments, on SQLite and on PostgreSQL: `make benchqueue`.

Server time of whole requests, from the WSGI call to the last byte of HTML, signed in as the owner
of all 200 sites.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pgserver
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from benchmarks.million import SITES, fill, settle
from benchmarks.report import report
from moderation.cli.support import upgrade_database
from moderation.config import Settings, load_settings
from moderation.domain.queue_view import QueueView, write_cursor
from moderation.domain.roles import SiteRole
from moderation.models import Comment, Membership, Moderator, db
from moderation.privacy.keys import make_missing_secrets
from moderation.services import bulk
from moderation.web.app import create_app
from tests.factories import PASSWORD, PASSWORD_HASH, csrf_token

REPEATS = 40
VIEWS = {
    "held": "",
    "held, riskiest first": "order=riskiest",
    "spam": "tab=spam",
    "published": "tab=published",
    "rejected": "tab=rejected",
    "all": "tab=all",
    "all, riskiest first": "tab=all&order=riskiest",
    "one site": "site=site-3",
    "one thread": "tab=all&thread=403",
    "one commenter": "tab=all&commenter=403",
    "a common signal": "signal=LINK_FLOOD",
    "a rare signal": "signal=HONEYPOT",
    "a signal that is not there": "tab=published&signal=CHECK_ERROR",
    "a language": "language=de",
    "a day": "since=2025-06-01&until=2025-06-01",
    "a day, riskiest first": "tab=all&since=2025-06-01&until=2025-06-01&order=riskiest",
    "a word in every text": "q=thought",
    "a word in some": "q=word77",
    "a rare word": "q=seldom",
    "two words": "q=seldom+word77",
    "a word that is not there": "q=nowhere",
}


def main() -> None:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(Path(folder))
        measure("SQLite", settings)
        server = pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            measure("PostgreSQL", replace(settings, database_url=url))
        finally:
            server.cleanup()


def _settings(folder: Path) -> Settings:
    environ = {"MODERATION_INSTANCE": str(folder / "instance")}
    make_missing_secrets(load_settings(environ))
    return load_settings(environ)


def measure(name: str, settings: Settings) -> None:
    """Fill a database and measure every view, a decision and a bulk job."""
    app = create_app(settings, nudge=lambda *_: None, send_task=lambda *_: None)
    with app.app_context():
        upgrade_database()
        begun = time.perf_counter()
        fill(db.engine)
        _add_owner()
        settle(db.engine)
        print(f"\n{name}, a million comments (made in {time.perf_counter() - begun:.0f} s)")
    gc.collect()
    gc.freeze()  # as a web process does
    client = _sign_in(app.test_client())
    waits: list[float] = []
    print(f"  {'view':28} {'median':>8} {'99%':>8}   next page")
    for view, query in VIEWS.items():
        first = _times(client, f"/queue/?{query}")
        following = _times(client, _next(client, query))
        waits += first + following
        figures = f"{median(first):6.1f} ms {_worst(first):6.1f} ms"
        print(f"  {view:28} {figures}   {median(following):6.1f} ms")
    with app.app_context():
        cursor = _deep_cursor()
    shallow, deep = _alternating(client, "/queue/?", f"/queue/?after={cursor}")
    waits += deep
    print(f"  page 1,000 of what is held beside page 1: ratio {median(deep) / median(shallow):.2f}")
    report("all views", median(waits), "ms", "<", 50)
    report("99%", _worst(waits), "ms", "<", 150)
    decisions = list(_decide_some(client))
    report("a decision", median(decisions), "ms", "<", 100)
    with app.app_context():
        report("bulk", _bulk(), "/s", ">", 2000)
        db.session.remove()
        db.engine.dispose()


def _add_owner() -> None:
    now = datetime.now(UTC)
    owner = Moderator(
        email="owner@example.com",
        name="Olga",
        password=PASSWORD_HASH,
        fs_uniquifier="bench",
        created_at=now,
    )
    db.session.add(owner)
    db.session.flush()
    rows = [
        {"moderator_id": owner.id, "site_id": site_id, "role": SiteRole.OWNER}
        for site_id in range(1, SITES + 1)
    ]
    db.session.execute(insert(Membership), rows)
    db.session.commit()


def _sign_in(client: FlaskClient) -> FlaskClient:
    token = csrf_token(client.get("/queue/sign-in").text)
    form = {"email": "owner@example.com", "password": PASSWORD, "csrf_token": token}
    assert client.post("/queue/sign-in", data=form).status_code == 302
    return client


def _times(client: FlaskClient, path: str, repeats: int = REPEATS) -> list[float]:
    """Milliseconds of each of some requests; the first, which fills caches, is not among them."""
    _timed(lambda: client.get(path))
    return [_timed(lambda: client.get(path)) for _ in range(repeats)]


def _timed(ask: Callable[[], object]) -> float:
    begun = time.perf_counter()
    answer = ask()
    took = 1000 * (time.perf_counter() - begun)
    status = getattr(answer, "status_code", 200)
    assert status == 200, status
    return took


def _alternating(client: FlaskClient, one: str, other: str) -> tuple[list[float], list[float]]:
    pairs = [(_times(client, one, 1)[0], _times(client, other, 1)[0]) for _ in range(REPEATS)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _worst(waits: list[float]) -> float:
    return sorted(waits)[min(int(len(waits) * 0.99), len(waits) - 1)]


def _next(client: FlaskClient, query: str) -> str:
    """The address of a view's next page; of one that has none, the page itself."""
    page = client.get(f"/queue/?{query}").text
    after = page.rpartition("after=")[2].partition('"')[0].partition("&")[0]
    return f"/queue/?{query}&after={after}" if "after=" in page else f"/queue/?{query}"


def _deep_cursor() -> str:
    row = db.session.execute(
        select(Comment.created_at, Comment.id)
        .where(Comment.status == "held")
        .order_by(Comment.created_at, Comment.id)
        .offset(25 * 999)
        .limit(1)
    ).one()
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    microseconds = round((row.created_at - epoch).total_seconds() * 1_000_000)
    return write_cursor(microseconds, row.id)


def _decide_some(client: FlaskClient) -> Iterator[float]:
    page = client.get("/queue/").text
    token = csrf_token(page)
    ids = [part.partition('"')[0] for part in page.split('data-comment="')[1:]]
    for comment_id in ids[:20]:
        form = {"csrf_token": token, "revision": "1", "seen": "held", "decision": "approve"}
        headers = {"HX-Request": "true"}
        yield _timed(
            lambda form=form, headers=headers, comment_id=comment_id: client.post(
                f"/queue/{comment_id}", data=form, headers=headers
            )
        )


def _bulk() -> float:
    """Comments decided per second by one worker, of 10,000."""
    now = datetime.now(UTC)
    owner = db.session.scalars(select(Moderator.id)).one()
    first = select(Comment.id).where(Comment.status == "held").order_by(Comment.id).limit(10_000)
    newest = db.session.scalar(select(func.max(first.subquery().c.id)))
    assert newest is not None
    job_id = bulk.order_by_view(owner, "spam", QueueView(), newest, now)
    begun = time.perf_counter()
    while bulk.step(job_id, now):
        pass
    return bulk.own_job(owner, job_id).changed / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main())
