"""The tables, typed. Services read and write them; nothing else does."""

from moderation.models.account import (
    Invitation,
    Membership,
    Moderator,
    Passkey,
    Role,
    SignInSession,
)
from moderation.models.akismet import AkismetCount
from moderation.models.audit import AuditEntry
from moderation.models.base import Base, db, init_database
from moderation.models.comment import (
    HELD,
    UNSCREENED,
    Comment,
    Fingerprint,
    Revision,
    SignalRow,
)
from moderation.models.commenter import Commenter
from moderation.models.heartbeat import Heartbeat
from moderation.models.learning import AuditReader, Lesson, SiteLearning, SiteModel
from moderation.models.mail import Mail
from moderation.models.moderating import BulkJob, Claim, SecondOpinion, SiteCount
from moderation.models.reader import Like, Report
from moderation.models.remote import RemoteCalls, RemoteFeedback, RemoteService
from moderation.models.site import ApiKey, Site, SiteRule
from moderation.models.thread import Thread
from moderation.models.wave import Wave, WaveSite

__all__ = [
    "HELD",
    "UNSCREENED",
    "AkismetCount",
    "ApiKey",
    "AuditEntry",
    "AuditReader",
    "Base",
    "BulkJob",
    "Claim",
    "Comment",
    "Commenter",
    "Fingerprint",
    "Heartbeat",
    "Invitation",
    "Lesson",
    "Like",
    "Mail",
    "Membership",
    "Moderator",
    "Passkey",
    "RemoteCalls",
    "RemoteFeedback",
    "RemoteService",
    "Report",
    "Revision",
    "Role",
    "SecondOpinion",
    "SignInSession",
    "SignalRow",
    "Site",
    "SiteCount",
    "SiteLearning",
    "SiteModel",
    "SiteRule",
    "Thread",
    "Wave",
    "WaveSite",
    "db",
    "init_database",
]
