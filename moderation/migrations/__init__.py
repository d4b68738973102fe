"""The database's migrations. `HEAD` is the newest, which a test holds against the files."""

HEAD = "0012"
