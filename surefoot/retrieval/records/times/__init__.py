"""The times of a question: finds its words of time in English and German, and turns them into half-open periods."""
