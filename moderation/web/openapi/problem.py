"""Problem details (RFC 9457), as `web/errors.py` answers them."""

from pydantic import BaseModel, ConfigDict, Field


class FaultOfField(BaseModel):
    """One fault of one field of the body."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    field: str = Field(examples=["email"])
    """Its name in the body."""
    code: str = Field(examples=["invalid_email"])
    """What is wrong, for programs."""
    message: str = Field(examples=["This is not a whole email address, such as name@example.com."])
    """What is wrong, for the person who typed it."""


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str = Field(examples=["urn:moderation:problem:invalid_submission"])
    """Names the kind of problem: `urn:moderation:problem:` and the code."""
    title: str = Field(examples=["The comment is not complete"])
    """The kind of problem in words."""
    status: int = Field(examples=[422])
    """The HTTP status once more."""
    detail: str = Field(
        examples=[
            "Your comment was not sent yet. Please correct the marked fields and send it again."
        ]
    )
    """What went wrong this time and what to do, for people. Its wording may change."""
    code: str = Field(examples=["invalid_submission"])
    """The kind of problem for programs. It stays."""
    errors: list[FaultOfField] = Field(default=[])
    """Of `invalid_submission` alone: every fault of every field at once."""
