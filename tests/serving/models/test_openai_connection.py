"""The connection to a server: refusals in odd forms, endless lines, proxies, redirections, and leaving early."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from surefoot.serving.errors import ModelRefused, ModelUnavailable, PromptTooLong
from surefoot.serving.models.chat_model import GenerateOptions
from surefoot.serving.models.openai_client import Peer
from surefoot.serving.models.openai_model import Endpoint, OpenAIModel
from tests.serving.models.openai_double import DONE, IMPATIENT, Double, chunk, event, open_double
from tests.serving.models.reading import ASKED, read


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


def test_a_peer_shows_its_key_to_nobody() -> None:
    peer = Peer("http://gpu.example/v1", "a-secret", 1.0, 1.0)
    assert "a-secret" not in repr(peer)
    assert "gpu.example" in repr(peer)
