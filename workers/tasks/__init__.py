"""The tasks, one module for each use."""
