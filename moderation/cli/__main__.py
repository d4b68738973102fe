"""`python -m moderation.cli`."""

from moderation.cli import main

main(prog_name="moderation")
