"""A webhook: the letter as JSON to any system that listens."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from planner.notify.letter import Letter
from planner.notify.receiver import Receiver, number, words_of
from planner.notify.robots import encoded


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes letters by POST; ``timeout`` in seconds.

    For whoever writes the receiver. The body is a JSON object in UTF-8::

        {"id": "…", "recipient": "应急部门", "subject": "…", "body": "…", "sent_at": "2024-06-25T08:30:00+08:00"}

    ``sent_at`` may be null. The same ``id`` (also in ``X-Planner-Delivery``) is the same message sent again because no
    answer came: take it once, answer 2xx both times. ``X-Planner-Timestamp`` is ``sent_at`` in seconds since 1970.
    With a secret, ``X-Planner-Signature`` is ``sha256=`` and the hex HMAC-SHA256, under the secret in UTF-8, of the
    timestamp, a full stop and the body's raw bytes. To verify, compute it over the bytes as they came, before parsing;
    compare in constant time; refuse timestamps more than some minutes away from your clock.

    Answer 2xx when taken, 408, 425, 429 or 5xx to get it again later, another 4xx to refuse it. Redirects are not
    followed. A 2xx whose JSON says otherwise is a refusal too: ``errcode``, ``code`` or ``StatusCode`` other than 0 (or
    than the HTTP status, as in ``{"code": 200}``), ``ok`` or ``success`` false, or an ``error`` that is not empty.
    """

    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    timeout: float = 10

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:  # noqa: ARG002
        """Post *letter*; raise ``TransportError`` with the receiver's words, ``ValueError`` for a secret without *sent_at*."""
        if self.secret and sent_at is None:
            raise ValueError("a signed message needs sent_at")
        body = encoded(
            {
                "id": message_id,
                "recipient": letter.recipient,
                "subject": letter.subject,
                "body": letter.body,
                "sent_at": sent_at.isoformat() if sent_at else None,
            }
        )
        receiver = Receiver("接收系统", self.address, self.secret, self.timeout)
        answer = receiver.post(body, self._headers(body, message_id, sent_at))
        if not answer.taken:
            raise receiver.refusal(answer)
        if objects(answer.fields or {}, answer.status):
            said = receiver.blotted(_objection(answer.fields or {}))
            raise receiver.error(f"接收系统拒收：{said}。请与对方核对后重发。", permanent=True)

    def _headers(self, body: bytes, message_id: str, sent_at: datetime | None) -> dict[str, str]:
        # A header carries ASCII without line breaks; anything else is percent-encoded.
        headers = {"X-Planner-Delivery": quote(message_id, safe="@.-_~+=<>:/")}
        if sent_at:
            headers["X-Planner-Timestamp"] = str(int(sent_at.timestamp()))
        if self.secret:
            signed = headers["X-Planner-Timestamp"].encode() + b"." + body
            headers["X-Planner-Signature"] = (
                f"sha256={hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()}"
            )
        return headers


def objects(fields: Mapping[str, Any], status: int) -> bool:
    """Return whether the JSON of a 2xx answer says that the message was not taken."""
    codes = (number(fields.get(name)) for name in ("errcode", "code", "StatusCode"))
    if any(code not in (None, 0, status) for code in codes):
        return True
    return fields.get("ok") is False or fields.get("success") is False or bool(fields.get("error"))


def _objection(fields: Mapping[str, Any]) -> str:
    codes = (number(fields.get(name)) for name in ("errcode", "code", "StatusCode"))
    code = next((str(code) for code in codes if code), "")
    return f"{code} {words_of(fields)}".strip() or "没有说明原因"
