"""A network from which nothing comes back: run in namespaces of its own, it uses the product and tells what left it.

`unshare -Urnm python -m tests.end_to_end.egress_stage DATA WEIGHTS OUT`: writes to OUT, as JSON, the packets
that a look-up of a foreign name sent (so that silence means something), and those of the product.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from surefoot.app.client.server import find
from tests.app.command import surefoot
from tests.app.running import until
from tests.end_to_end.browsing import FLAGS, Person, history_is_there, new_context, product

DEVICE = "out0"
RESOLVER = "10.9.0.53"
MODEL = "smollm2-135m"
LINKS = (
    "link set lo up",
    f"addr add 10.9.0.2/24 dev {DEVICE}",
    f"-6 addr add fd09::2/64 dev {DEVICE} nodad",
    f"link set {DEVICE} up",
    "route add default via 10.9.0.1",
    "-6 route add default via fd09::1",
)
TUN, TUNSETIFF, IFF_TUN_NO_PI = "/dev/net/tun", 0x400454CA, 0x1001
"""<linux/if_tun.h>"""
ICMPV6 = 58
"""The kernel itself looks for routers."""
LOOKUP = "import socket\ntry: socket.getaddrinfo('telemetry.example.org', 443)\nexcept OSError: pass"


class Listener:
    """The far end of the only way out of these namespaces; it never answers."""

    def __init__(self) -> None:
        self._device = os.open(TUN, os.O_RDWR)
        fcntl.ioctl(self._device, TUNSETIFF, struct.pack("16sH", DEVICE.encode(), IFF_TUN_NO_PI))
        for link in LINKS:
            subprocess.run(["ip", *link.split()], check=True)
        self._heard: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def taken(self) -> list[str]:
        """What has left since the last time: protocol, destination and the beginning of each packet."""
        time.sleep(0.5)
        heard, self._heard = self._heard, []
        return heard

    def _listen(self) -> None:
        while packet := os.read(self._device, 65536):
            of_six = packet[0] >> 4 == 6
            protocol, to = (packet[6], packet[24:40]) if of_six else (packet[9], packet[16:20])
            if protocol != ICMPV6:
                self._heard.append(f"protocol {protocol} to {to.hex()}: {packet[28:120]!r}")


def main() -> None:
    """Look up a foreign name, then use the product; write what left."""
    data, weights, out = map(Path, sys.argv[1:4])
    resolver = data.parent / "resolv.conf"
    resolver.write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n")
    subprocess.run(["mount", "--bind", resolver, "/etc/resolv.conf"], check=True)
    listener = Listener()
    subprocess.run([sys.executable, "-c", LOOKUP], check=True)
    control = listener.taken()
    elsewhere: list[str] = []
    done = _use(data, weights, elsewhere)
    told = {"control": control, "product": listener.taken(), "elsewhere": elsewhere, "done": done}
    out.write_text(json.dumps(told))


def _use(data: Path, weights: Path, elsewhere: list[str]) -> list[str]:
    """Do what people do: ask documents and records, with a model, drop files, look at every page, use commands."""
    done: list[str] = []
    with product(data, weights, SUREFOOT_MODEL=MODEL) as url:
        _by_commands(data, done)
        server = find(data)
        assert server is not None
        with closing(server.client()) as client:
            until(lambda: history_is_there(client), seconds=300)
            until(lambda: client.status().engine.state == "ready", seconds=300)
        _on_the_pages(url, done, elsewhere)
        _by_commands(data, done)
    return done


def _by_commands(data: Path, done: list[str]) -> None:
    files = data.parent / "files"
    files.mkdir(exist_ok=True)
    (files / "note.md").write_text("# Bay 14\n\nVisitors park in bay 14 beside the weighbridge.\n")
    (files / "page.html").write_text('<p>The gate opens at 05:40. <img src="https://images.example.org/a.png"></p>')
    (files / "seen.eml").write_text("From: a@example.org\nSubject: Gate\n\nThe gate closes at 22:10.\n")
    for command in (
        ("ingest", str(files), "--assistant", "gatehouse"),
        ("ask", "When does the gate open?", "--assistant", "gatehouse"),
        ("ask", "How far did V-104 drive yesterday?", "--assistant", "fleet"),
        ("ask", "When is the belt of a Corvane 28 replaced?", "--assistant", "fleet"),
        ("search", "weighbridge", "--assistant", "gatehouse"),
        ("documents", "list", "--assistant", "gatehouse"),
        ("telemetry", "status"),
        ("weights", "list"),
    ):
        shown = surefoot(data, *command, "--json")
        done.append(f"surefoot {' '.join(command)}: {shown.status} {shown.err[-300:]}")


def _leads_away(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def _on_the_pages(url: str, done: list[str], elsewhere: list[str]) -> None:
    program = os.environ["CHROMIUM"]
    quiet = [*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # the browser's own look-ups
    with sync_playwright() as playwright, closing(playwright.chromium.launch(executable_path=program, args=quiet)) as b:
        expect.set_options(timeout=300_000)  # a small model writes, and has two cores with everything else
        with closing(new_context(b)) as context:
            somebody = Person(context.new_page(), url)
            somebody.page.on(
                "request", lambda request: elsewhere.append(request.url) if _leads_away(request.url) else None
            )
            for assistant, question in (
                ("fleet", "Which five vehicles had the most harsh braking this week?"),
                ("support", "What does the Fibre 250 tariff cost a month?"),
                ("compliance", "How long are customer records kept?"),
            ):
                somebody.opens(f"/?assistant={assistant}")
                somebody.asks(question)
                somebody.waits_for_the_answer(0)
                done.append(f"asked {question}")
            for page in ("fleet", "alerts", "library", "sources", "runs"):
                somebody.opens(f"/{page}")
                somebody.settles()
                somebody.page.wait_for_timeout(1_500)
                done.append(f"looked at {page}: {somebody.page.title()}")


if __name__ == "__main__":
    main()
