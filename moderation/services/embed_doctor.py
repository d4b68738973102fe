"""The embed doctor: fetch or take a page, look up what the service knows, and say what is wrong."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from moderation.domain.embed import examine, keys_of
from moderation.domain.embed_page import Answer, EmbedPage, read_page
from moderation.domain.embed_report import Code, Facts, Finding, Report, Severity
from moderation.domain.embed_thread import origin, page_address
from moderation.domain.site import SiteProfile
from moderation.errors import InvalidInputError, PageUnreachableError
from moderation.models import Thread, db
from moderation.services.fetching import Reach, fetch
from moderation.words import N_, Message

_MOST_THREADS = 100  # elements on one page whose fragments are compared
_CHECK = N_("Check the address, and whether the page opens in a browser.")
_NOT_PUBLIC = N_(
    "If it is not public, paste its source under “{box}” on the doctor’s page, or run {command} "
    "where the service runs.",
    box=N_("The page is not public"),
    command="`moderation doctor embed --anywhere ADDRESS`",
)


def visit(url: str, reach: Reach | None = None) -> EmbedPage | Report:
    """The page at an address, read; or what kept it from being fetched, as a report.

    Raises:
        InvalidInputError: it is no http or https address.
    """
    try:
        return read_page(fetch(url, reach))
    except PageUnreachableError as error:
        # Who asks anywhere already has nothing more to open.
        anywhere = reach is not None and reach.anywhere
        remedy = _CHECK if anywhere else Message.both(_CHECK, _NOT_PUBLIC)
        finding = Finding(Code.UNREACHABLE, Severity.FAULT, error.message, remedy)
        return Report(
            (finding,), (N_("{address}: nothing came that could be looked at.", address=url),)
        )


def read_file(name: str, content: bytes, url: str = "") -> EmbedPage:
    """A page from a file.

    Args:
        name: the file's, for people; nothing for text that was pasted.
        content: what is in it.
        url: where it is served, if that is known.
    """
    return read_page(Answer(name, url, (), None, (), content))


def diagnose(page: EmbedPage, site: SiteProfile, server: str) -> Report:
    """What is wrong with a page's comments.

    Args:
        page: the page.
        site: whose comments they should be.
        server: the service's address for browsers.
    """
    required = (("name", site.settings.name_required), ("email", site.settings.email_required))
    facts = Facts(
        server=server,
        slug=site.slug,
        origins=site.origins,
        required=tuple(name for name, needed in required if needed),
        versions=_versions(site, keys_of(page, site.origins)),
        language=site.settings.language,
    )
    return examine(page, facts)


def _versions(site: SiteProfile, keys: Iterable[str]) -> dict[str, int]:
    wanted = sorted(keys)[:_MOST_THREADS]
    rows = db.session.execute(
        select(Thread.key, Thread.version).where(
            Thread.site_id == site.site_id, Thread.key.in_(wanted)
        )
    )
    return {row.key: row.version for row in rows}


def site_of(page: EmbedPage, sites: Sequence[SiteProfile]) -> SiteProfile:
    """The site that a page belongs to: the one it names, else the one whose origin it is on, else
    the only one.

    Raises:
        InvalidInputError: none of these tells.
    """
    named = {e.attributes.get("site", "") for e in page.elements}
    named |= {script.attributes.get("data-site", "") for script in page.scripts}
    own = origin(page_address(page))
    for site in (
        *(site for site in sites if site.slug in named),
        *(site for site in sites if own in site.origins),
        *(sites if len(sites) == 1 else ()),
    ):
        return site
    raise InvalidInputError(
        "Which site this page belongs to cannot be told from it. Name the site: --site SLUG"
        f" ({', '.join(site.slug for site in sites) or 'there is none yet: moderation site add'})."
    )
