"""Encrypted sites: the address is checked and pinned, and the certificate is still that of the name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from surefoot.ingestion.errors import SourceUnreachable
from surefoot.ingestion.sources.network import AddressRules
from surefoot.ingestion.sources.web_client import Ask, Reply, WebClient
from tests.ingestion.sources.conftest import Site

NAME = "docs.example.com"


@pytest.fixture
def certificate(site: Site, tmp_path: Path) -> Path:
    """A certificate for docs.example.com that the site shows; who trusts it knows this file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "site.pem", tmp_path / "site.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    site.encrypt(pem, secret)
    site.page("/")
    return pem


def asked(site: Site, tmp_path: Path, host: str) -> Reply:
    rules = AddressRules(allow_private=True, resolve=lambda _host: ["127.0.0.1"])
    client = WebClient(rules, "Surefoot/0.1", tmp_path, {})
    try:
        return client.ask(Ask(f"https://{host}:{site.port}/", 10_000, 10.0))
    finally:
        client.close()


def test_a_certificate_is_checked_against_the_name_though_the_address_is_pinned(
    site: Site, tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert asked(site, tmp_path, NAME).status == 200
    with pytest.raises(SourceUnreachable, match="certificate is not accepted"):
        asked(site, tmp_path, "other.example.com")


def test_a_certificate_of_nobody_known_is_not_accepted(site: Site, tmp_path: Path, certificate: Path) -> None:
    with pytest.raises(SourceUnreachable, match="certificate is not accepted"):
        asked(site, tmp_path, NAME)
