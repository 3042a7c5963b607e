"""People: who may sign in, with which roles and groups; for administrators."""

from __future__ import annotations

import json
from typing import Literal

import streamlit as st

from surefoot.app.client.account_forms import (
    ApprovalForm,
    ApprovalsForm,
    InvitationForm,
    MeForm,
    NewApproval,
    NewPerson,
    PersonChange,
    PersonForm,
)
from surefoot.app.client.errors import ClientError
from surefoot.app.pages import alerts, connection, governing, hands, notices, people_erasing, sources_words, words
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address, asked, here

_LINK, _EXPORT = "invitation", "export-of"
DECIDED = {"approved": "Approved", "refused": "Refused", "withdrawn": "Withdrawn", "over": "Over, nobody decided"}
SHOWN = 20
"""Decided requests that are listed."""


def page() -> None:
    """Draw it."""
    actions: hands.Actions = {"person": lambda deed: here(person=deed.get("id", "")), "all": lambda _: here(person="")}
    actions = {**actions, **alerts.alert_actions()}
    governing.frame("people", "people:manage", actions, _draw)


def _draw(me: MeForm) -> None:
    if not me.accounts:
        governing.begin()
        return
    found = connection.client().accounts.people()
    approvals = connection.client().accounts.approvals()
    chosen = next((one for one in found.people if one.id == asked("person")), None)
    if chosen is not None:
        _one(chosen, found.roles, me, approvals)
        return
    governing.head("People", f"{words.counted(len(found.people), 'person', 'people')} may sign in.")
    _link()
    _approvals(approvals, me)
    alerts.acts_section(connection.client(), me)
    st.html(f'<div class="sf-run-list">{"".join(map(_row, found.people))}</div>')
    with st.expander("Invite somebody", icon=":material/person_add:"):
        _invite(found.roles)


def _row(person: PersonForm) -> str:
    link = f'href="{escape(address("people", person=person.id))}" {act("person", id=person.id)}'
    groups = ", ".join([*person.groups, *person.provider_groups]) or "no groups"
    return (
        f'<a class="sf-run" {link}><span><b>{escape(person.name)}</b></span>'
        f'<span class="sf-detail">{escape(", ".join(person.roles) or "no role")}</span>'
        f'<span class="sf-detail">{escape(groups)}{_pending(person)}</span>'
        f'<span class="sf-detail">{escape(state(person))}</span></a>'
    )


def _pending(person: PersonForm) -> str:
    """What of a person waits, behind their groups."""
    more = [name for one in person.waiting for name in (*one.roles, *one.groups)]
    return f" ({escape(', '.join(more))}: waits for approval)" if more else ""


def _approvals(found: ApprovalsForm, me: MeForm) -> None:
    """What waits for a second administrator, with what can be done about it, and what was decided lately."""
    waiting = [one for one in found.approvals if one.state == "waiting"]
    if waiting:
        st.html(f"<h2>{words.counted(len(waiting), 'request')} for a second administrator</h2>")
    for one in waiting:
        _request(one, me)
    decided = [one for one in found.approvals if one.state != "waiting"][:SHOWN]
    if decided:
        with st.expander("Decided within the last 30 days", icon=":material/rule:"):
            st.html(f'<div class="sf-run-list">{"".join(map(_decided, decided))}</div>')
    if not found.in_force:
        off = "Four eyes are off (SUREFOOT_FOUR_EYES): one administrator alone may do all of this."
        alone = "As soon as there are two administrators, new groups, new administrators, exports and new password "
        st.caption(off if found.rule == "off" else f"{alone}links of other people wait for the second one's approval.")


def _request(one: ApprovalForm, me: MeForm) -> None:
    mine = one.asked_by_id == me.id and me.via != "machine"
    with st.container(border=True, key=f"approval-{one.id}"):
        who = "You ask" if mine else f"{one.asked_by} asks"
        st.html(
            f"<p><b>{escape(f'{who} {request(one)}.')}</b></p>"
            f'<p class="sf-detail">Asked {escape(sources_words.ago(one.asked_at))}; over if nobody approves it by '
            f"{escape(sources_words.soon(one.ends_at))}. {'Another administrator must approve it.' if mine else ''}</p>"
        )
        with st.container(horizontal=True):
            if not mine and st.button("Approve", key=f"approve-{one.id}", type="primary", icon=":material/check:"):
                _decide(one, approve=True)
            label = "Withdraw" if mine else "Refuse"
            if st.button(label, key=f"refuse-{one.id}", icon=":material/close:"):
                _decide(one, approve=False)


def request(one: ApprovalForm) -> str:
    """What a request asks for, after "asks"."""
    if one.wanted == "export":
        return f"to export all that is kept about {one.person}"
    if one.wanted == "link":
        return f"for a link that sets a new password for {one.person}"
    roles = [f"get the role {name}" for name in one.roles]
    joins = [f"join {', '.join(one.groups)}"] if one.groups else []
    return f"that {one.person} may {' and '.join([*roles, *joins])}"


def _decided(one: ApprovalForm) -> str:
    by = f" by {one.decided_by}" if one.decided_by else " on the machine" if one.decided_at else ""
    state = one.state if not (one.state == "over" and one.decided_at) else "approved"
    told = f"{DECIDED[state]}{'' if state == 'over' else by}"
    return (
        f'<div class="sf-run"><span><b>{escape(one.asked_by)}</b></span><span class="sf-detail">'
        f'asked {escape(request(one))}</span><span class="sf-detail">{escape(told)}</span>'
        f'<span class="sf-detail">{escape(sources_words.ago(one.decided_at or one.ends_at))}</span></div>'
    )


def _decide(one: ApprovalForm, *, approve: bool) -> None:
    with connection.reporting():
        done = connection.client().accounts.decide(one.id, approve=approve)
        notices.tell(f"{DECIDED[done.state]}: {one.asked_by} asked {request(one)}.")
    st.rerun()


def state(person: PersonForm) -> str:
    """Where an account stands, in words."""
    if not person.active:
        return "shut out"
    if person.invited:
        return "invited"
    told = f"signed in {sources_words.ago(person.signed_in_at)}" if person.signed_in_at else "never signed in"
    return f"{told}, with a second factor" if person.second_factor else told


def _invite(roles: list[str]) -> None:
    with st.form("invite", border=False, clear_on_submit=True):
        name = st.text_input("Name to sign in with", max_chars=120, autocomplete="off")
        wanted = st.multiselect("Roles", roles, default=["reader"])
        groups = st.text_input("Groups, separated by commas", autocomplete="off", help="Whose documents they may see.")
        if not st.form_submit_button("Invite", type="primary"):
            return
        if not name.strip():
            _wrong("Say by which name they will sign in.")
            return
        try:
            given = NewPerson(name=name, roles=wanted, groups=_names(groups))
            made = connection.client().accounts.invite(given)
            st.session_state[_LINK] = made
            if made.person is not None and made.person.waiting:
                notices.tell(_waits(made.person))
        except ClientError as error:
            _wrong(error.message)
            return
        st.rerun()


def _link(of: str = "") -> None:
    made = st.session_state.get(_LINK)
    if isinstance(made, InvitationForm) and made.person is not None and of in {"", made.person.id}:
        st.html(
            f'<p class="sf-trouble sf-mild" role="status">{icon("mail")}<span>Give {escape(made.person.name)} this '
            f"link. It holds once, for {made.hours} hours, and is not shown again.</span></p>"
        )
        st.code(made.url, language=None, wrap_lines=True)


def _waits(person: PersonForm) -> str:
    more = [name for one in person.waiting for name in (*one.roles, *one.groups)]
    return f"What {person.name} gets beside that ({', '.join(more)}) waits until a second administrator approves it."


def _one(person: PersonForm, roles: list[str], me: MeForm, approvals: ApprovalsForm) -> None:
    back = escape(address("people"))
    st.html(f'<p><a class="sf-back" href="{back}" {act("all")}>{icon("arrow_back")}<span>People</span></a></p>')
    provider = f" Signs in with {person.provider}." if person.provider else ""
    governing.head(person.name, f"{state(person).capitalize()}.{provider}")
    _link(person.id)
    for one in person.waiting:
        _request(one, me)
    _access(person, roles)
    _deeds(person, me, approvals)
    people_erasing.draw()
    _download(person)


def _deeds(person: PersonForm, me: MeForm, approvals: ApprovalsForm) -> None:
    with st.container(horizontal=True):
        _second(person, "link", me, approvals)
        _second(person, "export", me, approvals)
        if st.button("Sign out everywhere", key="end-sessions", icon=":material/logout:"):
            with connection.reporting():
                connection.client().accounts.sign_out(person.id)
                notices.tell(f"{person.name} is signed out everywhere.")
            st.rerun()
        if person.second_factor and st.button("Reset second factor", key="reset-factor", icon=":material/lock_reset:"):
            with connection.reporting():
                connection.client().accounts.reset_second_factor(person.id)
                notices.tell(f"{person.name} has no second factor any more, and is signed out everywhere.")
            st.rerun()
        label = "Shut out" if person.active else "Let in again"
        if st.button(label, key="shut", icon=":material/block:"):
            _change(person, PersonChange(active=not person.active))
        if me.may("data:erase") and st.button("Erase …", key="erase", icon=":material/delete_forever:"):
            people_erasing.ask(person)


def _download(person: PersonForm) -> None:
    """What was put together, to be saved."""
    of, data = st.session_state.get(_EXPORT, ("", ""))
    if of == person.id:
        name = "surefoot-about-a-person.json"
        st.download_button("Download the export", data, name, "application/json", on_click="ignore")


def _second(person: PersonForm, wanted: Literal["link", "export"], me: MeForm, approvals: ApprovalsForm) -> None:
    """The button for something that a second administrator may have to approve: to do it, or to ask for it."""
    if person.provider if wanted == "link" else not me.may("data:erase"):
        return
    needed = approvals.in_force and person.id != me.id and not (wanted == "link" and person.invited)
    mine = {
        one.state
        for one in approvals.approvals
        if (one.person_id, one.wanted, one.asked_by_id) == (person.id, wanted, me.id)
    }
    label, sign = {"link": ("New link to set a password", "mail"), "export": ("Export", "download")}[wanted]
    look = f":material/{sign}:"
    if not needed or me.via == "machine" or "approved" in mine:
        if st.button(label, key=f"do-{wanted}", icon=look):
            _do(person, wanted)
    elif st.button(f"{label}: ask for approval", key=f"ask-{wanted}", icon=look, disabled="waiting" in mine):
        with connection.reporting():
            connection.client().accounts.ask_approval(NewApproval(wanted=wanted, person_id=person.id))
            notices.tell("Asked. As soon as another administrator approves it, you can do it here for a day.")
        st.rerun()


def _do(person: PersonForm, wanted: Literal["link", "export"]) -> None:
    with connection.reporting():
        if wanted == "link":
            st.session_state[_LINK] = connection.client().accounts.invite_again(person.id)
        else:
            found = connection.client().erasures.export(person.id).model_dump(mode="json")
            st.session_state[_EXPORT] = (person.id, json.dumps(found, indent=1, ensure_ascii=False))
    st.rerun()


def _access(person: PersonForm, roles: list[str]) -> None:
    with st.form("access", border=False):
        wanted = st.multiselect("Roles", roles, default=[role for role in roles if role in person.roles])
        groups = st.text_input("Groups, separated by commas", ", ".join(person.groups), autocomplete="off")
        if person.provider_groups:
            st.caption(f"And from {person.provider}: {', '.join(person.provider_groups)}")
        if st.form_submit_button("Save", type="primary"):
            _change(person, PersonChange(roles=wanted, groups=_names(groups)))


def _change(person: PersonForm, wanted: PersonChange) -> None:
    try:
        changed = connection.client().accounts.change(person.id, wanted)
    except ClientError as error:
        _wrong(error.message)
        return
    waits = f" {_waits(changed)}" if changed.waiting else ""
    notices.tell(f"Saved. It holds from their next click on.{waits}")
    st.rerun()


def _names(typed: str) -> list[str]:
    return [name.strip() for name in typed.split(",") if name.strip()]


def _wrong(message: str) -> None:
    st.html(f'<p class="sf-field-error" role="alert">{said(message)}</p>')
