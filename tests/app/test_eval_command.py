"""`surefoot eval run` over a running server: tables, one JSON document, the report, and the model that was named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from surefoot.app.address import Address, write_address
from surefoot.app.api.application import create_api, guarded
from surefoot.app.parts import App
from tests.app.command import surefoot
from tests.app.running import listening
from tests.app.test_eval_api import (
    cases as cases,  # noqa: PLC0414  fixtures
)
from tests.app.test_eval_api import (
    with_model as with_model,  # noqa: PLC0414
)

RUN = ("eval", "run", "--assistant", "garage")


@pytest.fixture
def data(with_model: App) -> Iterator[Path]:
    """The data folder of a server with a scripted model."""
    with listening(guarded(create_api(with_model), with_model)) as url:
        folder = with_model.settings.data
        write_address(folder, replace(Address.of("127.0.0.1", 0), url=url))
        yield folder


def test_the_cases_are_told_as_tables_and_as_one_json_document_with_a_report(data: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    shown = surefoot(data, *RUN, "--model", "scripted", "--report", report, "--json")
    assert shown.status == 0, shown.err
    result = shown.json()
    assert "report" not in result
    assert {row["mode"] for row in result["scores"]} == {"quotes", "model"}
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    told = surefoot(data, *RUN)
    for words in ("Quotes alone: answers", "With the model: tokens", "AUROC", "McNemar p", "100 [21, 100]"):
        assert words in told.out, words


def test_another_model_than_the_servers_is_refused_with_a_remedy(data: Path) -> None:
    shown = surefoot(data, *RUN, "--model", "smollm2-135m", "--json")
    assert shown.status == 1
    error = shown.json()["error"]
    assert error["code"] == "other_model"
    assert "scripted" in error["message"]
    assert "Ctrl-C" in error["message"]


@pytest.mark.parametrize(
    "options",
    [
        ("--model", "smollm2-135m", "--mode", "quotes"),
        ("--model", "none"),
        ("--report", "/nowhere/report.html"),
        ("--report", "/"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_fit_are_refused_before_anything_is_played(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    shown = surefoot(tmp_path / "none", *RUN, *options, "--json")
    assert (shown.status, shown.json()["error"]["code"]) == (2, "usage")
    assert not (tmp_path / "none").exists()


def test_a_model_that_does_not_exist_is_named_by_a_server_that_the_command_starts(tmp_path: Path) -> None:
    shown = surefoot(tmp_path, *RUN[:2], "--assistant", "fleet", "--model", "nonsense", "--json")
    assert shown.status == 1
    assert "There is no model named 'nonsense'" in shown.json()["error"]["message"]
