"""Cross-site scripting as it is published: one vector of each known form, which calls a canary.

The forms are those of OWASP's XSS Filter Evasion Cheat Sheet, PortSwigger's XSS cheat sheet,
html5sec.org, the papers on mutation XSS (Heiderich et al. 2013; Bentkowski 2020 on DOMPurify), and
for WordPress's tags and Markdown, the advisories on their renderers.

`CALL` in a vector becomes `xss(<its number>)`, `NUMBER` the number alone, `HOST` a host that nobody
may ask. Of `«coding|text»` the text is written in that coding.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.xss_contexts import CONTEXTS
from tests.xss_elements import ELEMENTS

CANARY = "xss"
HOST = "evil.example"


@dataclass(frozen=True, slots=True)
class Vector:
    """One attack.

    Attributes:
        number: what its canary is called with.
        family: what it abuses.
        text: what is typed.
    """

    number: int
    family: str
    text: str

    def __str__(self) -> str:
        return f"{self.number} {self.family}"


_CODINGS: dict[str, Callable[[str], str]] = {
    "dec": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "padded": lambda text: "".join(f"&#{ord(c):07}" for c in text),
    "hexref": lambda text: "".join(f"&#x{ord(c):X};" for c in text),
    "hex": lambda text: "".join(f"\\x{ord(c):02x}" for c in text),
    "unicode": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "url": lambda text: "".join(f"%{ord(c):02X}" for c in text),
    "b64": lambda text: base64.b64encode(text.encode()).decode(),
}
_CODED = re.compile(r"«(\w+)\|(.*?)»", re.DOTALL)


def _written(template: str, number: int) -> str:
    text = template.replace("CALL", f"{CANARY}(NUMBER)")
    text = text.replace("NUMBER", str(number)).replace("HOST", HOST)
    return _CODED.sub(lambda found: _CODINGS[found[1]](found[2]), text)


VECTORS: tuple[Vector, ...] = tuple(
    Vector(number, family, _written(template, number))
    for number, (family, template) in enumerate(
        (
            (family, template)
            for family, templates in {**ELEMENTS, **CONTEXTS}.items()
            for template in templates
        ),
        1,
    )
)
