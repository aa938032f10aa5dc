"""Ways out of the house. A transport has one method, ``send``, and one error that says whether to try again."""

from __future__ import annotations

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Protocol

from planner.errors import PlannerError
from planner.notify.letter import Letter
from planner.notify.watch import Watch
from planner.notify.words import plainly, told


class TransportError(PlannerError):
    """A letter did not go out; ``permanent`` when another try would fail too unless a person changes something.

    ``unsure`` when the connection was lost after the letter was handed over and before the answer: it may have arrived.
    """

    def __init__(self, message: str, *, permanent: bool, unsure: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unsure = unsure


class Transport(Protocol):
    """One way out of the house."""

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:
        """Hand *letter* over under *message_id*, the same again on a second try; raise :class:`TransportError`.

        *to_address* is the recipient's address where the way needs one; *sent_at* (with a time zone) is the moment.
        """


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server; ``security`` is none, starttls or tls. No username means no sign-in.

    ``timeout`` bounds each wait and ``limit`` the whole conversation, both in seconds. ``ca_file`` names a PEM file of
    certificates to trust besides those of the computer, for an office's server with a certificate of its own.
    """

    host: str
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    security: str = "none"
    timeout: float = 30.0
    limit: float = 120.0
    ca_file: str = ""

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:
        """Hand *letter* to the server under *message_id* (``name@domain``, the same again on a second try).

        Raise :class:`TransportError` with the server's own words: permanent for a 5xx answer, an untrusted certificate
        or an address that is none, not permanent for a 4xx answer, a lost or a refused connection.
        """
        message = compose(letter, self.sender, to_address, message_id, sent_at)
        with Watch(self.limit) as watch:
            course = _Course(f"{self.host}:{self.port}", self.limit, self._hidden(), watch)
            with _told_plainly(course), self._connection(course) as server:
                if self.security == "starttls":
                    server.starttls(context=self._trust())
                if self.username:
                    self._sign_in(server)
                server.send_message(message, self.sender, [to_address])

    def _hidden(self) -> list[str]:
        # As the ways of signing in spell them too: a server may repeat the line it did not understand.
        spelt = [f"\0{self.username}\0{self.password}", self.password] if self.password else []
        return [*(b64encode(words.encode()).decode() for words in spelt), self.password]

    def _sign_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(self.username, self.password)
        except UnicodeError:
            # Its words would show a character of the password.
            words = "发邮件的用户名或密码里有中文或全角字符，邮件服务器不认。请改正发信设置。"
            raise TransportError(words, permanent=True) from None

    @contextmanager
    def _connection(self, course: _Course) -> Iterator[smtplib.SMTP]:
        server = self._connect(course)
        try:
            yield server
        except BaseException:
            server.close()
            raise
        _say_goodbye(server)

    def _connect(self, course: _Course) -> smtplib.SMTP:
        # The greeting names the sender's domain: a computer may have a Chinese name, which the protocol cannot carry.
        domain = self.sender.rpartition("@")[2].strip()
        if self.security == "tls":
            return _Encrypted(course, self.host, self.port, domain, timeout=self.timeout, context=self._trust())
        return _Followed(course, self.host, self.port, domain, timeout=self.timeout)

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.ca_file:
            try:
                context.load_verify_locations(self.ca_file)
            except OSError as error:
                words = f"读不了证书文件「{self.ca_file}」：{error}。请改正发信设置。"
                raise TransportError(words, permanent=True) from error
        return context


@dataclass(slots=True)
class _Course:
    """How far a conversation came; after the answer 354 (RFC 5321, 4.1.1.4) the letter itself is under way."""

    server: str
    limit: float
    hidden: list[str] = field(repr=False)
    watch: Watch
    last_code: int = 0

    @property
    def letter_under_way(self) -> bool:
        return self.last_code == 354


class _Followed(smtplib.SMTP):
    """A conversation that notes the last answer and puts every new socket under the watch."""

    def __init__(self, course: _Course, *arguments: Any, **named: Any) -> None:
        self.course = course
        super().__init__(*arguments, **named)

    def getreply(self) -> tuple[int, bytes]:
        self.course.watch.guard(self.sock)
        self.course.last_code, said = super().getreply()
        return self.course.last_code, said


class _Encrypted(_Followed, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def _say_goodbye(server: smtplib.SMTP) -> None:
    # The letter is accepted by now; a server that hangs up first must not make it go out twice.
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def compose(
    letter: Letter, sender: str, to_address: str, message_id: str, sent_at: datetime | None = None
) -> EmailMessage:
    """Return the message as plain text; raise a permanent :class:`TransportError` for an address that is none.

    Line breaks in the subject become spaces and addresses are taken apart, so that no text can smuggle in a header.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender, "请检查发件人设置 PLANNER_SMTP_SENDER。")
    message["To"] = _address(to_address, "请在「人员与部门」里改正。")
    message["Subject"] = " ".join(letter.subject.split())
    message["Message-ID"] = f"<{''.join(message_id.split()).strip('<>')}>"
    message["Auto-Submitted"] = "auto-generated"
    if sent_at:
        message["Date"] = sent_at
    # base64, since not every old relay lets eight-bit text through.
    message.set_content(letter.body, cte="base64")
    return message


def _address(text: str, advice: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise TransportError(f"邮箱地址「{text}」写得不对。{advice}", permanent=True) from error
    if not address.domain.isascii():
        raise TransportError(f"邮箱地址「{text}」写得不对：@ 后面只能用英文写法。{advice}", permanent=True)
    return address


@contextmanager
def _told_plainly(course: _Course) -> Iterator[None]:
    server = course.server
    try:
        yield
    except smtplib.SMTPException as error:
        raise _refused(course, error) from error
    except ssl.SSLCertVerificationError as error:
        words = f"邮件服务器 {server} 的证书不受信任：{error.verify_message}。请核对服务器名，或在发信设置里填单位的证书文件。"
        raise TransportError(words, permanent=True) from error
    except OSError as error:
        raise TransportError(f"连不上邮件服务器 {server}：{plainly(error)}。稍后会再试。", permanent=False) from error
    except UnicodeError as error:
        raise TransportError(f"邮件设置或内容里有服务器不认的字符：{error}。请改正后重发。", permanent=True) from error


def _refused(course: _Course, error: smtplib.SMTPException) -> TransportError:
    server = course.server
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return TransportError(f"邮件服务器 {server} 不支持所选的方式：{error}。请改发信设置。", permanent=True)
    code, words = _answer(error)
    said = told(words, course.hidden)
    if code is None:
        return _broken(course, f"用时超过 {course.limit:g} 秒" if course.watch.expired else said)
    if code < 500:
        return TransportError(f"邮件服务器 {server} 暂时不收：{code} {said}。稍后会再试。", permanent=False)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return TransportError(f"邮件服务器 {server} 不让登录：{code} {said}。请核对用户名和密码。", permanent=True)
    return TransportError(f"邮件服务器 {server} 拒收：{code} {said}。请核对收件地址和发信设置。", permanent=True)


def _broken(course: _Course, why: str) -> TransportError:
    if course.letter_under_way:
        words = f"邮件服务器 {course.server} 中途断开：{why}。信已交出，没等到答复，不知道对方收到没有；稍后会再试，可能重复。"
        return TransportError(words, permanent=False, unsure=True)
    return TransportError(f"邮件服务器 {course.server} 中途断开：{why}。稍后会再试。", permanent=False)


def _answer(error: smtplib.SMTPException) -> tuple[int | None, str]:
    """Return the server's code and its words; no code when it hung up without an answer."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _decoded(*next(iter(error.recipients.values())))
        case smtplib.SMTPResponseException():
            return _decoded(error.smtp_code, error.smtp_error)
    return None, str(error)


def _decoded(code: int, said: bytes | str) -> tuple[int | None, str]:
    # smtplib answers with -1 when the connection broke in the middle of an answer.
    return code if code > 0 else None, said.decode("utf-8", "replace") if isinstance(said, bytes) else said
