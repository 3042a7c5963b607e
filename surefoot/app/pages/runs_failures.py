"""Why documents of a run failed: a group a reason, with the one button that helps all of it."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.app.client.run_forms import FailureGroup, RunForm
from surefoot.app.pages import connection, notices, runs_replace, words
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import go

BUTTONS = {
    "retry": ("Retry", "refresh"),
    "accept": ("Accept", "task_alt"),
    "replace": ("Replace …", "upload_file"),
}
"""By remedy."""
SHOWN = 3
"""Documents that a group names."""
_BATCH = 1000
MOST = 10_000
"""Documents of one order; of a larger group the rest stays for the next click."""


def draw(groups: Sequence[FailureGroup], *, ended: bool) -> str:
    """The groups as HTML; buttons come when the run has ended."""
    if not groups:
        return ""
    total = sum(group.count for group in groups)
    items = "".join(_group(group, number, ended=ended) for number, group in enumerate(groups))
    wait = "" if ended else '<p class="sf-detail">They can be tried again when the run has ended.</p>'
    head = f"{words.counted(total, 'document')} could not be read"
    return f'<section class="sf-failures"><h2>{head}</h2>{wait}{items}</section>'


def _group(group: FailureGroup, number: int, *, ended: bool) -> str:
    names = ", ".join(escape(path) for path in group.examples[:SHOWN])
    left = group.count - len(group.examples[:SHOWN])
    more = f" and {words.counted(left, 'more document')}" if left > 0 else ""
    button = ""
    if ended and group.remedy in BUTTONS:
        label, symbol = BUTTONS[group.remedy]
        count = f" {group.count:,}" if group.count > 1 and group.remedy != "replace" else ""
        button = (
            f'<button type="button" class="sf-button sf-small" {act("remedy", number=number)} '
            f'aria-describedby="sf-failure-{number}">{icon(symbol)}<span>{label}{count}</span></button>'
        )
    return (
        f'<div class="sf-failure-group"><p id="sf-failure-{number}"><span class="sf-bad">{icon("error")} '
        f"<b>{group.count:,}</b></span> {said(group.reason)}</p>{button}"
        f'<p class="sf-detail">{names}{more}</p></div>'
    )


def remedy(run: RunForm, number: str) -> None:
    """Do what helps a group. Raises ClientError."""
    server = connection.client().knowledge
    groups = server.run_failures(run.id)
    if not number.isdecimal() or int(number) >= len(groups):
        notices.tell("These failures have changed meanwhile. Look at them again.")
        return
    group = groups[int(number)]
    paths = paths_of(run, group)
    if group.remedy == "replace":
        runs_replace.ask(run, group.reason, paths)
    elif group.remedy == "accept":
        go("runs", run=server.accept_run(run.id, paths).id)
        notices.tell(f"Taking in {words.counted(len(paths), 'document')}.")
    else:
        go("runs", run=server.retry_run(run.id, paths).id)
        notices.tell(f"Trying {words.counted(len(paths), 'document')} again.")


def paths_of(run: RunForm, group: FailureGroup) -> list[str]:
    """The documents of a group, at most MOST. Raises ClientError."""
    server, paths = connection.client().knowledge, list[str]()
    for status in ("failed", "rejected"):
        offset = 0
        while True:
            page = server.run_items(run.id, status, offset, _BATCH)
            paths += [i.path for i in page.items if (i.reason or "") == group.reason and i.remedy == group.remedy]
            offset += _BATCH
            if offset >= page.total or len(paths) >= MOST:
                break
    return paths[:MOST]
