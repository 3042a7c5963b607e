"""What people touch: HTTP API, pages, command line, settings, wiring."""
