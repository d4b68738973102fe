"""Known attacks in what templates show as text: no element and no attribute comes of them."""

from sqlalchemy import update

from moderation.domain.submission import MAX_TITLE
from moderation.models import Comment, db
from tests.factories import PAGE, House
from tests.xss_corpus import VECTORS
from tests.xss_inventory import elements

BATCH = 30  # comments on the page

TEXTS = [vector.text.replace("\ud83d", "").replace("\x00", "") for vector in VECTORS]


def together(most: int) -> list[str]:
    """All of them, as many at a time as `most` characters have room for: the first that were not
    shown as text would change the page's elements.
    """
    pieces = [""]
    for text in TEXTS:
        if pieces[-1] and len(pieces[-1]) + len(text) > most:
            pieces.append("")
        pieces[-1] += text
    return pieces


def test_names_websites_and_titles_stay_text(home: House) -> None:
    house = home
    comments = [house.publish(website="https://a.example/") for _ in range(BATCH)]
    harmless = house.client.get("/t/blog", query_string={"url": PAGE}).text

    for start in range(0, len(TEXTS), BATCH):
        texts = TEXTS[start : start + BATCH]
        with house.rows():
            for comment, text in zip(comments, texts, strict=False):
                # As they are, past the schema, which would refuse the worst of them.
                values = {"name": text[:245], "website": f"https://a.example/?{text}"[:200]}
                db.session.execute(update(Comment).where(Comment.id == comment).values(values))
            db.session.commit()
        page = house.client.get("/t/blog", query_string={"url": PAGE}).text

        assert elements(page) == elements(harmless)


def test_what_is_asked_for_stays_text(home: House) -> None:
    new = "https://blog.example/new/"
    harmless = elements(home.client.get("/t/blog", query_string={"url": new, "title": "x"}).text)
    fault = elements(home.client.get("/t/blog", query_string={"url": "x"}).text)

    for text in together(MAX_TITLE):
        asked = {"url": new, "title": text, "replytocom": text, "status": text}
        assert elements(home.client.get("/t/blog", query_string=asked).text) == harmless
        assert elements(home.client.get("/t/blog", query_string={"url": text}).text) == fault


def test_what_comes_back_with_faults_stays_text(home: House) -> None:
    fields = ("comment", "name", "email", "website", "title", "parent", "post_id")
    harmless = elements(home.client.post("/t/blog", data=dict.fromkeys(fields, "\x01")).text)

    for text in together(2_000):
        typed = dict.fromkeys(fields, f"\x01{text}")
        assert elements(home.client.post("/t/blog", data=typed).text) == harmless
