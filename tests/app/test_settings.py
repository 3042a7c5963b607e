"""Settings come from the environment alone, are checked at start, and say what is wrong and what to do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from surefoot.app.errors import SettingsInvalid
from surefoot.app.hosts import is_loopback
from surefoot.app.settings import Settings
from surefoot.app.wiring.accounts import build_provider

SHOW = """
import json, logging, sys
logging.basicConfig(level="WARNING", format="%(message)s")
from surefoot.app.errors import SettingsInvalid
from surefoot.app.settings import load_settings
try:
    print(json.dumps(load_settings().model_dump(mode="json")))
except SettingsInvalid as error:
    sys.exit(str(error))
"""


def load(**variables: str) -> subprocess.CompletedProcess[str]:
    """Load settings in a process with this environment and no other variables of ours."""
    base = {k: v for k, v in os.environ.items() if not k.startswith(("SUREFOOT_", "LANGFUSE_", "HF_", "XDG_"))}
    return subprocess.run(
        [sys.executable, "-c", SHOW], env=base | variables, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_a_host_that_others_can_reach_needs_the_address_that_they_use(host: str) -> None:
    refused = load(SUREFOOT_HOST=host)
    assert refused.returncode != 0
    assert "SUREFOOT_HOST" in refused.stderr
    assert "SUREFOOT_PUBLIC_URL" in refused.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_loopback_hosts_are_accepted(host: str) -> None:
    assert load(SUREFOOT_HOST=host).returncode == 0


def test_a_misspelt_variable_is_warned_about_with_the_one_that_was_meant() -> None:
    warned = load(SUREFOOT_PROT="8500", SUREFOOT_REQUIRE="all")
    assert warned.returncode == 0
    assert warned.stderr.strip() == "Nothing reads SUREFOOT_PROT. Did you mean SUREFOOT_PORT?"


def test_all_wrong_settings_are_named_at_once_and_no_secret_is_shown() -> None:
    refused = load(
        SUREFOOT_PORT="70000", SUREFOOT_QDRANT_URL="qdrant:6333", SUREFOOT_DATABASE_URL="postgresql://a:hush@b/c"
    )
    assert "SUREFOOT_PORT" in refused.stderr
    assert "SUREFOOT_QDRANT_URL" in refused.stderr
    assert "hush" not in refused.stderr


def test_an_empty_variable_counts_as_unset() -> None:
    assert load(SUREFOOT_QDRANT_URL="", SUREFOOT_PORT="").returncode == 0


def test_langfuse_takes_its_own_variables_all_or_none() -> None:
    whole = {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk", "LANGFUSE_BASE_URL": "http://localhost:3000/"}
    assert '"langfuse_host": "http://localhost:3000"' in load(**whole).stdout
    assert load().returncode == 0
    half = load(LANGFUSE_PUBLIC_KEY="pk")
    assert "LANGFUSE_SECRET_KEY" in half.stderr
    assert "LANGFUSE_HOST" in half.stderr


def test_secrets_do_not_show_in_a_printed_value() -> None:
    settings = Settings.model_validate({"engine_key": "hush", "database_url": "postgresql://a:hush@b/c"})
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("host", ["", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"])
def test_names_that_only_look_like_loopback_are_not(host: str) -> None:
    assert not is_loopback(host)


WHOLE = {
    "SUREFOOT_OIDC_ISSUER": "https://login.example.org/realm/",
    "SUREFOOT_OIDC_CLIENT_ID": "surefoot",
    "SUREFOOT_OIDC_CLIENT_SECRET": "hush",
    "SUREFOOT_OIDC_ROLES": '{"staff": ["reader"], "it": ["administrator", "auditor"]}',
}


def test_single_sign_on_is_set_as_a_whole_or_not_at_all() -> None:
    whole = load(**WHOLE)
    assert '"oidc_issuer": "https://login.example.org/realm"' in whole.stdout
    assert '"it": ["administrator", "auditor"]' in whole.stdout
    for name in WHOLE:
        refused = load(**{other: value for other, value in WHOLE.items() if other != name})
        assert name in refused.stderr
        assert "hush" not in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ISSUER", "http://login.example.org", "https://"),
        ("ISSUER", "login.example.org", "not an address"),
        ("ROLES", "staff=reader", "Invalid JSON"),
        ("ROLES", '{"staff": "reader"}', "list"),
        ("SCOPES", "profile", "'openid'"),
    ],
)
def test_single_sign_on_that_cannot_work_is_refused_with_the_reason(name: str, value: str, told: str) -> None:
    refused = load(**{**WHOLE, f"SUREFOOT_OIDC_{name}": value})
    assert refused.returncode != 0
    assert f"SUREFOOT_OIDC_{name}" in refused.stderr
    assert told in refused.stderr


def test_a_role_that_there_is_not_stops_the_start_with_those_that_there_are() -> None:
    roles = '{"staff": ["reader", "owner"]}'
    given = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "a", "oidc_client_secret": "b", "oidc_roles": roles}
    with pytest.raises(SettingsInvalid, match=r"SUREFOOT_OIDC_ROLES.*'owner'.*reader, contributor"):
        build_provider(Settings.model_validate(given))
    assert build_provider(Settings()) is None
