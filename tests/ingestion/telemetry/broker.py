"""A real mosquitto for tests, where it is installed: with a password, with TLS, with settings of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import missing

USER, PASSWORD = "fleet", "let me in"


def program(name: str) -> str:
    """A program of mosquitto, or the test is skipped."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin")
    return found or missing(f"{name} (Debian: mosquitto, mosquitto-clients)")


@dataclass
class Broker:
    """A broker on a port of its own; it keeps what it has over a restart."""

    folder: Path
    port: int
    settings: list[str] = field(default_factory=list[str])
    tls: bool = False
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.folder.mkdir(exist_ok=True)
        passwords = self.folder / "passwords"
        if not passwords.exists():
            passwords.touch(mode=0o600)
            subprocess.run([program("mosquitto_passwd"), "-b", str(passwords), USER, PASSWORD], check=True)
        # started as root, mosquitto becomes another user, who has to read and write here
        user = ["user root"] if os.geteuid() == 0 else []
        lines = [
            *user,
            f"persistence_location {self.folder}/",
            "persistence true",
            "allow_anonymous false",
            f"password_file {passwords}",
            *self.settings,
            f"listener {self.port} 127.0.0.1",
        ]
        if self.tls:
            lines += [f"{name} {self.folder / file}" for name, file in _TLS_FILES.items()]
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([program("mosquitto"), "-c", str(config)], stdout=log, stderr=log)
        self._wait()

    def stop(self) -> None:
        """Stop in order: it writes what it keeps."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def publish(self, vehicle: str, *messages: str) -> None:
        """Publish messages of a vehicle with QoS 1, one a line."""
        command = [program("mosquitto_pub"), "-h", "localhost", "-p", str(self.port), "-u", USER, "-P", PASSWORD]
        command += ["--cafile", str(self.folder / "ca.crt")] if self.tls else []
        topic = f"surefoot/{vehicle}/samples"
        done = subprocess.run(
            [*command, "-q", "1", "-t", topic, "-l"], input="\n".join(messages).encode(), check=False, timeout=60
        )
        assert done.returncode == 0

    def _wait(self) -> None:
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert time.monotonic() < end, (self.folder / "log").read_text(encoding="utf-8")
                time.sleep(0.05)
            else:
                return


_TLS_FILES = {"cafile": "ca.crt", "certfile": "server.crt", "keyfile": "server.key"}


def make_certificates(folder: Path) -> None:
    """A certificate authority, a broker's certificate for localhost, and another authority that nobody trusts."""
    openssl = shutil.which("openssl") or missing("openssl")
    folder.mkdir(exist_ok=True)

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "other"):
        subject = f"/CN=Surefoot test {name}"
        new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject)
        run(*new, "-keyout", f"{name}.key", "-out", f"{name}.crt")
    run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="utf-8")
    signing = ("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial")
    run(*signing, "-days", "2", "-extfile", "names", "-out", "server.crt")
