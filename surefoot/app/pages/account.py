"""One's own account: who one is, where one is signed in, password, API keys, and all that is kept about oneself."""

from __future__ import annotations

import base64
import json

import streamlit as st

from surefoot.app.client.account_forms import EnrolmentForm, KeyForm, MadeKey, MeForm, NewKey, Proof, SessionForm
from surefoot.app.client.errors import ClientError
from surefoot.app.pages import connection, governing, notices, sources_words
from surefoot.app.pages.markup import escape, icon, said

NEEDS = "account:own"
_MADE = "made_key"
_BEGUN, _CODES = "second_factor_begun", "recovery_codes"


def page() -> None:
    """Draw it."""
    governing.frame("account", NEEDS, {}, _draw)


def _draw(me: MeForm) -> None:
    if not me.accounts:
        governing.begin()
        return
    groups = [group for group in me.groups if not group.startswith("person:") and group != "everyone"]
    told = f"Roles: {', '.join(me.roles) or 'none'}. Groups: {', '.join(groups) or 'none but everyone'}."
    governing.head(me.name, told)
    _sessions()
    _password()
    if me.has_password:
        _second_factor(me)
    _keys(me)
    _export()


def _sessions() -> None:
    client = connection.client()
    st.html("<h2>Where you are signed in</h2>")
    for one in client.accounts.sessions():
        _session(one)
    if st.button("Sign out everywhere", icon=":material/logout:", key="sign-out-everywhere"):
        with connection.reporting():
            client.accounts.sign_out_everywhere()
        connection.forget()
        st.rerun()


def _session(one: SessionForm) -> None:
    since = f"since {sources_words.ago(one.created_at)}, last used {sources_words.ago(one.seen_at)}"
    told = f'<b>{"This browser" if one.this else "Another browser"}</b> <span class="sf-detail">{escape(since)}</span>'
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p>{told}</p>")
        if not one.this and st.button("Sign it out", key=f"session-{one.id}", icon=":material/logout:"):
            with connection.reporting():
                connection.client().accounts.end_session(one.id)
            st.rerun()


def _password() -> None:
    with st.expander("Change your password"), st.form("password", border=False, clear_on_submit=True):
        old = st.text_input("Your password now", type="password", autocomplete="current-password")
        new = st.text_input(
            "The new one", type="password", autocomplete="new-password",
            help="At least 12 characters; a few words that do not belong together are good.",
        )  # fmt: skip
        again = st.text_input("The new one once more", type="password", autocomplete="new-password")
        end_keys = st.checkbox(
            "End my API keys too", value=True,
            help="Whoever knew your password may have made one. Programs that use your keys need new ones then.",
        )  # fmt: skip
        if not st.form_submit_button("Change it", type="primary"):
            return
        if new != again:
            _wrong("The two new passwords differ.")
            return
        try:
            connection.client().accounts.set_password(old, new, end_keys=end_keys)
        except ClientError as error:
            _wrong(error.message)
            return
        notices.tell("Changed. All browsers were signed out, this one too.")
        connection.forget()
        st.rerun()


def _second_factor(me: MeForm) -> None:
    st.html(
        "<h2>Second factor</h2>"
        '<p class="sf-detail">A code from an app on your phone, asked for beside your password.</p>'
    )
    codes, begun = st.session_state.get(_CODES), st.session_state.get(_BEGUN)
    if codes:
        st.html(
            f'<p class="sf-trouble sf-mild" role="status">{icon("key")}<span>Your second factor is on. Each of these '
            "codes signs you in once without the app. Keep them where you keep passwords: they are not shown again."
            "</span></p>"
        )
        st.code("\n".join(codes), language=None)
        if st.button("I have kept them", icon=":material/check:", key="codes-kept"):
            st.session_state.pop(_CODES)
            st.rerun()
    if isinstance(begun, EnrolmentForm):
        _confirm(begun)
    elif me.second_factor:
        st.html(f"<p>{icon('verified_user')} On.</p>")
        with st.expander("Set up another one, or end it"), st.form("factor-change", border=False, clear_on_submit=True):
            proof = _proof(me)
            with st.container(horizontal=True):
                other = st.form_submit_button("Set up another one")
                if st.form_submit_button("End it"):
                    _end_second_factor(proof)
            if other:
                _enrol(proof)
    else:
        with st.expander("Set up a second factor"), st.form("factor", border=False, clear_on_submit=True):
            proof = _proof(me)
            if st.form_submit_button("Begin", type="primary"):
                _enrol(proof)


def _proof(me: MeForm) -> Proof:
    password = st.text_input("Your password", type="password", autocomplete="current-password", key="factor-password")
    code = ""
    if me.second_factor:
        code = st.text_input("A code of the one you have", autocomplete="one-time-code", key="factor-code")
    return Proof(password=password[:1000], code=code[:100])


def _enrol(proof: Proof) -> None:
    st.session_state.pop(_CODES, None)
    try:
        st.session_state[_BEGUN] = connection.client().accounts.enrol(proof)
    except ClientError as error:
        _wrong(error.message)
        return
    st.rerun()


def _end_second_factor(proof: Proof) -> None:
    try:
        connection.client().accounts.end_second_factor(proof)
    except ClientError as error:
        _wrong(error.message)
        return
    st.session_state.pop(_CODES, None)
    connection.forget()
    notices.tell("Your password alone signs you in now.")
    st.rerun()


def _confirm(begun: EnrolmentForm) -> None:
    drawn = base64.b64encode(begun.picture.encode()).decode()
    st.html(
        "<p>Scan this with an authenticator app, or type the key into it. Then type the code that the app shows.</p>"
        f'<p><img alt="QR code of your second factor" width="240" src="data:image/svg+xml;base64,{drawn}"></p>'
    )
    st.code(begun.secret, language=None, wrap_lines=True)
    with st.form("factor-confirm", border=False, clear_on_submit=True):
        code = st.text_input("Code", autocomplete="one-time-code", max_chars=20)
        with st.container(horizontal=True):
            wanted = st.form_submit_button("Turn it on", type="primary")
            if st.form_submit_button("Not now"):
                st.session_state.pop(_BEGUN, None)
                st.rerun()
    if wanted:
        try:
            st.session_state[_CODES] = connection.client().accounts.confirm(code)
        except ClientError as error:
            _wrong(error.message)
            return
        st.session_state.pop(_BEGUN, None)
        connection.forget()
        st.rerun()


def _keys(me: MeForm) -> None:
    st.html(
        "<h2>API keys</h2>"
        '<p class="sf-detail">For programs that ask in your name. Whoever has a key may do what its scopes say.</p>'
    )
    made = st.session_state.get(_MADE)
    if isinstance(made, MadeKey):
        st.html(
            f'<p class="sf-trouble sf-mild" role="status">{icon("key")}<span>Copy it now: it is not shown again.</span>'
            "</p>"
        )
        st.code(made.secret, language=None, wrap_lines=True)
    for key in connection.client().accounts.list_keys():
        _key(key)
    with st.expander("Make a key"), st.form("key", border=False, clear_on_submit=True):
        name = st.text_input("What is it for?", max_chars=120, autocomplete="off")
        scopes = st.multiselect("What may it do?", [one for one in me.permissions if one != NEEDS], default=["ask"])
        days = st.number_input("Days for which it holds", min_value=1, max_value=366, value=90)
        proof = ""
        if me.has_password:
            proof = st.text_input("Your password", type="password", autocomplete="current-password")
        if st.form_submit_button("Make it", type="primary"):
            try:
                wanted = NewKey(name=name or "unnamed", scopes=scopes or ["ask"], days=int(days), password=proof)
                st.session_state[_MADE] = connection.client().accounts.add_key(wanted)
            except ClientError as error:
                _wrong(error.message)
                return
            st.rerun()


def _key(key: KeyForm) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        used = f"used {sources_words.ago(key.used_at)}" if key.used_at else "never used"
        told = f"{', '.join(key.scopes)}, until {key.expires_at.day} {key.expires_at:%B %Y}, {used}"
        st.html(f'<p><b>{escape(key.name)}</b> <span class="sf-detail">{escape(told)}</span></p>')
        if st.button("End", key=f"end-{key.id}", icon=":material/key_off:"):
            with connection.reporting():
                connection.client().accounts.end_key(key.id)
            st.session_state.pop(_MADE, None)
            st.rerun()


def _export() -> None:
    st.html("<h2>All that is kept about you</h2>")
    if st.button("Put it together", icon=":material/download:", key="make-export"):
        with st.spinner("Putting it together …"), connection.reporting():
            st.session_state["export"] = connection.client().erasures.export().model_dump(mode="json")
    found = st.session_state.get("export")
    if found:
        data = json.dumps(found, indent=1, ensure_ascii=False)
        st.download_button("Download", data, "surefoot-about-me.json", "application/json", on_click="ignore")


def _wrong(message: str) -> None:
    st.html(f'<p class="sf-field-error" role="alert">{said(message)}</p>')
