"""Signing in and encryption, with a real mail server whose certificate was made for the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from planner.notify.transports import Smtp
from tests.notify.conftest import SelfMade
from tests.notify.mail import Postbox, refusal, serving
from tests.notify.receiving import LETTER


def signed_in(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = mechanism in ("LOGIN", "PLAIN") and (data.login, data.password) == (b"planner", b"right")
    return AuthResult(success=right, handled=False)


SIGN_IN: dict[str, Any] = {"authenticator": signed_in, "auth_require_tls": False}


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_letter_arrives_after_signing_in(security: str, self_made: SelfMade) -> None:
    postbox = Postbox(strict=True)
    with encrypted(postbox, security, self_made) as smtp:
        replace(smtp, username="planner", password="right").send(LETTER, "yingji@office.example", "r1@planner.example")
    assert len(postbox.letters) == 1


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_wrong_password_is_a_matter_of_settings(security: str, self_made: SelfMade) -> None:
    postbox = Postbox(strict=True)
    with encrypted(postbox, security, self_made) as smtp:
        error = refusal(replace(smtp, username="planner", password="geheim"))
    assert error.permanent and postbox.letters == []
    assert "不让登录：535" in error.message and "请核对用户名和密码" in error.message
    assert "geheim" not in error.message


def test_a_server_that_wants_a_sign_in_says_so(self_made: SelfMade) -> None:
    with encrypted(Postbox(strict=True), "tls", self_made) as smtp:
        error = refusal(smtp)
    assert error.permanent and "拒收：530 5.7.0 sign in first" in error.message


@pytest.mark.parametrize("secret", ["right", "cmlnaHQ=", "AHBsYW5uZXIAcmlnaHQ="])
def test_a_server_that_repeats_the_password_does_not_get_it_shown(secret: str) -> None:
    with serving(Postbox(to_recipient=f"550 what is {secret} for"), **SIGN_IN) as smtp:
        error = refusal(replace(smtp, username="planner", password="right"))
    assert "550 what is … for" in error.message


def test_a_password_the_protocol_cannot_carry_is_told_without_showing_it(self_made: SelfMade) -> None:
    with encrypted(Postbox(strict=True), "tls", self_made) as smtp:
        error = refusal(replace(smtp, username="planner", password="密"))
    assert error.permanent and "密码里有中文" in error.message
    assert "\\u5bc6" not in error.message and error.__cause__ is None


@contextmanager
def encrypted(postbox: Postbox, security: str, self_made: SelfMade) -> Iterator[Smtp]:
    """Serve with sign-in, encrypted as *security* says by a certificate the client knows from a file."""
    options = {**SIGN_IN}
    if security == "starttls":
        options |= {"tls_context": self_made.context, "require_starttls": True}
    with serving(postbox, self_made.context if security == "tls" else None, **options) as smtp:
        yield replace(smtp, security=security, ca_file=self_made.file)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_own_certificate_is_trusted_only_when_its_file_is_given(security: str, self_made: SelfMade) -> None:
    postbox = Postbox(strict=True)
    with encrypted(postbox, security, self_made) as smtp:
        error = refusal(replace(smtp, ca_file=""))
    assert error.permanent and postbox.letters == []
    assert "证书不受信任" in error.message


def test_a_certificate_of_another_name_is_not_trusted(self_made: SelfMade) -> None:
    with encrypted(Postbox(strict=True), "tls", self_made) as smtp:
        error = refusal(replace(smtp, host="localhost"))
    assert error.permanent and "证书不受信任" in error.message


def test_a_certificate_may_come_from_the_environment(self_made: SelfMade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", self_made.file)
    postbox = Postbox(strict=True)
    with encrypted(postbox, "tls", self_made) as smtp:
        signing_in = replace(smtp, ca_file="", username="planner", password="right")
        signing_in.send(LETTER, "yingji@office.example", "r1@planner.example")
    assert len(postbox.letters) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_file_that_cannot_be_read_is_a_matter_of_settings(
    security: str, self_made: SelfMade, tmp_path: Path
) -> None:
    (tmp_path / "garbage.pem").write_text("garbage")
    for name in ("missing.pem", "garbage.pem"):
        with encrypted(Postbox(strict=True), security, self_made) as smtp:
            error = refusal(replace(smtp, ca_file=str(tmp_path / name)))
        assert error.permanent and "读不了证书文件" in error.message and name in error.message


def test_a_plain_server_where_encryption_is_set_is_told() -> None:
    with serving(Postbox()) as smtp:
        error = refusal(replace(smtp, security="tls"))
    assert not error.permanent and error.message.startswith("连不上邮件服务器")
