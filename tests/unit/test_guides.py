"""The guides to embedding: what they tell people to paste is what the embed doctor finds well."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from moderation.domain.embed import examine, keys_of
from moderation.domain.embed_page import Answer, EmbedPage, read_page
from moderation.domain.embed_report import Facts

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
SERVER = "https://comments.example"
PAGE = "https://blog.example/first-drive/"
FACTS = Facts(SERVER, "blog", ("https://blog.example",), ("name", "email"), {})
POLICY = re.compile(r"script-src [^\n\"]+")
LANGUAGES = {"html", "astro", "tsx", "python"}  # of those that hold markup

# What the tools make of what the guides leave to them, in this order.
MADE = (
    (r"\{`([^`]*)`\}", r'"\1"'),
    (r"=\{new URL\([^{}]*\)\.href\}", f'="{PAGE}"'),
    (r"=\{url\}", f'="{PAGE}"'),
    (r"\{\{ [\w.]*server \}\}|\{server\}", SERVER),
    (r"\{\{ [\w.]*site \}\}|\{site\}", "blog"),
    (r"\{\{ [^{}]*(Permalink|url)[^{}]*\}\}|\$?\{url\}", PAGE),
    (r"\{\{[^{}]*\}\}|\{%[^{}]*%\}", ""),
)


def blocks(guide: Path) -> list[tuple[str, str]]:
    """The language and the text of each code block."""
    return re.findall(r"^```(\w*)\n(.*?)^```", guide.read_text(), re.MULTILINE | re.DOTALL)


def markup(guide: Path) -> list[str]:
    """Each block with something of ours in it, as the tool makes it."""
    ours = re.compile(r"<leave-a-reply|widget\.js|wp-comments-post|data-comment-count")
    found = [text for kind, text in blocks(guide) if kind in LANGUAGES and ours.search(text)]
    for pattern, made in MADE:
        found = [re.sub(pattern, made, text) for text in found]
    return found


def page_with(block: str, policy: str = "") -> EmbedPage:
    """A page with a block in it, and with what of the snippet other blocks hold."""
    script = "" if "/widget.js" in block else FACTS.script
    other = (
        "" if re.search("<leave-a-reply|data-comment", block) else "<leave-a-reply></leave-a-reply>"
    )
    head = "" if "canonical" in block else f'<link rel="canonical" href="{PAGE}">'
    html = (
        block if "<!doctype" in block else f"<head>{head}{script}</head><body>{block}{other}</body>"
    )
    headers = [("Content-Type", "text/html; charset=utf-8")]
    headers += [("Content-Security-Policy", policy)] if policy else []
    return read_page(Answer(PAGE, PAGE, (), 200, tuple(headers), html.encode()))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
class TestGuide:
    def test_what_it_has_pasted_is_well(self, guide: Path) -> None:
        for block in markup(guide):
            page = page_with(block)
            report = examine(page, FACTS)

            assert report.well, (block, report.findings)
            if page.elements:
                assert keys_of(page, FACTS.origins) == {"blog.example/first-drive"}, block

    def test_it_has_both_script_and_element_pasted(self, guide: Path) -> None:
        pasted = "\n".join(markup(guide))

        assert FACTS.script.removeprefix("<script ") in pasted
        assert f'<leave-a-reply url="{PAGE}">' in pasted
        assert "data-comment-count" in guide.read_text()

    def test_its_policy_lets_all_of_it_work(self, guide: Path) -> None:
        policies = [found[0] for _, text in blocks(guide) if (found := POLICY.search(text))]
        assert len(policies) == 1

        strict = f"default-src 'none'; form-action 'self'; {policies[0]}"
        if "form-action" in policies[0]:
            strict = f"default-src 'none'; {policies[0]}"
        for block in markup(guide):
            report = examine(page_with(block, strict), FACTS)
            assert report.well, (block, report.findings)

    def test_it_says_what_it_was_tried_with_and_is_found(self, guide: Path) -> None:
        text = guide.read_text()

        assert re.search(r"^Tried in \w+ \d{4} with ", text, re.MULTILINE)
        assert "moderation doctor embed" in text
        assert "moderation thread close" in text
        assert f"guides/{guide.name}" in (DOCS / "embedding.md").read_text()
        assert f"docs/guides/{guide.name}" in (DOCS.parent / "README.md").read_text()


# A post as WordPress exports it, in short; the markup is that of its `comment_form()`.
EXPORTED = f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8" /><link rel="canonical" href="{PAGE}" /></head><body>
<div id="comments"><div id="respond" class="comment-respond">
<form action="https://blog.example/wp-comments-post.php" method="post" id="commentform">
<textarea id="comment" name="comment" required></textarea>
<input id="author" name="author" required /><input id="email" name="email" required />
<input name="submit" type="submit" id="submit" value="Post Comment" />
<input type='hidden' name='comment_post_ID' value='12' id='comment_post_ID' />
<input type='hidden' name='comment_parent' id='comment_parent' value='0' />
</form> </div><!-- #respond --></div>
<a href="{PAGE}#respond">Leave a comment<span> on First drive</span></a></body></html>"""


@pytest.mark.skipif(not shutil.which("perl"), reason="the guide's script is for perl")
def test_the_script_for_an_export_makes_a_page_that_is_well_however_often_it_is_run(
    tmp_path: Path,
) -> None:
    script = next(text for kind, text in blocks(DOCS / "guides/wordpress.md") if "perl" in text)
    file = tmp_path / "index.html"
    file.write_text(EXPORTED)
    made = []
    for _ in range(2):
        subprocess.run(["/bin/sh", "-ec", script], cwd=tmp_path, check=True)
        made.append(file.read_text())

    report = examine(page_with(made[0].replace("<!DOCTYPE", "<!doctype")), FACTS)
    assert not report.findings
    assert f'<span data-comment-count="{PAGE}">Comments</span></a>' in made[0]
    assert made[0] == made[1]
