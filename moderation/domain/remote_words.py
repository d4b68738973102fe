"""Other services in words: what they are, what leaves the house for them, what was changed."""

from collections.abc import Mapping
from typing import Any

from moderation.domain.remote import (
    AkismetSettings,
    LlmTask,
    Service,
    ServiceSettings,
    StopForumSpamSettings,
    Without,
)

TITLES: dict[Service, str] = {
    Service.AKISMET: "Akismet",
    Service.SIGNED_HTTP: "A check of your own",
    Service.LLM: "A language model",
    Service.STOPFORUMSPAM: "StopForumSpam",
    Service.DNSBL: "Lists of domains (DNSBL)",
}
ABOUT: dict[Service, str] = {
    Service.AKISMET: "Automattic’s spam filter. It learns from your moderators’ corrections.",
    Service.SIGNED_HTTP: "A program of yours that is posted each comment, signed, and answers with "
    "points.",
    Service.LLM: "Any server with OpenAI’s API, also one on your own network. Whatever a comment "
    "tells it to do, its answer moves a comment by five points at most, never towards publication.",
    Service.STOPFORUMSPAM: "A public list of names and addresses that spammers use.",
    Service.DNSBL: "Public lists of domains that spam advertises, asked through the DNS.",
}
KEY_WORDS: dict[Service, str] = {
    Service.AKISMET: "API key",
    Service.SIGNED_HTTP: "Secret that requests are signed with",
    Service.LLM: "API key",
}
WITHOUT_WORDS: dict[Without, str] = {
    Without.HOLD: "Hold the comment for a person",
    Without.GO_ON: "Go on without it",
}
TASK_WORDS: dict[LlmTask, str] = {
    LlmTask.CHAT: "Spam and abuse, by a chat model",
    LlmTask.MODERATION: "Abuse alone, by a moderation model",
}
FIELD_WORDS: dict[str, str] = {
    "on": "Ask it about every new comment",
    "address": "Address",
    "key": "Key",
    "model": "Model",
    "task": "What it is asked for",
    "zones": "Lists",
    "timeout": "Seconds to wait",
    "daily_budget": "Questions a day",
    "on_failure": "If it does not answer",
    "on_budget": "If the questions of the day are used up",
    "send_email": "Send the commenter’s email address, too",
    "send_network": "Send the commenter’s network, too",
    "send_email_hash": "Send a hash of the commenter’s email address, too",
}

_WRITTEN = "the comment’s text, its author’s name and website, and the page’s address"


def leaves(service: Service, settings: ServiceSettings) -> str:
    """Exactly what leaves the house for a service with these settings, as a sentence goes on."""
    told = {
        Service.AKISMET: f"{_WRITTEN}, when it was written, which comment it answers, "
        "whether the field that people cannot see was filled in, the browser’s name, and of what a "
        "moderator corrects the same once more, with the correction.",
        Service.SIGNED_HTTP: f"{_WRITTEN} and title, when it was written, whether it is a "
        "reply, and your site’s short name. No address, no network.",
        Service.LLM: "the comment’s text, its author’s name and website, and the page’s "
        "title. No address, no network.",
        Service.STOPFORUMSPAM: "the name that the commenter gave.",
        Service.DNSBL: "as DNS queries, the domains of the author’s website and of the links "
        "in the comment, five at most. Nothing of the commenter.",
    }[service]
    return " ".join([told, *_opted(settings)])


def _opted(settings: ServiceSettings) -> list[str]:
    if isinstance(settings, AkismetSettings):
        email = "Their email address, opened for this" if settings.send_email else "No address"
        network = (
            "of the IP address the network, with its last part cut off, since no more is kept"
            if settings.send_network
            else "no network: 0.0.0.0 stands in its place"
        )
        return [f"{email}; {network}."]
    if isinstance(settings, StopForumSpamSettings):
        return [
            "And the MD5 hash of their email address, from which an address that somebody knows or "
            "guesses can be recognised."
            if settings.send_email_hash
            else "No address, nor anything made of it."
        ]
    return []


def tell_service(details: Mapping[str, Any]) -> list[str]:
    """An audited change of a service's settings, a line each."""
    service = details.get("service")
    lines = [TITLES[Service(service)]] if service in set(Service) else []
    lines += [
        f"{FIELD_WORDS[name]}: {_told(pair[0])} → {_told(pair[1])}"
        for name, pair in details.items()
        if name in FIELD_WORDS and isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004 -- before and after
    ]
    if details.get("key") in {"set", "replaced", "removed"}:
        lines.append(f"Key {details['key']}")
    return lines


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}"
    words: dict[Any, str] = {**WITHOUT_WORDS, **TASK_WORDS}
    return words[value].lower() if value in words else str(value) or "none"
