"""The routes of sources and runs behind a real server, over a stage of real parts, with the typed client before them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

from fastapi import FastAPI

from surefoot.app.address import Address, write_address
from surefoot.app.api import failures, runs, sources
from surefoot.app.api.asker import asker
from surefoot.app.client.http import Client
from surefoot.app.client.run_forms import ENDED, RunForm
from surefoot.app.jobs.jobs import Jobs
from surefoot.app.metrics import Metrics
from surefoot.core.nouns import Asker
from surefoot.serving.assistants import AssistantRegistry
from tests.app.jobs.working import working
from tests.app.running import listening, until
from tests.ingestion.run_stage import ANN, Stage, staged

FLEET = "name: fleet\ntitle: Fleet\ngroups: [staff]\n"


@dataclass
class Knowing:
    """Who asks may be changed."""

    stage: Stage
    jobs: Jobs
    client: Client
    url: str
    who: Asker

    def ended(self, run: RunForm) -> RunForm:
        """Wait for a run's end."""
        until(lambda: self.client.knowledge.run(run.id).state in {*ENDED, "waiting"})
        return self.client.knowledge.run(run.id)


@contextmanager
def knowing(folder: Path) -> Generator[Knowing]:
    """The routes over the parts of a folder; ann asks, of the assistant 'fleet'."""
    shipped = folder / "shipped" / "fleet"
    shipped.mkdir(parents=True)
    (shipped / "assistant.yaml").write_text(FLEET, encoding="utf-8")
    with staged(folder) as stage, working(stage) as jobs:
        api = FastAPI()
        failures.install(api, Metrics())
        api.state.parts = SimpleNamespace(
            jobs=jobs, assistants=AssistantRegistry(shipped.parent, folder / "own"), library=None
        )
        for module in (sources, runs):
            api.include_router(module.router)
        api.add_api_route("/health", lambda: {"status": "ok"})
        api.add_api_route("/ready", lambda: {"ready": True, "reasons": []})
        with listening(api) as url, Client(url, seconds=60) as client:
            # commands that use this folder find this server
            write_address(folder, replace(Address.of("127.0.0.1", 0), url=url))
            made = Knowing(stage, jobs, client, url, ANN)
            api.dependency_overrides[asker] = lambda: made.who
            yield made
