"""The web side: doors and pages. A door only parses and renders; services do the work."""
