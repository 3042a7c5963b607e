"""Who people are, how they prove it, and what their roles let them do."""
