"""Lists and fetches the models' weights, telling it in JSON lines: `python -m surefoot.app.weights list|fetch NAME`."""

from __future__ import annotations

import json
import sys
from typing import Any

from surefoot.app.settings import Settings, load_settings
from surefoot.core.errors import SurefootError
from surefoot.serving.models.declared import MODELS
from surefoot.serving.models.progress import Progress
from surefoot.serving.models.weights import WeightStore, standard_sources


def main(arguments: list[str]) -> None:
    """Do what the arguments say; the last line tells the result, or the error."""
    try:
        if arguments[:1] == ["fetch"]:
            fetch(load_settings(), arguments[1])
        else:
            listed(load_settings())
    except SurefootError as error:
        _tell({"error": {"message": str(error), "code": "weights"}})


def listed(settings: Settings) -> None:
    """Tell of each model whether it is here."""
    store = WeightStore(settings.weights)
    for model in MODELS.values():
        row = {"name": model.name, "title": model.title, "bytes": model.size, "licence": model.licence}
        _tell({**row, "here": store.holds(model)})


def fetch(settings: Settings, name: str) -> None:
    """Fetch a model's files, telling the progress."""
    model = MODELS.get(name)
    if model is None:
        names = ", ".join(MODELS)
        _tell({"error": {"message": f"There are no weights named '{name}'. Names: {names}.", "code": "usage"}})
        return
    store = WeightStore(settings.weights, standard_sources(settings.weights_from, settings.hub_endpoint))
    paths = store.fetch_model(model, _progress)
    files = [{"name": file, "path": str(path)} for file, path in paths.items()]
    _tell({"result": {"name": name, "bytes": model.size, "files": files}})


def _progress(progress: Progress) -> None:
    _tell({"stage": progress.stage, "done": progress.bytes_done, "total": progress.bytes_total})


def _tell(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
