"""The pure core: decisions do no I/O, and `now` is handed in."""
