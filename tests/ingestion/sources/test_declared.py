"""Declarations of sources: every kind has a form, and every fault is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.declared import (
    AnySettings,
    Declared,
    SourceSettings,
    build,
    declared_sources,
    kinds,
    parse,
    schema,
)
from surefoot.ingestion.sources.folder import FolderSettings
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Source

DECLARATION = """
- name: Manuals
  kind: folder
  path: /srv/manuals
  include: ["*.pdf"]
  schedule: "0  * * * *"
  groups: [staff, drivers]
- {name: Site, kind: web, start: ["https://www.example.com/help/"]}
- {name: Objects, kind: bucket, bucket: manuals, endpoint: "https://s3.example.com",
   access_key_secret: SUREFOOT_SECRET_A, secret_key_secret: SUREFOOT_SECRET_B}
- {name: Plans, kind: query, url_secret: SUREFOOT_SECRET_DB, statement: SELECT * FROM plan, key: [id]}
- {name: Docs, kind: git, url: "https://git.example.com/docs.git", branch: main}
- {name: Notes, kind: hub, reader: llama_index.readers.obsidian.ObsidianReader, init: {input_dir: /srv/notes}}
"""


def declared() -> list[Declared]:
    return declared_sources(yaml.safe_load(DECLARATION))


def test_all_kinds_are_declared_in_yaml_and_built(tmp_path: Path) -> None:
    sources = declared()
    assert [source.settings.kind for source in sources] == [kind.kind for kind in kinds()]
    assert (sources[0].schedule, sources[0].groups) == ("0 * * * *", {"staff", "drivers"})
    assert (sources[1].schedule, sources[1].groups) == (None, frozenset())
    for source in sources:
        built = build(source.settings, Surroundings(lambda name: name, False, 1000, tmp_path, "test"))
        assert isinstance(built, Source)
        built.close()


def test_settings_come_back_from_json_as_they_were() -> None:
    adapter: TypeAdapter[AnySettings] = TypeAdapter(SourceSettings)
    for source in declared():
        kept = json.loads(source.settings.model_dump_json())
        assert adapter.validate_python(kept) == source.settings
        assert parse(kept["kind"], kept) == source.settings


@pytest.mark.parametrize("kind", [kind.kind for kind in kinds()])
def test_each_kind_has_a_form_in_plain_words(kind: str) -> None:
    form = schema(kind)
    assert form["additionalProperties"] is False
    for name, field in form["properties"].items():
        assert name not in ("name", "schedule", "groups")  # these are the declaration's own
        if name != "kind":
            assert field["title"]
            assert field["description"]
        if name.endswith("_secret"):
            assert "^SUREFOOT_SECRET_[A-Z0-9_]+$" in json.dumps(field)
    json.dumps(form)


def test_each_kind_is_introduced() -> None:
    for kind in kinds():
        assert kind.title
        assert kind.description
        assert kind.icon.startswith(":material/")


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("folder", {}, r"'path' \(Folder\): field required"),
        ("folder", {"path": "manuals"}, r"'path' \(Folder\): must be the whole path"),
        (
            "folder",
            {"path": "/srv", "includes": []},
            "'includes': is no setting of this kind; these are: path, include",
        ),
        ("folder", {"path": "/srv", "include": ["../x"]}, r"'include.0' \(Only these files\): .* climbs out"),
        ("folder", {"path": "/srv", "kind": "git"}, "of the kind 'git', not 'folder'"),
        ("git", {"url": "https://u:s3cret@a.example/x"}, r"'url' \(Address\): holds a user or password"),
        ("git", {"url": "https://a.example/x", "token_secret": "s3cret"}, "'token_secret'"),
        ("query", {"url_secret": "X", "statement": "DELETE", "key": []}, "'url_secret'.*'statement'.*'key'"),
        ("upload", {}, "no kind 'upload' of source. 'kind' must be one of: folder, web, bucket, query, git, hub"),
    ],
)
def test_a_fault_names_its_field_and_shows_no_value(kind: str, values: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceInvalid, match=words) as caught:
        parse(kind, values)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("folder", "must be a list"),
        ({"a": 1}, "must be a list"),
        ([None] * 201, "at most 200"),
        (["x"], "Source 1 must have keys"),
        ([{"kind": "folder", "path": "/srv"}], "Source 1 needs a 'name'"),
        ([{"name": 7, "kind": "folder"}], "Source 1 needs a 'name'"),
        ([{"name": "A\nB", "kind": "folder"}], "Source 1 needs a 'name'"),
        ([{"name": "A"}], "Source 'A': There is no kind 'None'"),
        ([{"name": "A", "kind": "folder"}], "Source 'A': 'path'"),
        (
            [{"name": "A", "kind": "folder", "path": "/srv", "schedule": "hourly"}],
            "Source 'A': 'schedule' must be five",
        ),
        ([{"name": "A", "kind": "folder", "path": "/srv", "schedule": "99 * * * *"}], "'schedule' must be five"),
        ([{"name": "A", "kind": "folder", "path": "/srv", "schedule": 5}], "'schedule' must be five"),
        ([{"name": "A", "kind": "folder", "path": "/srv", "groups": "staff"}], "'groups' must be a list"),
        ([{"name": "A", "kind": "folder", "path": "/srv", "groups": [1]}], "'groups' must be a list"),
        (
            [{"name": "A", "kind": "folder", "path": "/srv"}, {"name": "A ", "kind": "folder", "path": "/b"}],
            "Two sources",
        ),
    ],
)
def test_a_declaration_that_cannot_be_used_says_where(raw: object, words: str) -> None:
    with pytest.raises(SourceInvalid, match=words):
        declared_sources(raw)


def test_no_sources_are_no_fault() -> None:
    assert declared_sources(None) == declared_sources([]) == []


def test_settings_cannot_be_changed_once_made() -> None:
    settings = FolderSettings(path="/srv")
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "path", "/etc")  # noqa: B010 - the checker knows that it is frozen


def test_declaring_sources_loads_no_heavy_library() -> None:
    code = "import sys, surefoot.ingestion.sources.declared; print(*(m for m in %r if m in sys.modules))"
    heavy = ["sqlalchemy", "minio", "llama_index", "watchfiles", "httpx", "lxml", "croniter"]
    done = subprocess.run([sys.executable, "-c", code % heavy], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
