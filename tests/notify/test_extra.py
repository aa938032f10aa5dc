"""Apprise itself sends to a real HTTP server."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

import apprise
import pytest

from planner.notify.extra import MISSING, Apprise
from planner.notify.letter import Letter
from planner.notify.transports import TransportError
from tests.notify.receiving import KEY, LETTER, receiving, says


def at(address: str) -> Apprise:
    return Apprise(address.replace("http://", "json://").replace("cgi-bin/send?key=", ""))


def test_a_letter_goes_out_through_apprise() -> None:
    with receiving(says({})) as taking:
        at(taking.address).send(LETTER, "", "r1")
    (call,) = taking.calls
    assert (call.fields["title"], call.fields["message"].strip()) == (LETTER.subject, LETTER.body.strip())


def test_a_refusal_is_told_in_the_words_of_apprise_without_the_address() -> None:
    with receiving(says("busy", 503)) as taking, pytest.raises(TransportError) as caught:
        at(taking.address).send(LETTER, "", "r1")
    assert not caught.value.permanent
    assert caught.value.message.startswith("Apprise 没有发出：") and "503" in caught.value.message
    assert KEY not in caught.value.message


@pytest.mark.parametrize("address", ["nosuch://x/geheim", "geheim", "discord://", ""])
def test_an_address_apprise_does_not_know_wants_a_person(address: str) -> None:
    with pytest.raises(TransportError, match="Apprise 不认这个地址") as caught:
        Apprise(address).send(LETTER, "", "r1")
    assert caught.value.permanent and "geheim" not in caught.value.message


def test_an_empty_letter_is_told_and_not_raised_through() -> None:
    with receiving(says({})) as taking, pytest.raises(TransportError, match="Apprise 没有发出"):
        at(taking.address).send(Letter("", "", ""), "", "r1")
    assert taking.calls == []


def test_a_service_that_breaks_is_told_and_not_raised_through() -> None:
    def breaking(**_: object) -> None:
        raise LookupError(f"no room for {KEY}")

    apprise.decorators.notify(on="breaking")(breaking)  # type: ignore[no-untyped-call]

    with pytest.raises(TransportError, match="Apprise 没有发出：An exception") as caught:
        Apprise(f"breaking://{KEY}/ab/").send(LETTER, "", "r1")
    assert not caught.value.permanent and KEY not in caught.value.message


def test_where_apprise_is_missing_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(TransportError) as caught:
        Apprise("json://127.0.0.1/").send(LETTER, "", "r1")
    assert caught.value.permanent
    assert caught.value.message == MISSING
    assert f'"{sys.executable}" -m pip install apprise' in MISSING


@pytest.mark.parametrize("status", [200, 500])
def test_nothing_it_prints_or_logs_holds_the_key(
    status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving(says({}, status)) as taking:
        for address in (taking.address, f"nosuch://{KEY}"):
            with suppress(TransportError):
                at(address).send(LETTER, "", "r1")
    assert len(taking.calls) == 1
    assert KEY not in caplog.text and KEY not in "".join(capfd.readouterr())


def test_the_address_is_not_shown() -> None:
    assert repr(Apprise("tgram://geheim")) == "Apprise()"
