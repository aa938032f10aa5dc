"""The far end of an HTTP call: what is posted to it, what it answers, and what may be told of it.

The address of a group robot holds its key, so neither addresses nor secrets appear in an error, in ``repr`` or in a log.
Proxies are taken from HTTPS_PROXY and NO_PROXY; trusted are the certificates of the computer (or of SSL_CERT_FILE) and
the public ones that come with httpx, so that an office's own server works as it does in the browser.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from os import environ
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from planner.notify.transports import TransportError
from planner.notify.watch import Watch
from planner.notify.words import SHORTEST_KEY, blot, plainly, told

if TYPE_CHECKING:
    import httpx

LONGEST_ANSWER = 65536
"""Bytes of an answer that are read; no robot says more than a line."""
TRY_AGAIN = frozenset({408, 425, 429})
"""HTTP statuses that ask for patience (RFC 9110, RFC 8470, RFC 6585), besides every 5xx."""
LATER = "稍后会再试。"
_WORDS = ("errmsg", "msg", "StatusMessage", "message", "error", "description", "detail")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: its status and its body, ``whole`` unless the body is longer than ``LONGEST_ANSWER``."""

    status: int
    body: bytes
    whole: bool = True

    @property
    def taken(self) -> bool:
        """Whether the status says so; the body may say otherwise."""
        return 200 <= self.status < 300

    @property
    def passing(self) -> bool:
        """Whether the status asks to try again later."""
        return self.status in TRY_AGAIN or self.status >= 500

    @property
    def fields(self) -> dict[str, Any] | None:
        """The JSON object of the body; None when it is none."""
        try:
            said = json.loads(self.body) if self.whole else None
        except (ValueError, RecursionError):
            return None
        return said if isinstance(said, dict) else None

    @property
    def words(self) -> str:
        """What the receiver says for a person to read: a field of its JSON, else the body's beginning."""
        if self.fields is not None:
            return words_of(self.fields)
        if not self.whole:
            return "答复太长"
        return self.body.decode("utf-8", "replace") or "答复是空的"


def words_of(fields: Mapping[str, Any]) -> str:
    """Return the first of the customary fields that holds words; empty when there is none."""
    for name in _WORDS:
        said = fields.get(name)
        if isinstance(said, dict):
            said = words_of(said)
        if isinstance(said, str) and said.strip():
            return said
    return ""


def number(value: object) -> int | None:
    """Return a result code, which some services write as text; None for anything that is no whole number."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Receiver:
    """An address that takes posted JSON; ``name`` is what the clerk calls it, ``timeout`` bounds it all, in seconds."""

    name: str
    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    timeout: float = 10

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Post *body* once and return the answer, following no redirect.

        Raise :class:`TransportError`: permanent for an address or a certificate that cannot be right, not permanent
        when nobody is reached; ``unsure`` when the answer is missing, for the message may have been taken.
        """
        _hush()
        with self._client() as client, Watch(self.timeout) as watch, self._told_plainly(watch):
            content_type = {"Content-Type": "application/json; charset=utf-8", "Accept-Encoding": "identity"}
            request = client.build_request(
                "POST",
                self.address,
                content=body,
                headers={**content_type, **(headers or {})},
                extensions={"trace": _guarding(watch)},
            )
            response = client.send(request, stream=True)
            try:
                return _answer(response)
            finally:
                response.close()

    def refusal(self, answer: Answer) -> TransportError:
        """Return the error of an answer whose HTTP status alone decides, or that cannot be read.

        A 2xx that cannot be read is permanent: a network's sign-in page or a wrong address wants a person.
        """
        said = f"HTTP {answer.status} {self.blotted(answer.words)}".strip()
        if answer.passing:
            return self.error(f"{self.name}暂时不收：{said}。{LATER}", permanent=False)
        if answer.taken:
            words = f"{self.name}的答复读不懂：{said}。可能是地址不对，或被上网登录页面拦住，请核对后重发。"
        elif 300 <= answer.status < 400:
            words = f"{self.name}要转到别的地址（HTTP {answer.status}），没有跟去。请核对地址后重发。"
        else:
            words = f"{self.name}拒收：{said}。请核对地址和密钥后重发。"
        return self.error(words, permanent=True)

    def error(self, words: str, *, permanent: bool, unsure: bool = False) -> TransportError:
        """Return the error of *words*, with whatever is secret taken out once more."""
        return TransportError(blot(words, self._hidden()), permanent=permanent, unsure=unsure)

    def blotted(self, words: str) -> str:
        """Return the receiver's *words* fit to be shown, without what is secret."""
        return told(words, self._hidden())

    def _hidden(self) -> list[str]:
        return [*secrets_of(self.address), self.secret]

    def _client(self) -> httpx.Client:
        import httpx

        try:
            return httpx.Client(
                timeout=self.timeout, follow_redirects=False, verify=_trust(environ.get("SSL_CERT_FILE"))
            )
        except (ImportError, ValueError):
            # Its words may hold the password of the proxy.
            words = "这台电脑的代理设置（HTTPS_PROXY、ALL_PROXY）用不了，请改正后重发。"
            raise TransportError(words, permanent=True) from None

    @contextmanager
    def _told_plainly(self, watch: Watch) -> Iterator[None]:
        import httpx

        try:
            yield
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError, OverflowError):
            raise self.error(f"{self.name}的地址写得不对，请改正后重发。", permanent=True) from None
        except httpx.HTTPError as error:
            raise self._lost(error, watch) from error

    def _why(self, error: BaseException) -> str:
        """Return why the connection failed: in plain words where the system said it, else in those of the library."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, OSError):
                return plainly(cause)
            cause = cause.__cause__ or cause.__context__
        return self.blotted(str(error)) or type(error).__name__

    def _lost(self, error: httpx.HTTPError, watch: Watch) -> TransportError:
        import httpx

        if distrust := _distrust(error):
            words = f"{self.name}的证书不受信任：{self.blotted(distrust)}。请核对地址，或请管理员装好单位的证书。"
            return self.error(words, permanent=True)
        late = watch.expired or isinstance(error, httpx.TimeoutException)
        why = f"{self.timeout:g} 秒内没有答复" if late else self._why(error)
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
            return self.error(f"连不上{self.name}：{why}。{LATER}", permanent=False)
        words = f"{self.name}没有说完：{why}。消息已交出，不知道对方收到没有；稍后会再试，可能重复。"
        return self.error(words, permanent=False, unsure=True)


def secrets_of(address: str) -> list[str]:
    """Return the parts of *address* that must not be told, the longest first.

    These are the address itself, the values of its query, and the steps of its path that look like a key: with a digit
    or long, or the last one when there is no query. ``robot/send`` and ``webhook`` are no secrets, being the same for all.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return [address] if address else []
    steps = [step for step in parts.path.split("/") if step]
    keys = [step for step in steps if len(step) >= 16 or re.search("[0-9]", step)]
    keys += [] if parts.query else steps[-1:]
    keys += [value for _, value in parse_qsl(parts.query)] + [parts.query, parts.fragment]
    keys += [piece for piece in parts.netloc.rpartition("@")[0].split(":") if piece]
    spelt = {spelling for key in keys for spelling in (key, unquote(key), quote(unquote(key), safe=""))}
    return sorted({address, *(key for key in spelt if len(key) >= SHORTEST_KEY)} - {""}, key=len, reverse=True)


def _hush() -> None:
    # httpx logs the address of every request at INFO, and an address holds a key.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


@cache
def _trust(_: str | None) -> ssl.SSLContext:
    """Return whom to trust; reading hundreds of certificates takes longer than a call, so once for each SSL_CERT_FILE."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _guarding(watch: Watch) -> Any:
    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            watch.guard(info["return_value"].get_extra_info("socket"))

    return trace


def _answer(response: httpx.Response) -> Answer:
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > LONGEST_ANSWER:
            return Answer(response.status_code, body[:LONGEST_ANSWER], whole=False)
    return Answer(response.status_code, body)


def _distrust(error: BaseException | None) -> str:
    """Return why a certificate is not trusted; empty when that is not the cause."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return ""
