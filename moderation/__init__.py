"""A comment moderation service: doors, judgement, queue."""

__version__ = "0.1.0"
