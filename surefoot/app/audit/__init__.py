"""The audit trail: append-only, hash-chained, with pseudonyms for people and digests for contents."""
