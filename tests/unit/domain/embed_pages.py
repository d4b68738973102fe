"""Small pages that embed comments, well and badly."""

from dataclasses import replace
from typing import Any

from moderation.domain.embed_report import Facts

SERVER = "https://comments.example"
PAGE = "https://blog.example/a/"
FACTS = Facts(
    server=SERVER,
    slug="blog",
    origins=("https://blog.example",),
    required=("name", "email"),
    versions={"blog.example/a": 7},
)
SCRIPT = FACTS.script
ELEMENT = "<leave-a-reply></leave-a-reply>"
CANONICAL = f'<link rel="canonical" href="{PAGE}">'
HEAD = f"<title>A</title>{CANONICAL}{SCRIPT}"
FIELDS = (
    '<textarea name="comment"></textarea><input name="author"><input name="email">'
    f'<input name="redirect_to" value="{PAGE}">'
)
FORM = f'<form method="post" action="{SERVER}/s/blog/wp-comments-post.php">{FIELDS}</form>'

# What makes a page, and what is found in it, but for hints in parentheses.
PAGES: dict[str, tuple[dict[str, Any], str]] = {
    "a versioned script": (
        {"head": CANONICAL + f'<script src="{SERVER}/widget/a1b2/widget.js" data-site="blog"></script>'},
        "",
    ),
    "the site named by the element": (
        {
            "head": CANONICAL + f'<script src="{SERVER}/widget.js"></script>',
            "body": '<leave-a-reply site="blog"></leave-a-reply>',
        },
        "",
    ),
    "an element with an address needs no canonical link": (
        {"head": SCRIPT, "body": f'<leave-a-reply url="{PAGE}"></leave-a-reply>'},
        "",
    ),
    "two elements of two threads": (
        {"body": '<leave-a-reply url="/b/"></leave-a-reply><leave-a-reply url="/c/">'},
        "",
    ),
    "a plain form": ({"head": CANONICAL, "body": FORM}, ""),
    "a link to the hosted thread": (
        {"head": "", "body": f'<a href="{SERVER}/t/blog?url={PAGE}">Leave a reply</a>'},
        "",
    ),
    "a listing with counts": ({"body": "<span data-comment-count=''></span>"}, "(element_missing)"),
    "a listing with counts of other pages needs no canonical link": (
        {"head": SCRIPT, "body": "<span data-comment-count='/a/'></span>"},
        "(element_missing)",
    ),
    "a listing with the count of its own page, too": (
        {"head": SCRIPT, "body": "<b data-comment-count='/a/'></b><b data-comment-count></b>"},
        "(element_missing) canonical_missing",
    ),
    "places for counts that no script fills": (
        {"head": CANONICAL, "body": "<span data-comment-count='/a/'></span>"},
        "script_missing",
    ),
    # The answer.
    "not found": ({"status": 404}, "status"),
    "not modified": ({"status": 304}, "status"),
    "an unheard-of status": ({"status": 799}, "status"),
    "a password": ({"status": 401}, "wall"),
    "forbidden": ({"status": 403}, "wall"),
    "too many": ({"status": 429}, "wall"),
    "a challenge": ({"status": 200, "cf_mitigated": "challenge"}, "wall"),
    "a challenge by its title": ({"head": "<title>Just a moment...</title>", "body": ""}, "wall"),
    "led to a sign-in": (
        {"url": "https://blog.example/wp-login.php?to=a", "hops": (PAGE,), "body": ""},
        "wall",
    ),
    "a sign-in in its place": (
        {"head": "", "body": "<form><input type=password></form>"},
        "wall",
    ),
    "a sign-in beside the comments": ({"body": ELEMENT + "<form><input type=password>"}, ""),
    "a redirect": ({"hops": ("http://blog.example/a",)}, "(redirect)"),
    "a PDF": ({"Content_Type": "application/pdf"}, "content_type"),
    "no type": ({"Content_Type": ""}, "content_type"),
    "XHTML": ({"Content_Type": "application/xhtml+xml; charset=utf-8"}, ""),
    "empty": ({"content": b" \n"}, "not_a_page"),
    "sent elsewhere": (
        {"head": HEAD + "<meta http-equiv=Refresh content='0; URL=/b/'>"},
        "refresh",
    ),
    "no encoding, and no need": ({"Content_Type": "text/html"}, ""),
    "no encoding": ({"Content_Type": "text/html", "body": ELEMENT + "é"}, "charset"),
    "an encoding too late": (
        {
            "Content_Type": "text/html",
            "head": HEAD + f"<!--{'x' * 1_100}--><meta charset=utf-8>é",
        },
        "charset",
    ),
    "two encodings": (
        {"head": "<meta charset=latin1>" + HEAD, "body": ELEMENT + "é"},
        "(charset)",
    ),
    "a wrong encoding": (
        {"content": f"<title>caf\xe9</title>{HEAD}{ELEMENT}".encode("latin-1")},
        "charset",
    ),
    # The widget.
    "nothing": ({"head": CANONICAL, "body": "<p>Hello"}, "nothing_embedded"),
    "all of it in a comment": ({"head": "", "body": f"<!--{SCRIPT}{ELEMENT}-->"}, "nothing_embedded"),
    "no script": ({"head": CANONICAL}, "script_missing"),
    "no element": ({"body": ""}, "element_missing"),
    "an element in a template": (
        {"body": f"<template>{ELEMENT}</template>"},
        "element_missing",
    ),
    "a copy of the script": (
        {"head": CANONICAL + '<script src="/js/widget.js" data-site="blog"></script>'},
        "script_elsewhere",
    ),
    "a script without its site from elsewhere": (
        {"head": CANONICAL + '<script src="//cdn.example/widget.js"></script>'},
        "script_elsewhere",
    ),
    "another's widget.js is none of ours": (
        {"head": CANONICAL + '<script src="https://chat.example/widget.js"></script>', "body": FORM},
        "",
    ),
    "a script over http": (
        {"head": HEAD.replace("https://comments", "http://comments")},
        "script_elsewhere",
    ),
    "a script twice": ({"body": ELEMENT + SCRIPT}, "script_twice"),
    "a script that waits for consent": (
        {"head": HEAD.replace(" async", ' type="text/plain"')},
        "script_idle",
    ),
    "a module": ({"head": HEAD.replace(" async", " type=module")}, ""),
    "a script in noscript": ({"head": f"{CANONICAL}<noscript>{SCRIPT}</noscript>"}, "script_idle"),
    "integrity without crossorigin": (
        {
            "head": CANONICAL + f'<script src="{SERVER}/widget/a1/widget.js" data-site="blog" '
            'integrity="sha384-x"></script>'
        },
        "script_integrity",
    ),
    "integrity of a file that changes": (
        {"head": HEAD.replace(" async", ' integrity="sha384-x" crossorigin="anonymous"')},
        "script_integrity",
    ),
    "integrity of a file that changes, in one language": (
        {
            "head": CANONICAL + f'<script src="{SERVER}/widget.js?lang=de" data-site="blog" '
            'integrity="sha384-x" crossorigin="anonymous"></script>'
        },
        "script_integrity",
    ),
    "integrity of a version in one language": (
        {
            "head": CANONICAL + f'<script src="{SERVER}/widget/a1/widget.js?lang=de" '
            'data-site="blog" integrity="sha384-x" crossorigin="anonymous"></script>'
        },
        "",
    ),
    "a script with the words of one language": (
        {"head": HEAD.replace("/widget.js", "/widget.js?lang=de")},
        "",
    ),
    "no site": ({"head": HEAD.replace(' data-site="blog"', "")}, "site_missing"),
    "another site": ({"head": HEAD.replace('"blog"', '"shop"')}, "site_other"),
    "another site at the element": (
        {"body": '<leave-a-reply site="shop"></leave-a-reply>'},
        "site_other",
    ),
    "an iframe of ours": (
        {"head": "", "body": f'<iframe src="{SERVER}/t/blog?url={PAGE}"></iframe>'},
        "frame",
    ),
    # Threads.
    "another origin": ({"url": "https://www.blog.example/a/"}, "origin"),
    "another port": ({"url": "https://blog.example:8443/a/"}, "origin"),
    "http is another origin": ({"url": "http://blog.example/a/"}, "origin"),
    "two elements of one thread": ({"body": ELEMENT + ELEMENT}, "element_twice"),
    "one thread in two spellings": (
        {"body": f'{ELEMENT}<leave-a-reply url="{PAGE}index.html"></leave-a-reply>'},
        "element_twice",
    ),
    "an element of a foreign page": (
        {"body": '<leave-a-reply url="https://other.example/"></leave-a-reply>'},
        "thread_origin",
    ),
    "an element of no page": (
        {"body": '<leave-a-reply url="javascript:alert(1)"></leave-a-reply>'},
        "thread_origin",
    ),
    "no canonical link": ({"head": SCRIPT}, "canonical_missing"),
    "two canonical links": (
        {"head": HEAD + '<link rel="canonical" href="https://blog.example/b/">'},
        "canonical_several",
    ),
    "the same canonical link twice": ({"head": HEAD + CANONICAL}, ""),
    "a relative canonical link": (
        {"head": SCRIPT + '<link rel="canonical" href="/a/">'},
        "canonical_relative",
    ),
    "a relative one with a base": (
        {
            "head": '<base href="https://other.example/">'
            + SCRIPT
            + '<link rel="canonical" href="/a/">'
        },
        "canonical_relative thread_origin",
    ),
    "a canonical link to another origin": (
        {"head": SCRIPT + '<link rel="canonical" href="https://www.blog.example/a/">'},
        "thread_origin",
    ),
    "an http canonical link": (
        {"head": HEAD.replace("https://blog", "http://blog")},
        "thread_origin",
    ),
    "an http canonical link of a site with both": (
        {
            "head": HEAD.replace("https://blog", "http://blog"),
            "facts": replace(FACTS, origins=("https://blog.example", "http://blog.example")),
        },
        "(canonical_scheme)",
    ),
    "one canonical link on every page": (
        {"head": SCRIPT + '<link rel="canonical" href="https://blog.example/">'},
        "canonical_different",
    ),
    "a canonical link without a slash": ({"url": "https://blog.example/a"}, "(canonical_slash)"),
    "an address with a query": ({"url": PAGE + "?page=2"}, "(canonical_query)"),
    "an address with a visit's query": ({"url": PAGE + "?utm_source=x&fbclid=1"}, ""),
    "a canonical link with a query": (
        {"head": HEAD.replace(PAGE, PAGE + "?p=1")},
        "canonical_different",
    ),
    "https and http": (
        {"facts": replace(FACTS, server="http://comments.example")},
        "mixed_content script_elsewhere",
    ),
    # Fragments.
    "a fragment of today": (
        {"body": '<leave-a-reply><section class="lar" data-thread-version="7"></section></leave-a-reply>'},
        "",
    ),
    "an old fragment": (
        {"body": '<leave-a-reply><section class="lar" data-thread-version="6"></section></leave-a-reply>'},
        "fragment_stale",
    ),
    "a fragment that says nothing": (
        {"body": '<leave-a-reply><section data-thread-version="x"></section></leave-a-reply>'},
        "",
    ),
    "a fragment beside the element": (
        {"body": ELEMENT + '<section class="lar" data-thread-version="7"></section>'},
        "fragment_loose",
    ),
    # Content Security Policy.
    "a policy that suffices": (
        {"Content_Security_Policy": f"default-src 'none'; script-src {SERVER}; connect-src {SERVER}"},
        "",
    ),
    "a policy that stops both": (
        {"Content_Security_Policy": "default-src 'self'"},
        "csp_script csp_connect",
    ),
    "a policy that stops the script": (
        {"Content_Security_Policy": "script-src 'self'"},
        "csp_script",
    ),
    "a policy that stops the connection": (
        {"Content_Security_Policy": "connect-src 'self'"},
        "csp_connect",
    ),
    "a policy in the head": (
        {"head": '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">' + HEAD},
        "csp_script",
    ),
    "a policy in the body is none": (
        {"body": '<p><meta http-equiv="Content-Security-Policy" content="script-src \'self\'">' + ELEMENT},
        "",
    ),
    "a policy that only reports": (
        {"Content_Security_Policy_Report_Only": "default-src 'none'"},
        "",
    ),
    "a nonce that fits": (
        {
            "head": HEAD.replace(" async", ' nonce="abc"'),
            "Content_Security_Policy": "script-src 'nonce-abc' 'strict-dynamic'",
        },
        "",
    ),
    "no nonce": ({"Content_Security_Policy": "script-src 'nonce-abc'"}, "csp_script"),
    "strict-dynamic": (
        {"Content_Security_Policy": f"script-src 'strict-dynamic' {SERVER}"},
        "csp_script",
    ),
    "a sandbox": ({"Content_Security_Policy": "sandbox allow-scripts"}, "csp_sandbox"),
    "trusted types": (
        {"Content_Security_Policy": "require-trusted-types-for 'script'; trusted-types a"},
        "csp_trusted_types",
    ),
    "trusted types of any name": (
        {"Content_Security_Policy": "require-trusted-types-for 'script'"},
        "",
    ),
    "trusted types with ours": (
        {
            "Content_Security_Policy": "require-trusted-types-for 'script'; "
            "trusted-types a leave-a-reply"
        },
        "",
    ),
    "a policy that stops the form": (
        {"head": CANONICAL, "body": FORM, "Content_Security_Policy": "form-action 'self'"},
        "csp_form",
    ),
    "a policy that stops the script of a page without one": (
        {"head": CANONICAL, "body": FORM, "Content_Security_Policy": "default-src 'self'"},
        "",
    ),
    "a policy that stops our style sheet": (
        {
            "head": HEAD + f'<link rel="stylesheet" href="{SERVER}/widget.css">',
            "Content_Security_Policy": "style-src 'self'",
        },
        "csp_style",
    ),
    "a policy on style that is no matter": ({"Content_Security_Policy": "style-src 'self'"}, ""),
    # Forms.
    "a form for the page itself": (
        {"head": CANONICAL, "body": FORM.replace(f"{SERVER}/s/blog", "")},
        "form_action",
    ),
    "a form of another site": (
        {"head": CANONICAL, "body": FORM.replace("/s/blog/", "/s/shop/")},
        "form_action",
    ),
    "WordPress's form beside the widget": (
        {"body": ELEMENT + FORM.replace(f"{SERVER}/s/blog", "")},
        "form_action",
    ),
    "a form at the root, where the origin tells": (
        {"head": CANONICAL, "body": FORM.replace("/s/blog/", "/")},
        "",
    ),
    "a form sent with GET": ({"head": "", "body": FORM.replace('method="post"', "")}, "form_method"),
    "a form with files": (
        {"head": "", "body": FORM.replace("<form", '<form enctype="multipart/form-data"')},
        "form_method",
    ),
    "a form without an email": (
        {"head": "", "body": FORM.replace('<input name="email">', "")},
        "form_fields",
    ),
    "a form without an email that nobody asks for": (
        {
            "head": "",
            "body": FORM.replace('<input name="email">', ""),
            "facts": replace(FACTS, required=("name",)),
        },
        "",
    ),
    "a form that says no page": (
        {"head": "", "body": FORM.replace("redirect_to", "x")},
        "form_page",
    ),
    "a form of a foreign page": (
        {"head": "", "body": FORM.replace("blog.example", "other.example")},
        "form_page",
    ),
    "a form of another page": ({"head": "", "body": FORM.replace("/a/", "/b/")}, "form_page"),
    "a form to the hosted page": (
        {
            "head": "",
            "body": FORM.replace("/s/blog/wp-comments-post.php", "/t/blog")
            .replace("author", "name")
            .replace("redirect_to", "url"),
        },
        "",
    ),
    "a form to the hosted page with WordPress's names": (
        {"head": "", "body": FORM.replace("/s/blog/wp-comments-post.php", "/t/blog")},
        "form_fields form_page",
    ),
}  # fmt: skip
