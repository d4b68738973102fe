"""Email addresses sealed and indexed, links and stamps signed, logs redacted."""
