"""Reads the environment, the only module that does, into one frozen and checked object."""

from __future__ import annotations

import difflib
import logging
import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from surefoot.app.errors import SettingsInvalid
from surefoot.app.hosts import http_url, is_loopback, origin_of, syslog_url, webhook
from surefoot.app.sign_on import SignOn

logger = logging.getLogger(__name__)

PREFIX = "SUREFOOT_"
SECRET = "SUREFOOT_SECRET_"  # noqa: S105 - the beginning of a name, not a value
"""How the names of sources' credentials begin."""
LogLevel = Literal["debug", "info", "warning", "error"]
LONGEST_GROUP = 200
"""Characters of a group's name."""
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  compared, not bound
READ_ELSEWHERE = frozenset({"SUREFOOT_REQUIRE"})
"""Variables with our prefix that the test suite reads, not the product."""


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _folders(value: object) -> object:
    """Whole paths with ':' between; raises ValueError for others, which would depend on where it was started."""
    if not isinstance(value, str):
        return value
    folders = tuple(Path(one.strip()).expanduser() for one in value.split(os.pathsep) if one.strip())
    if other := [str(one) for one in folders if not one.is_absolute()]:
        raise ValueError(f"'{other[0]}' is no whole path: it must begin with '/'.")
    return folders


def _groups(value: object) -> object:
    """Names of groups with ',' between; raises ValueError for none, and for what cannot name one."""
    if not isinstance(value, str):
        return value
    names = tuple(dict.fromkeys(name for one in value.split(",") if (name := one.strip())))
    if not names or not all(name.isprintable() and len(name) <= LONGEST_GROUP for name in names):
        raise ValueError(f"Name one group or more, each with up to {LONGEST_GROUP} printable characters.")
    return names


def _data_home() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return _absolute(Path(base) / "surefoot")


def _weights_home() -> Path:
    return _absolute(Path("~/.cache/surefoot/weights"))


def _machine_zone() -> str:
    """The machine's time zone by name: TZ, or where /etc/localtime leads; UTC where neither names one."""
    _, _, linked = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return next((name for name in (os.environ.get("TZ", "").removeprefix(":"), linked) if _is_zone(name)), "UTC")


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        return False


def _zone(name: str) -> str:
    if not _is_zone(name):
        raise ValueError(f"There is no time zone '{name}': write one like Europe/Berlin, or leave it out.")
    return name


def _langfuse(name: str, *others: str) -> AliasChoices:
    return AliasChoices(f"langfuse_{name}", *(f"LANGFUSE_{word.upper()}" for word in (name, *others)))


Folder = Annotated[Path, AfterValidator(_absolute)]
Folders = Annotated[tuple[Path, ...] | None, NoDecode, BeforeValidator(_folders)]
Groups = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_groups)]
Url = Annotated[str | None, AfterValidator(http_url)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(SignOn, BaseSettings):
    """Everything that can be set from outside; each field is the variable SUREFOOT_<FIELD>."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    data: Folder = Field(default_factory=_data_home, description="Folder of everything that is kept.")
    weights: Folder = Field(default_factory=_weights_home, description="Folder of model weights, named by sha256.")
    weights_from: Folder | None = Field(
        default=None, description="Folder that is searched for weights before any download."
    )
    model: str = Field(
        default="auto",
        min_length=1,
        description="Generation model: 'auto' (by free memory), 'none' (evidence mode), a known name, or a .gguf file.",
    )
    engine_url: Url = Field(
        default=None, description="An OpenAI-compatible server (vLLM) in place of the embedded engine."
    )
    engine_key: SecretStr | None = Field(default=None, description="Key of that server.")
    engine_model: str | None = Field(
        default=None, description="The model's name on that server; its first one if unset."
    )
    database_url: SecretStr | None = Field(
        default=None, description="postgresql://user:password@host/name; unset means SQLite in the data folder."
    )
    qdrant_url: Url = Field(default=None, description="A Qdrant server in place of the embedded index.")
    qdrant_key: SecretStr | None = Field(default=None, description="Key of the Qdrant server.")
    records_url: SecretStr | None = Field(
        default=None,
        description="postgresql://user:password@host/name for live data; unset means a DuckDB file in the data folder.",
    )
    mqtt_url: SecretStr | None = Field(
        default=None,
        description="mqtt://user:password@host:1883, or mqtts://, the broker on which vehicles send; unset means none.",
    )
    mqtt_prefix: str = Field(default="surefoot", min_length=1, description="Topics are <prefix>/<vehicle>/samples.")
    mqtt_ca: Path | None = Field(default=None, description="Certificate authority of the broker, a PEM file.")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        default_factory=_machine_zone,
        description="Time zone of days in questions about records that declare none, and of the made-up fleet.",
    )
    simulator: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Whether a made-up fleet drives, which is named as simulated; 'auto': where `surefoot up` runs.",
    )
    vehicle_groups: Groups = Field(
        default=("everyone",), description="Groups that may see a vehicle which is heard of for the first time."
    )
    simulator_days: int = Field(default=28, ge=0, le=400, description="Days of history that it begins with.")
    simulator_rate: float = Field(
        default=1.0, gt=0, le=100, description="How often it sends, times every 10 (trucks) and 20 seconds (vans)."
    )
    questions_a_minute: int = Field(
        default=60, ge=1, description="Questions that one person may ask in a minute, where there are accounts."
    )
    questions_at_once: int = Field(
        default=8, ge=1, description="Questions of one person that are answered at the same time."
    )
    conversation_days: int | None = Field(
        default=None,
        ge=1,
        description="Days for which conversations are kept after their last question; unset: always.",
    )
    trace_days: int = Field(default=30, ge=1, description="Days for which traces of answers are kept.")
    samples_days: int = Field(
        default=90, ge=1, description="Days for which single samples are kept; what is derived from them stays."
    )
    alert_seconds: float = Field(
        default=30.0, ge=1, le=3600, description="How often rules of alerts are evaluated, in seconds."
    )
    alert_webhook: Annotated[SecretStr | None, AfterValidator(webhook)] = Field(
        default=None, description="http(s) address that alerts are sent to when they open and end; unset means none."
    )
    alert_webhook_key: SecretStr | None = Field(
        default=None, description="Key that these messages are signed with, in the header X-Surefoot-Signature."
    )
    api_key: SecretStr | None = Field(
        default=None,
        description="API key that commands bring in place of the machine's token: they may what its person may.",
    )
    trail_heads_file: Folder | None = Field(
        default=None,
        description="File that signed heads of the audit trail are added to, such as on another machine's disk.",
    )
    trail_heads_syslog: Annotated[str | None, AfterValidator(syslog_url)] = Field(
        default=None,
        description="udp://host:514, tcp://host:601 or unix:///dev/log: syslog that signed heads of the trail go to.",
    )
    trail_heads_minutes: float = Field(
        default=60.0, ge=0.01, le=10_080, description="Minutes between two signed heads of the audit trail."
    )
    host: str = Field(
        default="127.0.0.1", description="Address that API and pages bind to; loopback only until there are accounts."
    )
    public_url: Url = Field(
        default=None,
        description="Address of the pages as people's browsers see it, such as https://surefoot.example.org.",
    )
    public_api_url: Url = Field(
        default=None,
        description="Address of the API as browsers see it; unset: the host of the pages' address, at SUREFOOT_PORT.",
    )
    password_words: str | None = Field(
        default=None,
        max_length=2000,
        description="Words that guessers of this house would try, such as its name, by commas; no password is made of "
        "them.",
    )
    second_factor_for: str | None = Field(
        default=None,
        description="Roles, by commas, whose people must have a second factor where they sign in with a password; "
        "'all': everybody.",
    )
    four_eyes: Literal["auto", "always", "off"] = Field(
        default="auto",
        description="Whether a second administrator approves what shows one what is other people's (see accounts): "
        "'auto' from when there were two on, always, off.",
    )
    accounts_key: Annotated[SecretStr | None, Field(min_length=32)] = Field(
        default=None,
        description="Secret that second factors are encrypted with, of at least 32 characters; unset: a file of the "
        "data folder.",
    )
    session_hours: float = Field(default=12.0, gt=0, le=720, description="Hours after which one must sign in again.")
    session_idle_minutes: float = Field(
        default=30.0, ge=1, le=43_200, description="Minutes without any request after which one must sign in again."
    )
    port: Port = Field(default=8400, description="Port of the HTTP API; 0 takes any free one.")
    pages_port: Port = Field(default=8401, description="Port of the pages, whose origin the API accepts.")
    hang_seconds: float = Field(
        default=120.0,
        ge=0,
        le=3600,
        description="Seconds without an answer after which `surefoot up` starts API or pages again; 0: never.",
    )
    reranker: str | None = Field(
        default=None,
        description="A cross-encoder (ONNX) that orders the first 30 passages anew: a folder, or a name on the hub.",
    )
    threads: int = Field(
        default_factory=lambda: max(1, min(8, os.cpu_count() or 2)),
        ge=1,
        le=256,
        description="Processor threads for encoding and generation.",
    )
    evidence_tokens: int | None = Field(
        default=None,
        ge=50,
        le=4000,
        description="Tokens of evidence that a prompt holds at most, for all assistants; unset: what each declares.",
    )
    repeats: Literal["on", "off"] = Field(
        default="on",
        description="Whether an answer is given again where the same is asked and nothing has changed: on, off.",
    )
    checker: Literal["rules", "judge"] = Field(
        default="judge",
        description="What checks a model's sentences: 'rules' alone, or the model too, 'judge' of what they release.",
    )
    upload_limit_mb: int = Field(default=64, ge=1, le=4096, description="Megabytes that one upload request may bring.")
    parse_seconds: float = Field(default=120.0, gt=0, le=3600, description="Seconds that reading one file may take.")
    parse_memory_mb: int = Field(
        default=1024, ge=128, le=65536, description="Megabytes that reading one file may take."
    )
    allow_private_sources: bool = Field(
        default=False,
        description="Whether sources may lie at loopback, link-local or private addresses, or in repositories on disk.",
    )
    source_folders: Folders = Field(
        default=None,
        description="Folders, with ':' between, below which sources may read this machine's disks; unset: any but "
        "hidden, system and Surefoot's own folders until there are accounts, then none.",
    )
    runs_at_once: int = Field(default=2, ge=1, le=16, description="Runs over sources that work at the same time.")
    langfuse_public_key: str | None = Field(
        default=None,
        validation_alias=_langfuse("public_key"),
        description="Langfuse project's public key (LANGFUSE_PUBLIC_KEY).",
    )
    langfuse_secret_key: SecretStr | None = Field(
        default=None,
        validation_alias=_langfuse("secret_key"),
        description="Langfuse project's secret key (LANGFUSE_SECRET_KEY).",
    )
    langfuse_host: Url = Field(
        default=None,
        validation_alias=_langfuse("host", "base_url"),
        description="Langfuse server (LANGFUSE_HOST or LANGFUSE_BASE_URL).",
    )
    hub_endpoint: Annotated[str, AfterValidator(lambda url: http_url(url) or "")] = Field(
        default="https://huggingface.co",
        validation_alias=AliasChoices("hub_endpoint", "SUREFOOT_HUB_ENDPOINT", "HF_ENDPOINT"),
        description="Model hub that weights are fetched from (HF_ENDPOINT).",
    )
    log_level: LogLevel = Field(default="warning", description="How much is logged: debug, info, warning, error.")

    @model_validator(mode="after")
    def _known_outside(self) -> Settings:
        if not is_loopback(self.host) and not self.public_url:
            raise ValueError(
                f"SUREFOOT_HOST {self.host} can be reached from other machines, and SUREFOOT_PUBLIC_URL is not set: "
                "set it to the address of the pages that people will type, such as https://surefoot.example.org. "
                "Requests under other names are refused."
            )
        return self

    @model_validator(mode="after")
    def _langfuse_is_whole(self) -> Settings:
        keys = {
            "LANGFUSE_PUBLIC_KEY": self.langfuse_public_key,
            "LANGFUSE_SECRET_KEY": self.langfuse_secret_key,
            "LANGFUSE_HOST": self.langfuse_host,
        }
        unset = [name for name, value in keys.items() if not value]
        if unset and len(unset) < len(keys):
            raise ValueError(f"Langfuse needs all three settings; unset: {', '.join(unset)}. Set them, or unset all.")
        return self

    @property
    def pages_origins(self) -> frozenset[str]:
        """Origins that a browser gives for the pages, and for the API where a proxy stands before it."""
        own = {f"http://{host}:{self.pages_port}" for host in ("localhost", "127.0.0.1", "[::1]")}
        return frozenset(own | {origin_of(url) for url in (self.public_url, self.public_api_url) if url})

    @property
    def public_hosts(self) -> frozenset[str]:
        """Names under which the API is reached from elsewhere."""
        urls = (self.public_url, self.public_api_url)
        return frozenset(urlsplit(url).hostname or "" for url in urls if url) | ({self.host} - EVERYWHERE)

    @property
    def reached_from_elsewhere(self) -> bool:
        """Whether other machines can reach it, by its own address or through a proxy."""
        return not all(map(is_loopback, {self.host, *self.public_hosts}))


def variables_of(field: str, info: FieldInfo) -> list[str]:
    """The environment variables that a setting is read from, the first of them first."""
    alias = info.validation_alias
    if isinstance(alias, AliasChoices):
        return [choice for choice in alias.choices if isinstance(choice, str) and choice.isupper()]
    return [PREFIX + field.upper()]


def known_variables() -> frozenset[str]:
    """Names of all environment variables that settings come from."""
    return frozenset(name for field, info in Settings.model_fields.items() for name in variables_of(field, info))


def secret(name: str) -> str | None:
    """The value of an environment variable that a source's settings name as a credential; None where it is unset.

    Only SUREFOOT_SECRET_… are given out, so that a source cannot be made to send another variable somewhere.
    """
    return os.environ.get(name) or None if name.startswith(SECRET) else None


def unknown_variables() -> dict[str, str | None]:
    """Variables with our prefix that nothing reads, each with the setting that was probably meant."""
    known = known_variables()
    ours = (name for name in os.environ if name.startswith(PREFIX) and not name.startswith(SECRET))
    unknown = sorted(name for name in ours if name not in known | READ_ELSEWHERE)
    return {name: next(iter(difflib.get_close_matches(name, known, n=1)), None) for name in unknown}


def load_settings() -> Settings:
    """Settings from the environment; warns of unknown variables, raises SettingsInvalid for wrong ones."""
    for name, meant in unknown_variables().items():
        logger.warning("Nothing reads %s.%s", name, f" Did you mean {meant}?" if meant else "")
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsInvalid(_explained(error)) from None  # the original would print secrets


def _explained(error: ValidationError) -> str:
    lines = ["These settings cannot be used:"]
    for fault in error.errors(include_input=False, include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        variable = name if name.isupper() else f"{PREFIX}{name.upper()}" if name else "Settings"
        lines.append(f"- {variable}: {fault['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)
