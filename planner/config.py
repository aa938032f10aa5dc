"""Settings, read once from the environment, and the only clock of the package."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from planner.errors import Invalid, Unwritable
from planner.notify.transports import Smtp

OFFICE_TIME = ZoneInfo("Asia/Shanghai")
"""Every township this product serves keeps one clock; days and deadlines are counted on it."""

PACKAGE = Path(__file__).parent
KEY = "session.key"


def now() -> datetime:
    """Return the present moment on the office's clock; no other code reads a clock."""
    return datetime.now(OFFICE_TIME)  # noqa: TID251  the one permitted read


@dataclass(frozen=True, slots=True)
class Option:
    """One environment variable: its name, default and what it does (docs/settings.md lists them all)."""

    name: str
    default: str
    meaning: str


EXAMPLE = "https://plan.example.gov.cn"
UNNAMED = "办公室"
"""The office as long as nobody gave it a name."""
OPTIONS = (
    Option("PLANNER_DATA", "", "数据文件夹：数据库、原文件和密钥都在这里；不填时用当前用户的应用数据文件夹"),
    Option("DATABASE_URL", "", "数据库地址；不填时用数据文件夹里的 SQLite，多台电脑共用时填 postgresql+psycopg://…"),
    Option("PLANNER_OFFICE", UNNAMED, "单位名称，写在提醒和清单上"),
    Option("PLANNER_CONTACT", "", "联系人和电话，写在提醒末尾；第一次启动时填进「设置」的提醒规则页，以后在那里改"),
    Option("PLANNER_HOST", "127.0.0.1", "网页监听的地址；改成 0.0.0.0 前请先放在 https 反向代理后面"),
    Option("PLANNER_PORT", "8765", "网页端口；被占用时用后面第一个空闲的"),
    Option("PLANNER_BASE_URL", "", f"别人打开网页用的地址，写在日历和提醒里，例如 {EXAMPLE}"),
    Option("PLANNER_SMTP_HOST", "", "发邮件的服务器；不填时提醒留在「待发」页由人复制"),
    Option("PLANNER_SMTP_PORT", "25", "发邮件的端口"),
    Option("PLANNER_SMTP_SECURITY", "none", "none、starttls 或 tls"),
    Option("PLANNER_SMTP_USER", "", "发邮件的用户名"),
    Option("PLANNER_SMTP_PASSWORD", "", "发邮件的密码；也可用 PLANNER_SMTP_PASSWORD_FILE 指向一个只含密码的文件"),
    Option("PLANNER_SMTP_SENDER", "", "发件人地址"),
    Option("PLANNER_SMTP_CA_FILE", "", "邮件服务器用自己的证书时，证书文件（PEM）的位置"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the edges need to know, frozen."""

    data: Path
    database_url: str
    office: str
    contact: str
    host: str
    port: int
    base_url: str
    smtp: Smtp | None

    @property
    def files(self) -> Path:
        """The folder of the issued files, named by their sha256."""
        return self.data / "files"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of *environment* (the process's own by default); raise ``Invalid`` for a bad value."""
    given = os.environ if environment is None else environment
    value = {option.name: given.get(option.name, "").strip() or option.default for option in OPTIONS}
    data = Path(value["PLANNER_DATA"] or _user_folder(given)).expanduser().absolute()
    return Settings(
        data=data,
        database_url=value["DATABASE_URL"] or f"sqlite:///{(data / 'planner.db').as_posix()}",
        office=value["PLANNER_OFFICE"],
        contact=value["PLANNER_CONTACT"],
        host=value["PLANNER_HOST"],
        port=_port("PLANNER_PORT", value["PLANNER_PORT"]),
        base_url=_base_url(value["PLANNER_BASE_URL"]),
        smtp=_smtp(value, given),
    )


def _user_folder(given: Mapping[str, str]) -> str:
    if sys.platform == "win32":
        return str(Path(given.get("LOCALAPPDATA") or Path.home()) / "Planner")
    if sys.platform == "darwin":
        return str(Path.home() / "Library" / "Application Support" / "Planner")
    return str(Path(given.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "planner")


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        bad = parts.hostname is None and "//" in text
    except ValueError:
        bad = True
    if bad:
        raise Invalid(f"设置 PLANNER_BASE_URL 看不懂，应写成 {EXAMPLE} 这样，现在是「{text}」。")
    if parts.username is not None or parts.password is not None:
        # Not shown: there is a password in it.
        raise Invalid(f"设置 PLANNER_BASE_URL 里不能有用户名和密码，每个日历和链接都会带上它。请写成 {EXAMPLE} 这样。")
    scheme, colon, rest = text.partition(":")
    return f"{scheme.lower() if parts.scheme else scheme}{colon}{rest}".rstrip("/")


def _port(name: str, text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise Invalid(f"设置 {name} 应为 1 到 65535 的数字，现在是「{text}」。")
    return int(text)


def _smtp(value: Mapping[str, str], given: Mapping[str, str]) -> Smtp | None:
    if not value["PLANNER_SMTP_HOST"]:
        return None
    if value["PLANNER_SMTP_SECURITY"] not in ("none", "starttls", "tls"):
        raise Invalid(
            f"设置 PLANNER_SMTP_SECURITY 应为 none、starttls 或 tls，现在是「{value['PLANNER_SMTP_SECURITY']}」。"
        )
    if not value["PLANNER_SMTP_SENDER"]:
        raise Invalid("填了 PLANNER_SMTP_HOST，还要填发件人地址 PLANNER_SMTP_SENDER。")
    return Smtp(
        host=value["PLANNER_SMTP_HOST"],
        port=_port("PLANNER_SMTP_PORT", value["PLANNER_SMTP_PORT"]),
        username=value["PLANNER_SMTP_USER"],
        password=_password(value, given),
        sender=value["PLANNER_SMTP_SENDER"],
        security=value["PLANNER_SMTP_SECURITY"],
        ca_file=value["PLANNER_SMTP_CA_FILE"],
    )


def _password(value: Mapping[str, str], given: Mapping[str, str]) -> str:
    path = given.get("PLANNER_SMTP_PASSWORD_FILE")
    if not path:
        return value["PLANNER_SMTP_PASSWORD"]
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise Invalid(f"读不到 PLANNER_SMTP_PASSWORD_FILE 指的文件：{error.strerror}。") from error


def shipped(name: str) -> Path:
    """Return a folder that comes with the product (templates, plans): in the package of a wheel, else beside it."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def session_key(data: Path) -> bytes:
    """Return the secret that signs sessions, made at random on first use and readable by its owner only.

    Raise ``Unwritable`` when the data folder takes no file.
    """
    try:
        return _session_key(data / KEY)
    except OSError as error:
        raise Unwritable.because(f"数据文件夹 {data} ", error) from error


def _session_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    key = secrets.token_bytes(32)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
    except OSError:
        # A key cut short by a full disk would be taken for the key from then on.
        path.unlink()
        raise
    return key


def end_sessions(data: Path) -> None:
    """Forget the secret, so that everybody signs in anew after the next start."""
    (data / KEY).unlink(missing_ok=True)
