"""Files that people drop on a page or choose: taken, read one by one, each with its result beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm
from surefoot.app.pages import connection, notices, record_words, words
from surefoot.app.pages.hands import Deed
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.reading import File, Reading, distinct, title_for

_READINGS = "readings"
_ROUND = "drop_round"
LONG_SECONDS = 5.0
"""From when on it is said for how long a file has been read."""
ROWS = 200
"""Files that are listed one by one; a larger folder is summed up."""


def allowed() -> bool:
    """Whether this person may feed files."""
    return connection.me().may("documents:add")


def rounds() -> int:
    """How often files were taken; each time the way in is a fresh one."""
    return int(st.session_state.get(_ROUND, 0))


def take() -> list[tuple[str, bytes]]:
    """Files that came since the last time, by name and content. The element is hidden; hands.js hands files to it."""
    with st.container(key="drop"):
        given = st.file_uploader(
            "Files", accept_multiple_files=True, key=f"files-{rounds()}", label_visibility="collapsed"
        )
    if not given:
        return []
    st.session_state[_ROUND] = rounds() + 1
    names = distinct([file.name for file in given])
    return [(name, file.getvalue()) for name, file in zip(names, given, strict=True)]


def assistant_for(files: Sequence[tuple[str, bytes]], current: AssistantForm | None) -> str:
    """Who answers from dropped files: the private assistant that is open, or a new one named after them."""
    if current is not None and current.private:
        return current.name
    return connection.client().create_assistant(title_for([path for path, _ in files])).name


def read(files: Sequence[tuple[str, bytes]], assistant: str) -> None:
    """Begin to read files into an assistant's library."""
    readings: dict[str, Reading] = st.session_state.setdefault(_READINGS, {})
    known = readings.get(assistant)
    if known is None or not known.live:
        known = readings[assistant] = Reading(assistant, connection.client())
    known.add(files)


def reading(assistant: str) -> Reading | None:
    """What this session gave an assistant."""
    return st.session_state.get(_READINGS, {}).get(assistant)


def dismiss(assistant: str) -> None:
    """Forget the results; the documents stay."""
    st.session_state.get(_READINGS, {}).pop(assistant, None)


def cancel(assistant: str) -> None:
    """Read none of what is not read yet."""
    if now := reading(assistant):
        try:
            now.cancel()
        except ClientError as error:
            notices.tell(error.message)


def too_large(deed: Deed) -> None:
    """Say which files are too large, or that there was nothing to read."""
    names = [name for name in deed.get("large", "").split("\n") if name]
    limit = words.size(connection.largest_upload())
    if names:
        more = f" and {words.counted(len(names) - 1, 'more file')}" if len(names) > 1 else ""
        notices.tell(f"“{names[0]}”{more}: larger than {limit}, so not read.")
    elif deed.get("act") == "nothing":
        notices.tell("There was nothing to read in it. Drop files, or a folder with files in it.")


def invitation() -> str:
    """The place to drop files, as HTML."""
    return (
        f'<div class="sf-dropzone">{icon("upload_file")}<p><b>Drop files or a folder here.</b> '
        "An assistant of your own will answer from them; nobody else sees it.</p>"
        f'<p><button type="button" class="sf-button" {act("files")}>Choose files</button> '
        f'<button type="button" class="sf-button" {act("folder")}>Choose a folder</button></p>'
        f'<p class="sf-detail">{escape(connection.formats())}</p></div>'
    )


def hint(name: str) -> str:
    """The line under the question's field, as HTML."""
    return (
        f'<p class="sf-hint"><span class="sf-wide">Drop files anywhere {escape(name)}, or </span>'
        '<span class="sf-narrow">Your own documents: </span>'
        f'<button type="button" class="sf-link" {act("files")}>choose files</button> or '
        f'<button type="button" class="sf-link" {act("folder")}>a folder</button></p>'
    )


def results(now: Reading) -> str:
    """The files with what has become of each, as HTML."""
    total = len(now.files)
    if now.live:
        stop = f'<button type="button" class="sf-action" {act("cancel", assistant=now.assistant)}>Cancel</button>'
        head = f'<span class="sf-pulse"></span>Reading {words.counted(total, "file")}: {now.finished} done{stop}'
    else:
        hide = f'<button type="button" class="sf-action" {act("dismiss", assistant=now.assistant)}>Hide</button>'
        head = f"<span>{icon('done_all')} {_sum(now)}</span>{hide}"
    share = 100 * now.finished / max(total, 1)
    bar = (
        f'<div class="sf-progress" aria-hidden="true"><span style="width:{share:.0f}%"></span></div>'
        if now.live
        else ""
    )
    rows = "".join(f"<li>{_row(file)}</li>" for file in _interesting(now.files))
    left = f'<li class="sf-detail">and {words.counted(total - ROWS, "more file")}</li>' if total > ROWS else ""
    top = f'<p class="sf-reading-head" role="status">{head}</p>{bar}'
    return f'<section class="sf-reading">{top}<ul class="sf-list">{rows}{left}</ul></section>'


def _interesting(files: Sequence[File]) -> list[File]:
    """All files, or of many those first that need a look."""
    if len(files) <= ROWS:
        return list(files)
    order = {"rejected": 0, "reading": 1, "ingested": 2, "unchanged": 3, "waiting": 4}
    return sorted(files, key=lambda f: order[f.state])[:ROWS]


def _sum(now: Reading) -> str:
    rejected = sum(f.state == "rejected" for f in now.files)
    said = (
        f"{words.counted(now.taken, 'file')} can be asked about"
        if now.taken
        else "None of the files can be asked about"
    )
    return f"{said}; {rejected} could not be read." if rejected and now.taken else f"{said}."


def _so_long(file: File) -> str:
    """For how long it has been read, where that is long: a table of thousands of columns takes its time."""
    seconds = time.monotonic() - file.began
    return f" for {record_words.length(seconds)}" if seconds >= LONG_SECONDS else ""


def _row(file: File) -> str:
    tone, symbol, word = {
        "waiting": ("none", "schedule", "Waiting"),
        "reading": ("busy", "hourglass_top", f"Reading{_so_long(file)} …"),
        "ingested": ("good", "check_circle", "Ready"),
        "unchanged": ("good", "check_circle", "Known already"),
        "rejected": ("bad", "error", "Not read"),
    }[file.state]
    word = "Cancelling …" if file.cancelled and file.state == "reading" else word
    pages = f'<span class="sf-detail"> {words.counted(file.pages, "page")}</span>' if file.pages else ""
    reason = f'<span class="sf-detail sf-reason">{said(file.reason)}</span>' if file.reason else ""
    state = f'<span class="sf-{tone}">{icon(symbol)} {word}{pages}</span>'
    return f'<span class="sf-file">{escape(file.path)}</span>{state}{reason}'
