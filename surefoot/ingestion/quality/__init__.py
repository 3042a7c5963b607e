"""Five stages between reading and encoding: profile, validate, clean, deduplicate, monitor."""
