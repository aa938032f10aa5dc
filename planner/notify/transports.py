"""Ways out of the house. A transport has one method, ``send``, and one error that says whether to try again."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from planner.errors import PlannerError
from planner.notify.letters import Letter


class TransportError(PlannerError):
    """A letter did not go out; ``permanent`` when another try would fail too unless a person changes something."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server; ``security`` is none, starttls or tls, ``timeout`` in seconds. No username means no sign-in."""

    host: str
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    security: str = "none"
    timeout: float = 30.0

    def send(self, letter: Letter, to_address: str, message_id: str, sent_at: datetime | None = None) -> None:
        """Hand *letter* to the server under *message_id* (``name@domain``, the same again on a second try).

        Raise :class:`TransportError` with the server's own words: permanent for a 5xx answer or an address that is
        none, not permanent for a 4xx answer, a lost or a refused connection.
        """
        message = compose(letter, self.sender, to_address, message_id, sent_at)
        with _told_plainly(f"{self.host}:{self.port}"), self._connection() as server:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.username:
                server.login(self.username, self.password)
            server.send_message(message, self.sender, [to_address])

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        server = self._connect()
        try:
            yield server
        except BaseException:
            server.close()
            raise
        _say_goodbye(server)

    def _connect(self) -> smtplib.SMTP:
        # The greeting names the sender's domain: a computer may have a Chinese name, which the protocol cannot carry.
        domain = self.sender.rpartition("@")[2].strip()
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, domain, timeout=self.timeout, context=context)
        return smtplib.SMTP(self.host, self.port, domain, timeout=self.timeout)


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
        return Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise TransportError(f"邮箱地址「{text}」写得不对。{advice}", permanent=True) from error


@contextmanager
def _told_plainly(server: str) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPException as error:
        raise _refused(server, error) from error
    except OSError as error:
        raise TransportError(f"连不上邮件服务器 {server}：{error}。稍后会再试。", permanent=False) from error
    except UnicodeError as error:
        raise TransportError(f"邮件设置或内容里有服务器不认的字符：{error}。请改正后重发。", permanent=True) from error


def _refused(server: str, error: smtplib.SMTPException) -> TransportError:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return TransportError(f"邮件服务器 {server} 不支持所选的方式：{error}。请改发信设置。", permanent=True)
    code, said = _answer(error)
    if code is None:
        return TransportError(f"邮件服务器 {server} 中途断开：{said}。稍后会再试。", permanent=False)
    if code < 500:
        return TransportError(f"邮件服务器 {server} 暂时不收：{code} {said}。稍后会再试。", permanent=False)
    return TransportError(f"邮件服务器 {server} 拒收：{code} {said}。请核对收件地址和发信设置。", permanent=True)


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
