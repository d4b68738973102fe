"""The database's migrations. `HEAD` is the newest, which a test holds against the files."""

from pathlib import Path

HEAD = "0017"
DIRECTORY = Path(__file__).parent
