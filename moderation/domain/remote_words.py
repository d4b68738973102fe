"""Other services in words: what they are, what leaves the house for them, what was changed."""

from collections.abc import Mapping
from typing import Any

from moderation.domain.changes import pairs_in
from moderation.domain.remote import (
    AkismetSettings,
    LlmTask,
    Service,
    ServiceSettings,
    StopForumSpamSettings,
    Without,
)
from moderation.words import N_, Message

TITLES: dict[Service, str] = {
    Service.AKISMET: N_("Akismet"),
    Service.SIGNED_HTTP: N_("A check of your own"),
    Service.LLM: N_("A language model"),
    Service.STOPFORUMSPAM: N_("StopForumSpam"),
    Service.DNSBL: N_("Lists of domains (DNSBL)"),
}
ABOUT: dict[Service, str] = {
    Service.AKISMET: N_("Automattic’s spam filter. It learns from your moderators’ corrections."),
    Service.SIGNED_HTTP: N_(
        "A program of yours that is posted each comment, signed, and answers with points."
    ),
    Service.LLM: N_(
        "Any server with OpenAI’s API, also one on your own network. Whatever a comment tells it "
        "to do, its answer moves a comment by five points at most, never towards publication."
    ),
    Service.STOPFORUMSPAM: N_("A public list of names and addresses that spammers use."),
    Service.DNSBL: N_("Public lists of domains that spam advertises, asked through the DNS."),
}
KEY_WORDS: dict[Service, str] = {
    Service.AKISMET: N_("API key"),
    Service.SIGNED_HTTP: N_("Secret that requests are signed with"),
    Service.LLM: N_("API key"),
}
WITHOUT_WORDS: dict[Without, str] = {
    Without.HOLD: N_("Hold the comment for a person"),
    Without.GO_ON: N_("Go on without it"),
}
TASK_WORDS: dict[LlmTask, str] = {
    LlmTask.CHAT: N_("Spam and abuse, by a chat model"),
    LlmTask.MODERATION: N_("Abuse alone, by a moderation model"),
}
FIELD_WORDS: dict[str, str] = {
    "on": N_("Ask it about every new comment"),
    "address": N_("Address"),
    "key": N_("Key"),
    "model": N_("Model"),
    "task": N_("What it is asked for"),
    "zones": N_("Lists"),
    "timeout": N_("Seconds to wait"),
    "daily_budget": N_("Questions a day"),
    "on_failure": N_("If it does not answer"),
    "on_budget": N_("If the questions of the day are used up"),
    "send_email": N_("Send the commenter’s email address, too"),
    "send_network": N_("Send the commenter’s network, too"),
    "send_email_hash": N_("Send a hash of the commenter’s email address, too"),
}

_LEAVES: dict[Service, str] = {
    Service.AKISMET: N_(
        "the comment’s text, its author’s name and website, the page’s address, when it was "
        "written, which comment it replies to, whether the field that people cannot see was filled "
        "in, and the browser’s name. When a moderator corrects a verdict, the same is sent once "
        "more with the correction."
    ),
    Service.SIGNED_HTTP: N_(
        "the comment’s text, its author’s name and website, the page’s address and title, when it "
        "was written, whether it is a reply, and your site’s short name. No email address, no "
        "network."
    ),
    Service.LLM: N_(
        "the comment’s text, its author’s name and website, and the page’s title. No email "
        "address, no network."
    ),
    Service.STOPFORUMSPAM: N_("the name that the commenter gave."),
    Service.DNSBL: N_(
        "as DNS queries, the domains of the author’s website and of the links in the comment, five "
        "at most. Nothing of the commenter."
    ),
}
# By whether the address leaves, and whether the network does.
_OF_AKISMET: dict[tuple[bool, bool], str] = {
    (True, True): N_(
        "Their email address, opened for this; of the IP address the network, with its last part "
        "cut off, since no more is kept."
    ),
    (True, False): N_(
        "Their email address, opened for this; no network: 0.0.0.0 stands in its place."
    ),
    (False, True): N_(
        "No email address; of the IP address the network, with its last part cut off, since no "
        "more is kept."
    ),
    (False, False): N_("No email address; no network: 0.0.0.0 stands in its place."),
}

# What can be chosen, within a sentence.
_WITHIN: dict[Any, str] = {
    Without.HOLD: N_("hold the comment for a person"),
    Without.GO_ON: N_("go on without it"),
    LlmTask.CHAT: N_("spam and abuse, by a chat model"),
    LlmTask.MODERATION: N_("abuse alone, by a moderation model"),
}
_OF_THE_KEY = {
    "set": N_("Key set"),
    "replaced": N_("Key replaced"),
    "removed": N_("Key removed"),
}


def leaves(service: Service, settings: ServiceSettings) -> str:
    """Exactly what leaves the house for a service with these settings, as a sentence goes on."""
    told, opted = _LEAVES[service], _opted(settings)
    return Message.both(told, opted) if opted else told


def _opted(settings: ServiceSettings) -> str:
    if isinstance(settings, AkismetSettings):
        return _OF_AKISMET[settings.send_email, settings.send_network]
    if isinstance(settings, StopForumSpamSettings):
        return (
            N_(
                "And the MD5 hash of their email address, from which an address that somebody "
                "knows or guesses can be recognised."
            )
            if settings.send_email_hash
            else N_("No email address, nor anything made of it.")
        )
    return ""


def said_by(evidence: Mapping[str, Any]) -> Message:
    """What a service said, or why it said nothing, as a signal's evidence has it: in our words,
    which can be said in any language, or in its own.
    """
    kept = evidence.get("message")
    return Message.from_kept(kept) if kept else Message(evidence.get("says", ""))


def tell_service(details: Mapping[str, Any]) -> list[str]:
    """An audited change of a service's settings, a line each."""
    service = details.get("service")
    lines = [TITLES[Service(service)]] if service in set(Service) else []
    lines += [
        N_(
            "{what}: {before} → {after}",
            what=FIELD_WORDS[name],
            before=_told(before),
            after=_told(after),
        )
        for name, before, after in pairs_in(details)
        if name in FIELD_WORDS
    ]
    of_key = details.get("key")
    if isinstance(of_key, str) and of_key in _OF_THE_KEY:
        lines.append(_OF_THE_KEY[of_key])
    return lines


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return N_("yes") if value else N_("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}"
    return _WITHIN.get(value, str(value)) or N_("none")
