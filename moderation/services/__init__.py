"""The use cases, one transaction each. Doors and tasks call these and nothing below."""
