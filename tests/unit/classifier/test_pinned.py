from zlib import crc32

from moderation.classifier.features import extract
from moderation.domain.evidence import EmailClass, Subject

# Shipped weights hold for these places and values alone: who changes them raises LAYOUT.
ODD = (
    Subject(""),
    Subject("Nice!", "Ann"),
    Subject("I was there too. ", "ann marie 2", site_language="en", language="en"),
    Subject(
        "tthe great post, thanks yoou", "Cheap Poker", "http://www.poker-cheap.example/a/b?c=1"
    ),
    Subject("Ｖｉａｇｒａ c a s i n o v1agra ca$ino", "MAX", "https://xn--e1afmkfd.example"),
    Subject("Мне нравится казино", "Иван", language="ru", site_language="en"),
    Subject("赌场 在线 加微信", "王", site_language="zh"),
    Subject("příliš žluťoučký kůň shopping", "Jiří", language="cs", site_language="cs"),
    Subject("[url=http://bit.ly/x]x[/url] call 1-888-203-9661", "", "https://t.me/x"),
    Subject(
        "write to ann@mail.example https://a.example/users/7.html", "a@b.example", "ann.example"
    ),
    Subject("🅲🅰🆂 \u202eleft\u200b \ud800 \0 &amp;lt; %41", "\ud800", "http://[::1]/"),
    Subject("see https://ann.example/me", "Ann Example", "https://ann.example", EmailClass.FREE),
    Subject(
        "WHY?! it is so far " * 40, form_seconds=3.0, page_title="Far away", parent_text="it is"
    ),
)
# How many places each has, and a checksum of them with their values.
PINNED = [
    (14, 730027043),
    (44, 2463816396),
    (90, 3721292339),
    (131, 2694586390),
    (126, 1772644672),
    (85, 858366827),
    (66, 1408169111),
    (106, 1412934729),
    (146, 3834587007),
    (151, 3987560663),
    (78, 3787066686),
    (119, 744465942),
    (69, 71595126),
]


def test_features_of_odd_comments_stay_as_they_are() -> None:
    found = [(len(one.places), crc32(one.pack())) for one in map(extract, ODD)]

    assert found == PINNED
