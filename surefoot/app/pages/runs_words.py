"""Words for runs: their states, what became of documents, durations, and the bars of their stages."""

from __future__ import annotations

from collections.abc import Mapping

from surefoot.app.client.run_forms import ENDED, STAGES, ItemStatus, RunForm, RunState
from surefoot.app.pages.markup import escape, icon
from surefoot.app.pages.sources_words import MARKS
from surefoot.app.pages.words import Verdict

STATES: Mapping[RunState, Verdict] = {
    "queued": Verdict("none", "schedule", "Queued"),
    "running": Verdict("none", "sync", "Running"),
    "paused": Verdict("warn", "pause_circle", "Paused"),
    "waiting": Verdict("warn", "front_hand", "Waits for you"),
    "cancelled": Verdict("none", "cancel", "Cancelled"),
    "finished": Verdict("good", "check_circle", "Finished"),
    "failed": Verdict("bad", "error", "Failed"),
}
STATUSES: Mapping[ItemStatus, Verdict] = {
    "waiting": Verdict("none", "schedule", "Waiting"),
    "working": Verdict("none", "sync", "At work"),
    "ingested": Verdict("good", "check_circle", "Read"),
    "unchanged": Verdict("none", "remove_done", "Unchanged"),
    "rejected": Verdict("bad", "block", "Rejected"),
    "failed": Verdict("bad", "error", "Failed"),
    "removed": Verdict("none", "delete", "Removed"),
    "kept": Verdict("warn", "lock", "Kept as it is"),
}
KINDS = {
    "source": "Look for changes",
    "retry": "Try again",
    "reread": "Read again",
    "reencode": "Encode anew",
    "remove": "Delete the source",
}
CHANGES = {"new": "New", "changed": "Changed", "gone": "Gone", "again": "Again"}
STAGE_NAMES = {
    "read": "Read",
    "profile": "Profile",
    "validate": "Validate",
    "clean": "Clean",
    "deduplicate": "Deduplicate",
    "encode": "Encode",
    "index": "Index",
}


def live(run: RunForm) -> bool:
    """Whether something can still happen to a run."""
    return run.state not in ENDED


def verdict(run: RunForm) -> Verdict:
    """A run's state for one glance; a finished one with failures is not simply good."""
    if run.state == "finished" and (bad := run.counts.get("failed", 0) + run.counts.get("rejected", 0)):
        return Verdict("warn", "rule", "Finished", f"{bad:,} could not be read")
    return STATES[run.state]


def state(found: Verdict) -> str:
    """A state with its icon, as HTML."""
    turning = " sf-turning" if found.icon == "sync" else ""
    mark = icon(found.icon).replace('"sf-icon"', f'"sf-icon{turning}"')
    return f'<span class="sf-state {MARKS[found.tone]}">{mark} {escape(found.word)}</span>'


def name(run: RunForm) -> str:
    """What a run is called: its source, or where there is none what it does."""
    return run.source_name or {"remove": "A deleted source"}.get(run.kind, "Documents")


def duration(seconds: float | None) -> str:
    """Seconds in the unit that people use: "40 ms", "4.2 s", "12 s", "3 min 20 s", "2 h 5 min"."""
    if seconds is None:
        return "—"
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def pace(run: RunForm) -> str:
    """Documents a second and the time left, as far as they are known."""
    said = [f"{run.documents_per_second:,.1f} documents a second"] if run.documents_per_second else []
    said += [f"about {duration(run.seconds_left)} left"] if run.seconds_left else []
    return ", ".join(said)


def share(done: int, total: int) -> float:
    """Percent, from 0 to 100."""
    return 100 * min(done, total) / total if total else 0.0


def bar(done: int, total: int, label: str) -> str:
    """A bar with what it says for those who do not see it, as HTML."""
    percent = share(done, total)
    return (
        f'<span class="sf-meter" role="progressbar" aria-label="{escape(label)}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{percent:.0f}"><span style="width:{percent:.1f}%"></span></span>'
    )


def stage_bars(run: RunForm) -> str:
    """A bar a stage, as HTML; documents that leave on the way (rejected, removed) never reach the later ones."""
    seconds = run.report.get("seconds")
    spent: Mapping[str, float] = seconds if isinstance(seconds, Mapping) and not live(run) else {}  # pyright: ignore[reportUnknownVariableType]
    to_read = run.total - run.counts.get("removed", 0) - run.counts.get("kept", 0)
    listed = run.total + run.unchanged
    rows = [_stage("Listed", listed, listed, None)]
    rows += [_stage(STAGE_NAMES[name], run.stages.get(name, 0), to_read, spent.get(name)) for name in STAGES]
    return f'<ol class="sf-stages">{"".join(rows)}</ol>'


def _stage(label: str, done: int, total: int, seconds: float | None) -> str:
    took = f'<span class="sf-detail">{duration(seconds)}</span>' if seconds is not None else "<span></span>"
    return (
        f'<li><span class="sf-stage">{label}</span>{bar(done, total, label)}'
        f'<span class="sf-number">{done:,}</span>{took}</li>'
    )
