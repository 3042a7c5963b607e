"""The guard of addresses: no spelling, name or redirect leads into this machine or its network."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.ingestion.errors import AddressRefused, SourceUnreachable
from surefoot.ingestion.sources.network import PRIVATE_SETTING, AddressRules, check_host, refusal
from surefoot.ingestion.sources.web_client import Ask, WebClient
from tests.ingestion.sources.conftest import Site

PUBLIC = "93.184.216.34"
REFUSED = [
    "127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST.", "127.0.0.1.", "0.0.0.0", "[::1]", "::1", "::",
    "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:7f00:0001", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2002:c0a8:101::", "2001:0:1:2:3:4:5:6",
    "169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254",
    "::ffff:169.254.169.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1",
    "fd12:3456::1", "fe80::1", "fec0::1", "224.0.0.1", "239.255.255.250", "ff02::1", "240.0.0.1", "255.255.255.255",
    "198.18.0.1", "192.0.2.1", "2001:db8::1", "0.1.2.3",
    # numbers that resolvers take for addresses
    "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "017700000001", "0177.0.0.1", "127.1", "127.0.1",
    "0", "0x0", "0xa9fea9fe", "2852039166", "169.254.43518", "0251.0376.0251.0376", "127.000.000.001",
    "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "0x7F000001.", "[::ffff:0x7f.1]",
    # what is no host name at all
    "", " ", ".", "a" * 254, "user@127.0.0.1", "127.0.0.1/x", "127.0.0.1%00", "fe80::1%eth0", "127.0.0.1\\@x", "a b",
    "127.0.0.1#x", "127.0.0.1?x", "a\x00b", "[::1",
]  # fmt: skip


def answering(*addresses: str) -> Callable[[str], list[str]]:
    return lambda _host: list(addresses)


@pytest.mark.parametrize("host", REFUSED)
def test_no_spelling_leads_into_this_network(host: str) -> None:
    with pytest.raises((AddressRefused, SourceUnreachable)):
        check_host(host, 80, allow_private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC, "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address: str) -> None:
    check_host(address, 443, allow_private=False)


def test_a_refusal_names_the_address_and_the_setting() -> None:
    with pytest.raises(AddressRefused, match=rf"localhost leads to .*this machine.*{PRIVATE_SETTING}=true"):
        check_host("localhost", 80, allow_private=False)


def test_the_setting_allows_addresses_of_this_network() -> None:
    check_host("127.0.0.1", 80, allow_private=True)
    check_host("localhost", None, allow_private=True)
    assert AddressRules(allow_private=True).addresses("[::1]") == ["::1"]


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(AddressRefused, match="no port"):
        check_host(PUBLIC, port, allow_private=True)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    rules = AddressRules(resolve=answering(PUBLIC, "10.0.0.1"))
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        rules.addresses("files.example.com")


def test_a_name_without_an_address_says_so() -> None:
    with pytest.raises(SourceUnreachable, match="has no address"):
        check_host("no-such-name.invalid", 80, allow_private=False)
    with pytest.raises(SourceUnreachable, match="has no address"):
        AddressRules(resolve=answering()).addresses("files.example.com")


@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address))
def test_an_address_and_its_ipv6_spellings_are_judged_alike(address: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.IPv6Address((0xFFFF << 32) + int(address))
    translated = ipaddress.IPv6Address((0x0064_FF9B << 96) + int(address))
    assert bool(refusal(address)) == bool(refusal(mapped)) == bool(refusal(translated))
    if not address.is_global:
        assert refusal(address)


def client(tmp_path: Path, rules: AddressRules) -> WebClient:
    return WebClient(rules, "Surefoot/0.1", tmp_path, {})


def test_a_name_that_turns_from_public_to_loopback_is_not_connected_to(site: Site, tmp_path: Path) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    rules = AddressRules(resolve=lambda _host: next(answers))
    assert rules.addresses("rebinding.example.com") == [PUBLIC]
    web = client(tmp_path, rules)
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        web.ask(Ask(f"http://rebinding.example.com:{site.port}/", 1000, 5.0))
    web.close()
    assert site.asked == []


def test_what_was_checked_is_what_is_connected_to(site: Site, tmp_path: Path) -> None:
    """The name is resolved once a connection: a second answer would be another address, and is never asked for."""
    site.page("/")
    answers = iter([["127.0.0.1"]])
    web = client(tmp_path, AddressRules(allow_private=True, resolve=lambda _host: next(answers)))
    assert web.ask(Ask(f"http://pinned.example.com:{site.port}/", 1000, 5.0)).status == 200
    web.close()
    assert site.headers[0]["Host"] == f"pinned.example.com:{site.port}"


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/"])
def test_a_redirect_into_this_machine_is_not_followed(site: Site, tmp_path: Path, target: str) -> None:
    """The site's own name counts as public here; each redirect is judged anew."""
    site.redirect("/", target.format(port=site.port))

    class Rules(AddressRules):
        def addresses(self, host: str) -> list[str]:
            return ["127.0.0.1"] if host == "public.example.com" else super().addresses(host)

    web = client(tmp_path, Rules())
    with pytest.raises(AddressRefused):
        web.ask(Ask(f"http://public.example.com:{site.port}/", 1000, 5.0))
    web.close()
    assert site.asked == ["GET /"]


def test_connecting_goes_on_to_the_next_address(site: Site) -> None:
    rules = AddressRules(allow_private=True, resolve=answering("127.0.0.254", "127.0.0.1"))
    with rules.connect("two.example.com", site.port, 5.0) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"


def test_a_closed_port_is_named(free_port: int) -> None:
    with pytest.raises(SourceUnreachable, match=f"port {free_port}, cannot be connected to"):
        AddressRules(allow_private=True).connect("127.0.0.1", free_port, 5.0)
