"""The form of a source: generated from its kind's settings, tried before it is saved, errors beside their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from surefoot.app.client.errors import ClientError
from surefoot.app.client.forms import AssistantForm
from surefoot.app.client.source_forms import ConnectionTest, KindForm, NewSource, SourceChange, SourceForm
from surefoot.app.pages import connection, notices, source_form_fields, source_form_schedule
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address, go
from surefoot.app.pages.source_form_fields import Field, FieldInvalid

WATCH = "watch"
"""The setting that is drawn beside the schedule: both say when a source is read."""
_STATE = "source_form"


@dataclass(slots=True)
class _State:
    """What became of the last try to save or to connect."""

    form: str
    errors: dict[str, str] = field(default_factory=dict[str, str])
    general: str = ""
    trial: ConnectionTest | None = None
    tried: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    """What stands in the form now, not looked at yet."""

    name: str
    raw: Mapping[str, Any]
    cron: str | None
    groups: str


@dataclass(frozen=True, slots=True)
class _Form:
    """A form for a new source, or for one that is there."""

    assistant: AssistantForm
    kind: KindForm
    source: SourceForm | None
    fields: tuple[Field, ...]

    @property
    def key(self) -> str:
        """Tells the widgets of one form from those of another."""
        return f"{self.assistant.name}-{self.kind.kind}-{self.source.id if self.source else 'new'}"

    def value(self, one: Field) -> Any:
        """What stands in a field at first."""
        if self.source is None:
            return one.default
        if one.name == WATCH:
            return self.source.watched
        return self.source.settings.get(one.name, one.default)


def draw(assistant: AssistantForm, kind: KindForm, source: SourceForm | None = None) -> None:
    """Draw the form of a new source of a kind, or of one that is there."""
    form = _Form(assistant, kind, source, tuple(source_form_fields.fields(kind.settings_schema)))
    state = _state(form)
    with st.container(key="source-form", gap="small"):
        st.html(_head(form))
        draft = _fields(form, state)
        if state.general:
            st.html(f'<p class="sf-trouble" role="alert">{icon("error")}<span>{said(state.general)}</span></p>')
        _buttons(form, state, draft)


def _state(form: _Form) -> _State:
    state = st.session_state.get(_STATE)
    if not isinstance(state, _State) or state.form != form.key:
        state = st.session_state[_STATE] = _State(form.key)
    return state


def _head(form: _Form) -> str:
    symbol = icon(form.kind.icon.removeprefix(":material/").removesuffix(":"))
    back = escape(address("sources", assistant=form.assistant.name))
    title = f"Edit “{form.source.name}”" if form.source else f"Add a source: {form.kind.title}"
    return (
        f'<p><a class="sf-back" href="{back}" {act("back")}>{icon("arrow_back")}'
        f"<span>Sources of {escape(form.assistant.title)}</span></a></p>"
        f'<h1 class="sf-greeting">{symbol} {escape(title)}</h1>'
        f'<p class="sf-lead">{escape(form.kind.description)}. {escape(form.assistant.title)} answers from it.</p>'
    )


def _fields(form: _Form, state: _State) -> _Draft:
    key, source = form.key, form.source
    name = st.text_input(
        "Name", source.name if source else "", key=f"{key}-name", max_chars=200, autocomplete="off",
        placeholder="What people call it, such as Workshop manuals",
    )  # fmt: skip
    if "name" in state.errors:
        st.html(source_form_fields.wrong(state.errors["name"]))
    raw = {one.name: _field(form, one, state) for one in form.fields if one.required}
    optional = [one for one in form.fields if not one.required and one.name != WATCH]
    if optional:
        with st.expander("More settings", expanded=any(one.name in state.errors for one in optional)):
            raw |= {one.name: _field(form, one, state) for one in optional}
    cron = source_form_schedule.draw(source.schedule if source else None, key, state.errors.get("schedule", ""))
    raw |= {one.name: _field(form, one, state) for one in form.fields if one.name == WATCH}
    groups = st.text_input(
        "Who may see its documents", ", ".join(source.groups) if source else "", key=f"{key}-groups",
        help="Names of groups, separated by commas.", placeholder="The groups of the assistant", autocomplete="off",
    )  # fmt: skip
    if "groups" in state.errors:
        st.html(source_form_fields.wrong(state.errors["groups"]))
    return _Draft(name, raw, cron, groups)


def _field(form: _Form, one: Field, state: _State) -> Any:
    return source_form_fields.draw(one, form.value(one), f"{form.key}-s-{one.name}", state.errors.get(one.name, ""))


def _buttons(form: _Form, state: _State, draft: _Draft) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="source-buttons"):
        if st.button("Save" if form.source else "Save and run", type="primary", key="save-source"):
            _save(form, state, draft, run=form.source is None)
        if form.source is None and st.button("Save only", key="save-only"):
            _save(form, state, draft, run=False)
        if st.button("Test connection", icon=":material/network_check:", key="test-source"):
            _try(form, state, draft)
        slot = st.empty()
    settings, errors = _settings(form, draft)
    if state.trial is not None and not errors and _without_watch(settings) == state.tried:
        slot.html(_tried(state.trial))


def _tried(trial: ConnectionTest) -> str:
    if trial.ok:
        return (
            f'<p class="sf-good" role="status">{icon("check_circle")} {said(trial.found or "It can be reached.")}</p>'
        )
    return f'<p class="sf-bad" role="alert">{icon("error")} {said(trial.reason or "It cannot be reached.")}</p>'


def _settings(form: _Form, draft: _Draft) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings, and what is wrong with them by field."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in form.fields:
        try:
            values[one.name] = source_form_fields.taken(one, draft.raw.get(one.name))
        except FieldInvalid as error:
            errors[one.name] = str(error)
    return values, errors


def _try(form: _Form, state: _State, draft: _Draft) -> None:
    settings, state.errors = _settings(form, draft)
    state.trial, state.tried, state.general = None, _without_watch(settings), ""
    if not state.errors:
        with st.spinner("Connecting …"):
            try:
                trial = connection.client().knowledge.test_source(form.kind.kind, settings)
                state.errors, rest = source_form_fields.by_field(trial.reason or "", list(settings))
                state.trial = trial.model_copy(update={"reason": rest}) if rest or trial.ok else None
            except ClientError as error:
                _told(form, state, error)
    st.rerun()


def _without_watch(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a connection depends on."""
    return {name: value for name, value in settings.items() if name != WATCH}


def _told(form: _Form, state: _State, error: ClientError) -> None:
    """Put what the server says beside the fields that it names."""
    if error.code == "name_taken":
        state.errors["name"] = error.message
        return
    names = [*(one.name for one in form.fields), "name", "schedule", "groups"]
    state.errors, state.general = source_form_fields.by_field(error.message, names)


def _save(form: _Form, state: _State, draft: _Draft, *, run: bool) -> None:
    settings, state.errors = _settings(form, draft)
    state.trial, state.general, cron = None, "", None
    groups = [group.strip() for group in draft.groups.split(",") if group.strip()]
    if not draft.name.strip():
        state.errors["name"] = "Give it a name."
    if form.source and not groups:
        state.errors["groups"] = "Name at least one group: nobody else would see its documents."
    try:
        cron = source_form_schedule.taken(draft.cron)
    except FieldInvalid as error:
        state.errors["schedule"] = str(error)
    if not state.errors:
        try:
            _send(form, draft, settings, (cron, groups), run=run)
        except ClientError as error:
            _told(form, state, error)
    st.rerun()


def _send(
    form: _Form, draft: _Draft, settings: dict[str, Any], more: tuple[str | None, list[str]], *, run: bool
) -> None:
    """Save, and go back to the cards. Raises ClientError."""
    cron, groups = more
    server = connection.client().knowledge
    watched = bool(settings[WATCH]) if WATCH in settings else None
    name = draft.name.strip()
    if form.source is not None:
        change = SourceChange(name=name, settings=settings, groups=groups, schedule=cron or "", watched=watched)
        server.change_source(form.source.id, change)
        notices.tell(f"“{name}” is saved.")
    else:
        new = NewSource(
            assistant=form.assistant.name, name=name, kind=form.kind.kind, settings=settings, groups=groups or None,
            schedule=cron, watched=watched,
        )  # fmt: skip
        made = server.add_source(new)
        if run:
            server.run_source(made.id)
        notices.tell(f"“{name}” is added{' and is being read' if run else ''}.")
    st.session_state.pop(_STATE, None)
    go("sources", assistant=form.assistant.name)
