from __future__ import annotations

import ssl
from dataclasses import dataclass

import pytest
import trustme


@dataclass(frozen=True, slots=True)
class SelfMade:
    """A certificate authority of an office: its file, and a server's context for this computer."""

    file: str
    context: ssl.SSLContext


@pytest.fixture(scope="session")
def self_made(tmp_path_factory: pytest.TempPathFactory) -> SelfMade:
    authority = trustme.CA()
    file = tmp_path_factory.mktemp("certificates") / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return SelfMade(str(file), context)
