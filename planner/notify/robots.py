"""Robots of group chats: 企业微信, 钉钉, 飞书. The group is in the robot's address, so a recipient's address is not needed.

Sources: 企业微信 «群机器人配置说明» (developer.work.weixin.qq.com/document/path/91770) and its global codes; 钉钉 «自定义机器人
接入» and «自定义机器人安全设置» (open.dingtalk.com); 飞书 «自定义机器人使用指南» (open.feishu.cn). All three answer HTTP 200
also when they refuse, with a code in the body. They give no way to recognise a repeated message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, takewhile
from urllib.parse import urlencode

from planner.notify.letter import Letter
from planner.notify.receiver import LATER, Answer, Receiver, number

MORE = "……（全文见系统内）"
WECOM_TEXT = 2048
"""Bytes of UTF-8 in the text."""
DINGTALK_BODY = 20_000
"""Bytes of the request."""
FEISHU_BODY = 20_000
"""Bytes of the request: 30 KB in the older edition of its guide, 20 KB in the newer."""

WECOM_BUSY = frozenset({-1, 45009})
"""Busy; more than 20 messages a minute."""
DINGTALK_BUSY = frozenset({-1, 1111, 90018, 130101, 410100})
"""Busy; held off by the gateway; too many calls of all; more than 20 a minute (then held off for ten)."""
FEISHU_BUSY = frozenset({2200, 9499, 11232, 11233, 230020, 99991400})
"""Inner error; too many requests, which take these five forms."""
FEISHU_MALFORMED = (9499, "bad request")
"""The same code also says that the request is not as the guide wants it."""


@dataclass(frozen=True, slots=True)
class WeCom:
    """A robot of a 企业微信 group; ``timeout`` in seconds."""

    address: str = field(repr=False)
    timeout: float = 10

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:  # noqa: ARG002
        """Say *letter* in the group; raise ``TransportError`` with the service's code and words."""
        text = cut(_plain(letter), WECOM_TEXT, _bytes)
        robot = Receiver("企业微信机器人", self.address, timeout=self.timeout)
        answer = robot.post(encoded({"msgtype": "text", "text": {"content": text}}))
        _judge(robot, answer, ("errcode",), WECOM_BUSY)


@dataclass(frozen=True, slots=True)
class DingTalk:
    """A robot of a 钉钉 group; ``secret`` is the SEC… of 加签, empty where the group chose keywords or addresses."""

    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    timeout: float = 10

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:  # noqa: ARG002
        """Say *letter* in the group; raise ``TransportError`` with the service's code and words.

        Raise ``ValueError`` when there is a secret and no *sent_at*: the signature is of that moment, good for an hour.
        """
        address = self._signed(_required(sent_at)) if self.secret else self.address
        text = cut(_plain(letter), DINGTALK_BODY - len(_dingtalk("")), _bytes_in_json)
        robot = Receiver("钉钉机器人", address, self.secret, self.timeout)
        _judge(robot, robot.post(_dingtalk(text)), ("errcode", "status"), DINGTALK_BUSY)

    def _signed(self, at: datetime) -> str:
        timestamp = str(int(at.timestamp() * 1000))
        sign = _hmac(self.secret, f"{timestamp}\n{self.secret}")
        address = self.address.partition("#")[0]
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'timestamp': timestamp, 'sign': sign})}"


@dataclass(frozen=True, slots=True)
class Feishu:
    """A robot of a 飞书 group; ``secret`` is that of 签名校验, empty where the group chose keywords or addresses."""

    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    timeout: float = 10

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:  # noqa: ARG002
        """Say *letter* in the group; raise ``TransportError`` with the service's code and words.

        Raise ``ValueError`` when there is a secret and no *sent_at*: the signature is of that moment, good for an hour.
        """
        signature = self._signature(_required(sent_at)) if self.secret else {}
        text = cut(_plain(letter), FEISHU_BODY - len(_feishu("", signature)), _bytes_in_json)
        robot = Receiver("飞书机器人", self.address, self.secret, self.timeout)
        _judge(robot, robot.post(_feishu(text, signature)), ("code", "StatusCode"), FEISHU_BUSY, FEISHU_MALFORMED)

    def _signature(self, at: datetime) -> dict[str, str]:
        # Unlike 钉钉, the text is the key here and nothing is signed.
        timestamp = str(int(at.timestamp()))
        return {"timestamp": timestamp, "sign": _hmac(f"{timestamp}\n{self.secret}", "")}


def encoded(content: Mapping[str, object]) -> bytes:
    """Return *content* as JSON in UTF-8; a lone surrogate, which UTF-8 cannot hold, becomes the escape JSON has for it."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


def cut(text: str, limit: int, weigh: Callable[[str], int]) -> str:
    """Return *text*, or the longest beginning of it that weighs at most *limit* together with ``MORE``.

    *weigh* gives the bytes of a text, which are the sum of those of its characters; *limit* holds at least ``MORE``.
    """
    if weigh(text) <= limit:
        return text
    room = limit - weigh(MORE)
    fitting = sum(1 for _ in takewhile(lambda weight: weight <= room, accumulate(map(weigh, text))))
    return text[:fitting] + MORE


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _bytes_in_json(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "backslashreplace")) - 2


def _plain(letter: Letter) -> str:
    return f"{letter.subject}\n{letter.body}".strip()


def _dingtalk(text: str) -> bytes:
    return encoded({"msgtype": "text", "text": {"content": text}})


def _feishu(text: str, signature: Mapping[str, str]) -> bytes:
    return encoded({**signature, "msg_type": "text", "content": {"text": text}})


def _required(sent_at: datetime | None) -> datetime:
    if sent_at is None:
        raise ValueError("a signed message needs sent_at")
    return sent_at


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()


def _judge(
    robot: Receiver,
    answer: Answer,
    names: tuple[str, ...],
    busy: frozenset[int],
    malformed: tuple[int, str] | None = None,
) -> None:
    """Return when the service took the message: every code it gives, under *names*, is 0."""
    codes = [code for name in names if (code := number((answer.fields or {}).get(name))) is not None]
    if not codes or (not any(codes) and not answer.taken):
        raise robot.refusal(answer)
    code = next(filter(None, codes), 0)
    if code == 0:
        return
    wants_patience = code in busy and not (malformed and code == malformed[0] and malformed[1] in answer.words.lower())
    said = f"{code} {robot.blotted(answer.words)}".strip()
    if wants_patience or answer.passing:
        raise robot.error(f"{robot.name}暂时不收：{said}。{LATER}", permanent=False)
    raise robot.error(f"{robot.name}拒收：{said}。请核对机器人的地址、密钥和安全设置后重发。", permanent=True)
