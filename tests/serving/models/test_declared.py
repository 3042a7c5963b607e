"""The declared models: complete, consistent, and under licences that the guide names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from surefoot.serving.models.declared import MODELS, ModelWeights

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "weights.md"


@pytest.mark.parametrize("model", MODELS.values(), ids=str)
def test_the_parts_of_each_file_add_up_to_it(model: ModelWeights) -> None:
    for file in model.files:
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert sum(part.size for part in file.parts) == file.size
        assert all(part.size > 0 for part in file.parts)


def test_every_package_has_an_exact_version() -> None:
    requirements = [part.requirement for model in MODELS.values() for file in model.files for part in file.parts]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", requirement) for requirement in requirements)


def test_a_stand_in_is_declared_and_smaller() -> None:
    for model in MODELS.values():
        if model.fallback:
            assert MODELS[model.fallback].memory < model.memory
            assert MODELS[model.fallback].size < model.size


@pytest.mark.parametrize("model", MODELS.values(), ids=str)
def test_the_guide_names_each_model_with_its_licence(model: ModelWeights) -> None:
    guide = GUIDE.read_text("utf-8")
    assert f"`{model.name}`" in guide
    assert model.licence_url in guide
