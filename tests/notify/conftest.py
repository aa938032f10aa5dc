from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import trustme


@pytest.fixture(autouse=True, scope="session")
def _straight() -> Iterator[None]:
    """The servers of these tests stand on this computer, whatever proxy it uses for others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("no_proxy", "127.0.0.1")
        yield


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
