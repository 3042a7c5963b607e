"""Qdrant's REST interface, as far as the index uses it, over qdrant-client's in-memory mode."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from pydantic import TypeAdapter
from qdrant_client import QdrantClient, models

Body = dict[str, Any]


class QdrantShim:
    """A server on loopback; `requests` lists what it was asked, `status` makes it answer with an error."""

    def __init__(self) -> None:
        self.memory = QdrantClient(":memory:")
        self.requests: list[tuple[str, str, Body]] = []
        self.status: int | None = None
        self._lock = Lock()
        shim = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                sent = self.rfile.read(int(self.headers.get("content-length") or 0))
                status, result = shim.answer(self.command, self.path.partition("?")[0], json.loads(sent or b"{}"))
                body = json.dumps({"result": result, "status": "ok", "time": 0.0}).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server names them so

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, method: str, path: str, body: Body) -> tuple[int, Any]:
        with self._lock, warnings.catch_warnings(action="ignore"):
            self.requests.append((method, path, body))
            if self.status is not None:
                return self.status, None
            for (wanted, pattern), act in ROUTES.items():
                if wanted == method and (found := re.fullmatch(f"/collections/([^/]+){pattern}", path)):
                    return 200, act(self.memory, found[1], body)
        return 404, None

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _dumped(value: Any) -> Any:
    return TypeAdapter(type(value)).dump_python(value, mode="json", exclude_none=True)


def _as(model: type[Any], body: Body) -> Any:
    return model.model_validate(body)


def _create(memory: QdrantClient, name: str, body: Body) -> Any:
    asked = _as(models.CreateCollection, body)
    return memory.create_collection(
        name, vectors_config=asked.vectors, sparse_vectors_config=asked.sparse_vectors, quantization_config=None
    )


def _upsert(memory: QdrantClient, name: str, body: Body) -> Any:
    return _dumped(memory.upsert(name, _as(models.PointsList, body).points))


def _query_batch(memory: QdrantClient, name: str, body: Body) -> Any:
    return [_dumped(one) for one in memory.query_batch_points(name, _as(models.QueryRequestBatch, body).searches)]


def _scroll(memory: QdrantClient, name: str, body: Body) -> Any:
    q = _as(models.ScrollRequest, body)
    page, offset = memory.scroll(name, scroll_filter=q.filter, limit=q.limit, offset=q.offset, with_payload=True)
    return {"points": [_dumped(record) for record in page], "next_page_offset": offset}


def _count(memory: QdrantClient, name: str, body: Body) -> Any:
    return _dumped(memory.count(name, count_filter=_as(models.CountRequest, body).filter))


def _delete(memory: QdrantClient, name: str, body: Body) -> Any:
    return _dumped(memory.delete(name, _as(models.FilterSelector, body)))


def _set_payload(memory: QdrantClient, name: str, body: Body) -> Any:
    asked = _as(models.SetPayload, body)
    return _dumped(memory.set_payload(name, asked.payload, points=asked.filter))


def _index(memory: QdrantClient, name: str, body: Body) -> Any:
    return _dumped(memory.create_payload_index(name, body["field_name"], field_schema=body["field_schema"]))


ROUTES: dict[tuple[str, str], Callable[[QdrantClient, str, Body], Any]] = {
    ("GET", "/exists"): lambda memory, name, _: {"exists": memory.collection_exists(name)},
    ("GET", ""): lambda memory, name, _: _dumped(memory.get_collection(name)),
    ("PUT", ""): _create,
    ("DELETE", ""): lambda memory, name, _: memory.delete_collection(name),
    ("PATCH", ""): lambda memory, name, _: memory.update_collection(name),
    ("PUT", "/index"): _index,
    ("PUT", "/points"): _upsert,
    ("POST", "/points/query/batch"): _query_batch,
    ("POST", "/points/scroll"): _scroll,
    ("POST", "/points/count"): _count,
    ("POST", "/points/delete"): _delete,
    ("POST", "/points/payload"): _set_payload,
}
