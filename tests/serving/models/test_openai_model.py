"""The client against servers that refuse, break off, hang, or speak another dialect; and its reading of log odds."""

from __future__ import annotations

import asyncio
import json
import math
import socket
import threading
import time
from collections.abc import Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from surefoot.core.nouns import Usage
from surefoot.serving.errors import ModelError, ModelRefused, ModelUnavailable, PromptTooLong
from surefoot.serving.models.chat_model import GenerateOptions, Token
from surefoot.serving.models.openai_logprobs import joined_by_choice
from surefoot.serving.models.openai_model import Endpoint, OpenAIModel, Timeouts
from tests.serving.models.reading import ASKED, read

IMPATIENT = Timeouts(connect=0.5, first_token=0.5, between_tokens=0.5)


@dataclass
class Double:
    """A server that gives one answer to every POST."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    content_type: str = "text/event-stream"
    models: tuple[str, ...] = ("served-model",)
    hang: float = 0.0
    """Seconds of silence after the body, with the connection open."""
    asked: list[dict[str, object]] = field(default_factory=list[dict[str, object]])


@pytest.fixture
def double() -> Generator[Double]:
    with open_double() as opened:
        yield opened


@contextmanager
def open_double() -> Generator[Double]:
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in double.models]}
            self._answer(200, "application/json", json.dumps(listed).encode())

        def do_POST(self) -> None:
            double.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(double.status, double.content_type, double.body)
            time.sleep(double.hang)

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    double.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()


def chunk(text: str | None, finish: str | None = None) -> bytes:
    delta = {"content": text} if text is not None else {}
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def event(body: dict[str, object]) -> bytes:
    whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "served-model", **body}
    return b"data: " + json.dumps(whole).encode() + b"\n\n"


def usage(prompt: int, completion: int) -> bytes:
    return event(
        {"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": 9}}
    )


DONE = b"data: [DONE]\n\n"


async def test_the_servers_first_model_is_used_where_none_is_named(double: Double) -> None:
    double.body = chunk("hi") + chunk(None, "stop") + usage(7, 1) + DONE
    model = OpenAIModel(Endpoint(double.url))
    assert model.name == "unknown"
    tokens = await read(model)
    assert tokens == [Token("hi"), Token("", Usage(7, 1, 0), "stop")]
    assert model.name == "served-model"
    assert double.asked[0]["model"] == "served-model"


async def test_only_what_every_server_knows_is_sent(double: Double) -> None:
    double.body = chunk("hi", "stop") + DONE
    await read(
        OpenAIModel(Endpoint(double.url, model="m")), GenerateOptions(5, stop=("x",), schema='{"type": "object"}')
    )
    assert double.asked == [
        {
            "messages": [{"role": "user", "content": "hello"}],
            "model": "m",
            "max_tokens": 5,
            "temperature": 0.0,
            "stop": ["x"],
            "stream": True,
            "stream_options": {"include_usage": True},
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
            },
        }
    ]


async def test_a_server_that_counts_nothing_gets_its_tokens_counted(double: Double) -> None:
    double.body = chunk("a") + chunk("b") + chunk(None, "length") + DONE
    assert (await read(OpenAIModel(Endpoint(double.url, model="m"))))[-1] == Token("", Usage(0, 2), "length")


@pytest.mark.parametrize("body", [chunk("half") + DONE, chunk("half"), b"", b"data: {broken\n\n", b"<html></html>"])
async def test_a_stream_that_breaks_off_is_an_error_and_no_short_answer(double: Double, body: bytes) -> None:
    double.body = body
    model = OpenAIModel(Endpoint(double.url, model="m"))
    with pytest.raises(ModelUnavailable):
        await read(model)
    assert not model.ready()


async def test_a_model_that_failed_is_ready_again_after_a_while(double: Double) -> None:
    model = OpenAIModel(Endpoint(double.url, model="m"))
    with pytest.raises(ModelUnavailable):
        await read(model)
    deadline = time.monotonic() + 30
    while not model.ready():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_a_dead_peer_is_named_with_the_remedy(free_port: int) -> None:
    model = OpenAIModel(Endpoint(f"http://127.0.0.1:{free_port}/v1", model="m"))
    with pytest.raises(ModelUnavailable, match=r"Nobody answers(.|\n)*SUREFOOT_ENGINE_URL"):
        await read(model)
    with pytest.raises(ModelUnavailable, match="Nobody answers"):
        await model.first_token_logprobs(ASKED, ["yes"])


async def test_a_peer_that_hangs_is_given_up(double: Double) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        model = OpenAIModel(Endpoint(f"http://127.0.0.1:{mute.getsockname()[1]}/v1", model="m"), IMPATIENT)
        with pytest.raises(ModelUnavailable, match="did not answer in time"):
            await read(model)


async def test_a_stream_that_falls_silent_is_given_up(double: Double) -> None:
    double.body = chunk("a")
    double.hang = 3.0
    with pytest.raises(ModelUnavailable, match="did not answer in time"):
        await read(OpenAIModel(Endpoint(double.url, model="m"), IMPATIENT))


async def test_without_an_endpoint_the_model_is_not_ready_and_says_why() -> None:
    model = OpenAIModel(lambda: None)
    assert not model.ready()
    with pytest.raises(ModelUnavailable, match="still loading, or there is none"):
        await read(model)


@pytest.mark.parametrize(
    ("status", "message", "error", "words"),
    [
        (401, "Unauthorized", ModelRefused, "SUREFOOT_ENGINE_KEY"),
        (403, "Forbidden", ModelRefused, "SUREFOOT_ENGINE_KEY"),
        (404, "The model `m` does not exist.", ModelRefused, "SUREFOOT_ENGINE_MODEL"),
        (400, "temperature must be lower", ModelRefused, "temperature must be lower"),
        (429, "slow down", ModelUnavailable, "cannot answer now"),
        (503, "Loading model", ModelUnavailable, "Loading model"),
    ],
)
async def test_refusals_say_what_to_do(
    double: Double, status: int, message: str, error: type[ModelError], words: str
) -> None:
    double.status, double.content_type = status, "application/json"
    double.body = json.dumps({"error": {"message": message, "type": "x", "code": status}}).encode()
    with pytest.raises(error, match=words):
        await read(OpenAIModel(Endpoint(double.url, model="m")))


@pytest.mark.parametrize(
    ("message", "prompt", "context"),
    [
        ("request (6031 tokens) exceeds the available context size (4096 tokens), try increasing it", 6031, 4096),
        (
            "maximum context length is 4096 tokens. However, you requested 5000 tokens (4900 in the messages, 100 …).",
            4900,
            4096,
        ),
        (
            "This model's maximum context length is 2048 tokens. However, your request has 3000 input tokens.",
            3000,
            2048,
        ),
        (
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
            9001,
            8192,
        ),
        ("context_length_exceeded", None, None),
    ],
)
async def test_a_prompt_over_the_context_is_told_apart_in_every_dialect(
    double: Double, message: str, prompt: int | None, context: int | None
) -> None:
    double.status, double.content_type = 400, "application/json"
    double.body = json.dumps({"error": {"message": message, "type": "BadRequestError", "code": 400}}).encode()
    with pytest.raises(PromptTooLong) as caught:
        await read(OpenAIModel(Endpoint(double.url, model="m")))
    assert (caught.value.prompt_tokens, caught.value.context_tokens) == (prompt, context)


async def test_an_error_in_the_middle_of_a_stream_is_told_in_the_servers_words(double: Double) -> None:
    double.body = chunk("half") + event({"error": {"message": "out of memory", "type": "server_error"}}) + DONE
    with pytest.raises(ModelUnavailable, match="broke off: out of memory"):
        await read(OpenAIModel(Endpoint(double.url, model="m")))
    double.body = b'data: {"error": "maximum context length is 10 tokens"}\n\n'
    with pytest.raises(PromptTooLong):
        await read(OpenAIModel(Endpoint(double.url, model="m")))


@pytest.mark.parametrize("body", [b"<h1>Bad gateway</h1>", b'{"detail": "x"}', b"[]", b"", b"\xff\xfe", b"x" * 2**21])
async def test_a_refusal_in_no_known_form_is_still_one(double: Double, body: bytes) -> None:
    double.status, double.content_type, double.body = 502, "text/html", body
    with pytest.raises(ModelUnavailable, match="cannot answer now") as caught:
        await read(OpenAIModel(Endpoint(double.url, model="m")))
    assert len(str(caught.value)) < 1_000


async def test_a_redirection_is_not_followed_with_our_key(double: Double) -> None:
    double.status = 307
    with pytest.raises(ModelRefused, match="status 307"):
        await read(OpenAIModel(Endpoint(double.url, "secret", "m")))
    assert len(double.asked) == 1


async def test_a_line_without_an_end_is_given_up(double: Double) -> None:
    double.body = b"data: " + b"x" * (2**22)
    with pytest.raises(ModelUnavailable, match="does not speak"):
        await read(OpenAIModel(Endpoint(double.url, model="m")))


async def test_lines_of_other_kinds_and_both_kinds_of_line_ends_are_read(double: Double) -> None:
    plain = chunk("hi").strip() + b"\r\n\r\n" + chunk(None, "stop").replace(b"data: ", b"data:")
    double.body = b": still here\n\nevent: message\nid: 1\n" + plain + b"data: [DONE]"
    assert [token.text for token in await read(OpenAIModel(Endpoint(double.url, model="m")))] == ["hi", ""]


async def test_a_url_that_is_none_is_told(double: Double) -> None:
    for url in ("ftp://127.0.0.1/v1", "nowhere", "http://", "http://127.0.0.1:1/v1"):
        with pytest.raises(ModelUnavailable, match="SUREFOOT_ENGINE_URL"):
            await read(OpenAIModel(Endpoint(url, model="m"), IMPATIENT))


async def test_the_environments_proxy_is_asked_for_other_machines_alone(
    double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_double() as proxy:
        proxy.body = double.body = chunk("here", "stop") + DONE
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        monkeypatch.setenv("no_proxy", "own.example")
        await read(OpenAIModel(Endpoint(double.url, model="m")))
        assert (len(double.asked), len(proxy.asked)) == (1, 0)
        await read(OpenAIModel(Endpoint("http://gpu.example/v1", model="m")))
        assert (len(double.asked), len(proxy.asked)) == (1, 1)
        with pytest.raises(ModelUnavailable, match="Nobody answers"):
            await read(OpenAIModel(Endpoint("http://own.example:9/v1", model="m"), IMPATIENT))
        assert len(proxy.asked) == 1


async def test_leaving_a_stream_closes_its_connection(double: Double) -> None:
    left = asyncio.Event()

    async def engine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + chunk("one"))
        while await reader.read(2**16):
            pass
        left.set()
        writer.close()

    server = await asyncio.start_server(engine, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        async with aclosing(OpenAIModel(Endpoint(url, model="m")).stream(ASKED, GenerateOptions(5))) as tokens:
            assert (await anext(tokens)).text == "one"
        await asyncio.wait_for(left.wait(), 10)


async def test_a_named_model_that_is_not_served_is_told(double: Double) -> None:
    with pytest.raises(ModelRefused, match="does not serve 'other', but served-model"):
        await OpenAIModel(Endpoint(double.url, model="other")).probe()


async def test_a_server_without_models_is_told(double: Double) -> None:
    double.models = ()
    with pytest.raises(ModelRefused, match="no model"):
        await read(OpenAIModel(Endpoint(double.url)))


async def test_a_schema_that_is_no_json_is_refused_before_anything_is_sent(double: Double) -> None:
    with pytest.raises(ModelRefused, match="is no JSON"):
        await read(OpenAIModel(Endpoint(double.url, model="m")), GenerateOptions(5, schema="{"))
    assert double.asked == []


class TestChoices:
    def test_spellings_of_one_choice_are_joined(self) -> None:
        joined = joined_by_choice(
            [("Yes", math.log(0.5)), (" yes", math.log(0.2)), ("No", math.log(0.1))], ["yes", "no"]
        )
        assert joined["yes"] == pytest.approx(math.log(0.7))
        assert joined["no"] == pytest.approx(math.log(0.1))

    def test_the_beginning_of_one_choice_alone_speaks_for_it(self) -> None:
        tokens = [("answer", math.log(0.6)), ("un", math.log(0.3))]
        joined = joined_by_choice(tokens, ["answerable", "unanswerable"])
        assert joined == pytest.approx({"answerable": math.log(0.6), "unanswerable": math.log(0.3)})

    def test_the_beginning_of_two_choices_speaks_for_neither(self) -> None:
        assert joined_by_choice([("n", -0.1), ("no", -2.0)], ["no", "none"]) == {"no": -2.0, "none": -2.0}

    def test_a_choice_that_is_missing_gets_the_least_likely_tokens_value(self) -> None:
        assert joined_by_choice([("yes", -0.1), ("x", -9.0)], ["yes", "no"])["no"] == -9.0

    def test_blank_tokens_speak_for_nobody(self) -> None:
        assert joined_by_choice([(" ", -0.1), ("no", -3.0)], ["yes", "no"])["yes"] == -3.0

    def test_without_any_token_nothing_is_likely(self) -> None:
        assert joined_by_choice([], ["yes"])["yes"] == -math.inf
