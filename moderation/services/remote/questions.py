"""A comment as a question: what any service may know, and what a site has opted in to tell."""

from dataclasses import replace
from ipaddress import ip_network

from moderation.domain.akismet_door import TEST_DOOR
from moderation.domain.remote import AkismetSettings, ServiceSettings, StopForumSpamSettings
from moderation.models import Comment, Commenter, Site, Thread, db
from moderation.privacy.sealing import EmailVault, SealedEmail
from moderation.services.remote.interface import Question


def question_of(comment: Comment, site: Site, text: str, links: tuple[str, ...] = ()) -> Question:
    """A comment as any service may see it: nothing yet of who wrote it but name and website."""
    thread = db.session.get_one(Thread, comment.thread_id)
    again = "edit" if comment.revision > 1 else "recheck" if comment.ask_at else ""
    return Question(
        text=text,
        name=comment.name,
        website=comment.website or "",
        page=thread.url,
        page_title=thread.title or comment.page_title,
        site_url=site.origins[0],
        site=site.slug,
        language=(site.settings.language or "").partition("-")[0],
        user_agent=comment.user_agent,
        written_at=comment.created_at,
        is_reply=comment.parent_id is not None,
        parent=str(comment.parent_id or ""),
        honeypot=comment.honeypot,
        links=links,
        again=again,
        is_test=comment.door == TEST_DOOR,
    )


def confided(
    vault: EmailVault,
    question: Question,
    settings: ServiceSettings,
    comment: Comment,
    commenter: Commenter,
) -> Question:
    """The question, with what the site has opted in to tell of the commenter.

    Raises:
        ConfigError: the address does not open.
    """
    email = network = ""
    wants_email = (isinstance(settings, AkismetSettings) and settings.send_email) or (
        isinstance(settings, StopForumSpamSettings) and settings.send_email_hash
    )
    if wants_email and commenter.has_address:
        sealed = SealedEmail(commenter.email_key_id, commenter.email_sealed)
        email = vault.open(commenter.site_id, commenter.email_index, sealed)
    if isinstance(settings, AkismetSettings) and settings.send_network:
        network = str(ip_network(comment.network).network_address)
    return replace(question, email=email, network=network)
