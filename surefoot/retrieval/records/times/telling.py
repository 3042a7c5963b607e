"""Tells a period."""


def told(period, now, language="en"):
    return f"{period.start:%Y-%m-%d %H:%M} to {period.end:%Y-%m-%d %H:%M}"
