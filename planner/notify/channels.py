"""The kinds of channels a clerk can set up, and what of their addresses is accepted and shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from planner.errors import Invalid
from planner.notify.extra import MISSING, Apprise, service_of
from planner.notify.robots import DingTalk, Feishu, WeCom
from planner.notify.transports import Transport, TransportError
from planner.notify.webhook import Webhook

CHANNEL_KINDS = {
    "wecom": "企业微信群机器人",
    "dingtalk": "钉钉群机器人",
    "feishu": "飞书群机器人",
    "webhook": "其他系统（Webhook）",
    "apprise": "其他渠道（Apprise）",
}
ROBOTS = {
    "qyapi.weixin.qq.com": "wecom",
    "oapi.dingtalk.com": "dingtalk",
    "open.feishu.cn": "feishu",
    "open.larksuite.com": "feishu",
}
"""Whose robots live at a host, by their documentation."""
LONGEST_ADDRESS = 500
LONG_KEY = 12
"""Characters of a piece of an address of which four may be shown."""


def transport_of(kind: str, address: str, secret: str) -> Transport:
    """Return the way out of a channel; raise ``Invalid`` for an unknown kind. 企业微信 and Apprise have no secret."""
    match kind:
        case "wecom":
            return WeCom(address)
        case "dingtalk":
            return DingTalk(address, secret)
        case "feishu":
            return Feishu(address, secret)
        case "webhook":
            return Webhook(address, secret)
        case "apprise":
            return Apprise(address)
    raise _unknown(kind)


def check_address(kind: str, address: str) -> None:
    """Raise ``Invalid`` with a sentence for the clerk, which never repeats the address, when it cannot be used."""
    if kind not in CHANNEL_KINDS:
        raise _unknown(kind)
    if not address:
        raise Invalid(f"请填写{CHANNEL_KINDS[kind]}的地址。")
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(f"地址太长，最多 {LONGEST_ADDRESS} 个字符，现在有 {len(address)} 个，请核对后重填。")
    if re.search(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]", address):
        raise Invalid("地址里不能有空格、换行或其他看不见的字符，请重新复制粘贴。")
    if kind == "apprise":
        _check_known_to_apprise(address)
    else:
        _check_http(address)
        owner = ROBOTS.get(urlsplit(address).hostname or "", kind)
        if owner != kind:
            raise Invalid(f"这是{CHANNEL_KINDS[owner]}的地址，请把渠道类型改选成「{CHANNEL_KINDS[owner]}」。")


def shown(address: str) -> str:
    """Return what pages may show: ``https://qyapi.weixin.qq.com/…a1b2``, the scheme, the host and four last characters.

    Only http and https have a host; elsewhere a key may stand in its place, and nothing of it is shown. The last four are
    left out where the last piece of the address is so short that they would be a large part of a key.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return "…"
    try:
        host = urlsplit(address).netloc.rpartition("@")[2] if scheme.lower() in ("http", "https") else ""
    except ValueError:
        return "…"
    if not host:
        return f"{scheme}://…"
    last = re.split(r"[/?&=#]", rest[rest.find(host) + len(host) :])[-1]
    return f"{scheme}://{host}/…{last[-4:] if len(last) >= LONG_KEY else ''}"


def _unknown(kind: str) -> Invalid:
    return Invalid(f"没有「{kind}」这种渠道，请从列表中选择。")


def _check_http(address: str) -> None:
    import httpx

    try:
        parts, read = urlsplit(address), httpx.URL(address)
        port_is_right = parts.port != 0
    except (ValueError, httpx.InvalidURL):
        raise Invalid("地址写得不对，请从群机器人的设置里重新复制。") from None
    if parts.scheme not in ("http", "https"):
        raise Invalid("地址应以 https:// 或 http:// 开头，请重新复制。")
    if not read.host or not port_is_right or "\\" in address:
        raise Invalid("地址里没有写明网站，应像 https://example.com/… 这样，请重新复制。")
    if "@" in parts.netloc or read.userinfo:
        raise Invalid("地址里不能带用户名和密码，请去掉 @ 和它前面的部分。")


def _check_known_to_apprise(address: str) -> None:
    try:
        known = service_of(address)
    except TransportError:
        raise Invalid(MISSING) from None
    if known is None:
        raise Invalid("Apprise 不认这个地址，请按 Apprise 的说明核对开头的渠道名和后面的内容。")
