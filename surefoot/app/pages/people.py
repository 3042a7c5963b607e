"""People: who may sign in, with which roles and groups; for administrators."""

from __future__ import annotations

import streamlit as st

from surefoot.app.client.account_forms import InvitationForm, MeForm, NewPerson, PersonChange, PersonForm
from surefoot.app.client.errors import ClientError
from surefoot.app.pages import alerts, connection, governing, hands, notices, people_erasing, sources_words, words
from surefoot.app.pages.markup import act, escape, icon, said
from surefoot.app.pages.places import address, asked, here

_LINK = "invitation"


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
    chosen = next((one for one in found.people if one.id == asked("person")), None)
    if chosen is not None:
        _one(chosen, found.roles, me)
        return
    governing.head("People", f"{words.counted(len(found.people), 'person', 'people')} may sign in.")
    _link()
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
        f'<span class="sf-detail">{escape(groups)}</span><span class="sf-detail">{escape(state(person))}</span></a>'
    )


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
            st.session_state[_LINK] = connection.client().accounts.invite(given)
        except ClientError as error:
            _wrong(error.message)
            return
        st.rerun()


def _link() -> None:
    made = st.session_state.get(_LINK)
    if isinstance(made, InvitationForm) and made.person is not None:
        st.html(
            f'<p class="sf-trouble sf-mild" role="status">{icon("mail")}<span>Give {escape(made.person.name)} this '
            f"link. It holds once, for {made.hours} hours, and is not shown again.</span></p>"
        )
        st.code(made.url, language=None, wrap_lines=True)


def _one(person: PersonForm, roles: list[str], me: MeForm) -> None:
    back = escape(address("people"))
    st.html(f'<p><a class="sf-back" href="{back}" {act("all")}>{icon("arrow_back")}<span>People</span></a></p>')
    provider = f" Signs in with {person.provider}." if person.provider else ""
    governing.head(person.name, f"{state(person).capitalize()}.{provider}")
    _link()
    _access(person, roles)
    with st.container(horizontal=True):
        if not person.provider and st.button("New link to set a password", key="reset", icon=":material/mail:"):
            with connection.reporting():
                st.session_state[_LINK] = connection.client().accounts.invite_again(person.id)
            st.rerun()
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
    people_erasing.draw()


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
        connection.client().accounts.change(person.id, wanted)
    except ClientError as error:
        _wrong(error.message)
        return
    notices.tell("Saved. It holds from their next click on.")
    st.rerun()


def _names(typed: str) -> list[str]:
    return [name.strip() for name in typed.split(",") if name.strip()]


def _wrong(message: str) -> None:
    st.html(f'<p class="sf-field-error" role="alert">{said(message)}</p>')
