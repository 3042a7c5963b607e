"""An identity provider on loopback: real HTTP, real signatures, PKCE; it can refuse, fail, hang and lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, RSAKey

Mode = Literal[
    "ok", "refuse", "hang", "drip", "5xx", "garbage", "huge", "redirect", "elsewhere", "not https",
    "wrong aud", "wrong nonce", "no nonce", "expired", "from the future", "none", "HS256", "other issuer",
    "unknown key", "tampered", "other sender", "access_denied", "nobody", "wrong at_hash",
]  # fmt: skip
CLIENT, SECRET = "surefoot", "between-us-two"


@dataclass
class User:
    """Whoever sits at the browser."""

    subject: str = "u-1"
    claims: dict[str, Any] = field(default_factory=lambda: {"name": "Ada Lovelace"})
    groups: list[str] | None = field(default_factory=lambda: ["staff"])
    elsewhere: dict[str, Any] = field(default_factory=dict[str, Any])
    """What only the userinfo endpoint tells."""


@dataclass
class IdentityProvider:
    """How it behaves, who signs in, and what was asked of it."""

    mode: Mode = "ok"
    user: User = field(default_factory=User)
    algorithm: Literal["RS256", "PS256", "ES256"] = "RS256"
    auth: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    slash: bool = False
    """Whether it writes its issuer with a slash at its end."""
    url: str = ""
    asked: list[str] = field(default_factory=list[str])
    """Paths of all requests."""
    authorized: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    """Parameters of requests to sign somebody in."""
    released: threading.Event = field(default_factory=threading.Event)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    _key: RSAKey | ECKey | None = None

    @property
    def issuer(self) -> str:
        return self.url + ("/" if self.slash else "")

    @property
    def key(self) -> RSAKey | ECKey:
        if self._key is None:
            self.rotate()
        assert self._key is not None
        return self._key

    def rotate(self) -> None:
        """Sign with another key from now on, and list that one alone."""
        own: KeyParameters = {"kid": secrets.token_hex(4), "use": "sig"}
        self._key = ECKey.generate_key("P-256", own) if self.algorithm == "ES256" else RSAKey.generate_key(2048, own)

    def description(self) -> dict[str, Any]:
        base = "http://login.example.org" if self.mode == "not https" else self.url
        return {
            "issuer": "https://elsewhere.example" if self.mode == "elsewhere" else self.issuer,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": [self.auth],
        }

    def keys(self) -> dict[str, Any]:
        other = {"kty": "OKP", "crv": "X448", "x": "AAAA"}
        broken = {"kty": "RSA", "n": "", "e": "AQAB"}
        shared = {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}
        return {"keys": [other, broken, shared, self.key.as_dict(private=False)]}

    def redirect(self, asked: dict[str, str]) -> str:
        """Where the browser goes once its user has signed in."""
        self.authorized.append(asked)
        if self.mode == "access_denied":
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        told = {"code": code, "state": asked["state"], "session_state": "x"}
        told["iss"] = "https://elsewhere.example" if self.mode == "other sender" else self.issuer
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def tokens(self, form: Mapping[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """What a code is worth: once, for the client that has the secret and the verifier."""
        if self._client(form, authorization) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form.get("code", ""), None)
        made = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or form["grant_type"] != "authorization_code"
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != base64.urlsafe_b64encode(made).rstrip(b"=").decode()
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at-" + self.user.subject, "token_type": "Bearer", "id_token": self._token(asked)}

    def _client(self, form: Mapping[str, str], authorization: str) -> tuple[str, str]:
        if self.auth == "client_secret_post":
            return form.get("client_id", ""), form.get("client_secret", "")
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        return unquote(given.partition(":")[0]), unquote(given.partition(":")[2])

    def _claims(self, asked: Mapping[str, str]) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.user.subject, "aud": CLIENT, "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, **self.user.claims,
        }  # fmt: skip
        if self.user.groups is not None:
            claims["groups"] = self.user.groups
        lies: dict[str, dict[str, Any]] = {
            "wrong aud": {"aud": "another-client"},
            "wrong nonce": {"nonce": "of another sign-in"},
            "no nonce": {"nonce": None},
            "expired": {"iat": now - 900, "exp": now - 600},
            "from the future": {"iat": now + 600, "exp": now + 900},
            "other issuer": {"iss": "https://elsewhere.example"},
            "nobody": {"sub": ""},
            "wrong at_hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        }
        said = claims | lies.get(self.mode, {})
        return {name: value for name, value in said.items() if value is not None}

    def _token(self, asked: Mapping[str, str]) -> str:
        claims, header = self._claims(asked), {"alg": self.algorithm, "kid": self.key.kid}
        if self.mode == "none":
            return ".".join(_coded(part) for part in ({"alg": "none", "typ": "JWT"}, claims)) + "."
        if self.mode == "HS256":
            signed = f"{_coded({**header, 'alg': 'HS256'})}.{_coded(claims)}"
            made = hmac.new(self.key.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
            return f"{signed}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"
        if self.mode == "unknown key":
            return jwt.encode({**header, "kid": "nobody's"}, claims, RSAKey.generate_key(2048))
        token = jwt.encode(header, claims, self.key, [self.algorithm])
        if self.mode == "tampered":
            head, _, signature = token.split(".")
            return f"{head}.{_coded({**claims, 'groups': ['it']})}.{signature}"
        return token


def _coded(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


FAULTS: Mapping[str, tuple[int, bytes, str]] = {
    "refuse": (403, b'{"error": "forbidden"}', ""),
    "5xx": (503, b"<h1>Down</h1>", ""),
    "garbage": (200, b"[" * 100_000, ""),
}
"""What is sent in place of an answer to the installation: status, body, where to."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, provider: IdentityProvider) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.provider = provider


class _Handler(BaseHTTPRequestHandler):
    @property
    def _provider(self) -> IdentityProvider:
        assert isinstance(self.server, _Server)
        return self.server.provider

    def do_GET(self) -> None:
        provider, url = self._provider, urlsplit(self.path)
        provider.asked.append(url.path)
        if url.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._send(302, b"", provider.redirect(asked))
        elif url.path == "/userinfo" and self.headers["Authorization"] == f"Bearer at-{provider.user.subject}":
            self._answer(200, {"sub": provider.user.subject, **provider.user.elsewhere})
        else:
            said = {"/.well-known/openid-configuration": provider.description, "/jwks": provider.keys}[url.path]
            self._answer(200, said())

    def do_POST(self) -> None:
        self._provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self._provider.tokens(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, said: Mapping[str, Any]) -> None:
        provider = self._provider
        with suppress(OSError):
            if provider.mode == "hang":
                provider.released.wait(60)
            elif provider.mode == "drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not provider.released.wait(0.2):
                    self.wfile.write(b"X-More: and more\r\n")
            elif provider.mode == "redirect" and "followed" not in self.path:
                self._send(307, b"", f"{self.path}?followed")
            else:
                body = json.dumps(said).encode() + b" " * (4_000_000 if provider.mode == "huge" else 0)
                self._send(*FAULTS.get(provider.mode, (status, body, "")))

    def _send(self, status: int, body: bytes, location: str) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
        """Nothing."""


@contextmanager
def identity_provider(mode: Mode = "ok") -> Generator[IdentityProvider]:
    """A provider on a free port."""
    provider = IdentityProvider(mode)
    server = _Server(provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield provider
    finally:
        provider.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
