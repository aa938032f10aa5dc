"""Channeling: the ways out of the house that the office sets up itself, each tried with a test message.

Addresses and secrets are keys: they go into the database and to the receiver, and into no sentence, log or page.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from datetime import datetime

from planner.errors import Conflict, Invalid
from planner.notify.channels import CHANNEL_KINDS, check_address, transport_of
from planner.notify.letter import Letter
from planner.notify.receiver import LATER
from planner.notify.transports import Smtp, Transport, TransportError
from planner.services.assigning import is_email
from planner.services.delivering import give_up_channel
from planner.services.tracking import Said
from planner.store import outbox, people, queries
from planner.store.database import Database, Session
from planner.store.outgoing import Channel

AUDIENCES = {
    "group": "每周的群通知",
    "party": "给一个人或部门的提醒",
    "all": "全部提醒和群通知",
}
CARRIES = {
    "wecom": ("group", "party"),
    "dingtalk": ("group", "party"),
    "feishu": ("group", "party"),
    "webhook": ("group", "party", "all"),
    "apprise": ("group", "party", "all"),
}
"""What each kind may carry: what is meant for one person does not belong in a big chat group."""
SECRETS = {"dingtalk": "加签密钥", "feishu": "签名校验密钥", "webhook": "HMAC 密钥"}
"""What the secret of a kind is called; the others have none."""
LONGEST_NAME = 40
LONGEST_SECRET = 200
LONGEST_WORDS = 500
TEST = "这是一条测试消息，收到即说明渠道可用。"
EMAIL_WAIT, EMAIL_LIMIT = 8.0, 20.0
"""Seconds for each answer of the mail server and for all of a test: somebody waits at the page."""


def add_channel(
    database: Database, kind: str, name: str, audience: str, party_id: int | None, address: str, secret: str, said: Said
) -> int:
    """Set up a channel and return its id; raise ``Invalid`` with a sentence that repeats neither address nor secret."""
    check_address(kind, address.strip())
    with database.write() as session:
        row = Channel(
            office_id=queries.the_office(session, lock=True).id,
            kind=kind,
            name=name.strip(),
            audience=audience,
            party_id=_party(session, audience, party_id),
            address=address.strip(),
            secret=secret.strip(),
            made_at=said.at,
            made_by=said.actor,
        )
        _check(session, row)
        session.add(row)
        session.flush()
        return row.id


def change_channel(
    database: Database,
    channel_id: int,
    name: str,
    audience: str,
    party_id: int | None,
    address: str = "",
    secret: str = "",
    *,
    said: Said,
    without_secret: bool = False,
) -> None:
    """Change a channel; address and secret stay as they are unless given, the secret goes where *without_secret*.

    What a test of another address or secret said is forgotten. Raise as :func:`add_channel`, ``Conflict`` once stopped.
    """
    with database.write() as session:
        queries.the_office(session, lock=True)
        row = _in_use(session, channel_id)
        before = row.address, row.secret
        row.address = address.strip() or row.address
        row.secret = secret.strip() or ("" if without_secret else row.secret)
        if row.address != before[0]:
            check_address(row.kind, row.address)
        if (row.address, row.secret) != before:
            row.tried_at, row.tried_with = None, ""
        row.name, row.audience, row.party_id = name.strip(), audience, _party(session, audience, party_id)
        row.changed_at, row.changed_by = said.at, said.actor
        _check(session, row)
        session.add(row)


def _party(session: Session, audience: str, party_id: int | None) -> int | None:
    return people.party_by_id(session, party_id).id if audience == "party" and party_id else None


def _check(session: Session, row: Channel) -> None:
    if not row.name or len(row.name) > LONGEST_NAME or not row.name.isprintable():
        raise Invalid(f"请给渠道起个名称，例如「安全生产工作群」，不超过{LONGEST_NAME}字。")
    _check_audience(row)
    _check_secret(row)
    for other in outbox.channels(session):
        if other.id != row.id:
            _check_apart(row, other)


def _check_audience(row: Channel) -> None:
    if row.audience not in AUDIENCES:
        raise Invalid("请选择这个渠道发什么。")
    if row.audience not in CARRIES[row.kind]:
        raise Invalid(
            f"{CHANNEL_KINDS[row.kind]}不能发全部提醒：给个人的提醒不宜发到大群里。"
            "请选「每周的群通知」，或者为部门的小群选「给一个人或部门的提醒」。"
        )
    if row.audience == "party" and row.party_id is None:
        raise Invalid("请选择是给哪个人或部门的提醒。")


def _check_secret(row: Channel) -> None:
    if row.secret and row.kind not in SECRETS:
        raise Invalid(f"{CHANNEL_KINDS[row.kind]}不用密钥，请留空。")
    if len(row.secret) > LONGEST_SECRET or not row.secret.isprintable():
        raise Invalid(f"密钥最多 {LONGEST_SECRET} 个字符，中间不能有换行，请重新复制粘贴。")


def _check_apart(row: Channel, other: Channel) -> None:
    if other.name == row.name:
        raise Invalid(f"已经有叫「{row.name}」的渠道，请换个名称，免得分不清。")
    if (other.kind, other.address, other.audience, other.party_id) == (
        row.kind, row.address, row.audience, row.party_id
    ):  # fmt: skip
        raise Invalid(f"这个地址已经设在「{other.name}」里，发的也一样，再设一个会发两遍。")


def stop_channel(database: Database, channel_id: int, said: Said) -> str:
    """Take a channel out of use for good and return its name; what still waits for it goes to the clerk at once."""
    with database.write() as session:
        row = outbox.channel_by_id(session, channel_id)
        if row.stopped_at is None:
            row.stopped_at, row.stopped_by = said.at, said.actor
            session.add(row)
        give_up_channel(session, str(channel_id))
        return row.name


def _in_use(session: Session, channel_id: int) -> Channel:
    row = outbox.channel_by_id(session, channel_id)
    if row.stopped_at:
        raise Conflict("这个渠道刚刚已停用，请刷新后再看。")
    return row


def try_channel(database: Database, channel_id: int, at: datetime) -> str:
    """Send a test message at once, note what came of it and return that: empty when it arrived, else why not."""
    with database.read() as session:
        row = _in_use(session, channel_id)
        office = queries.the_office(session).name
    words = _tried(transport_of(row.kind, row.address, row.secret), "", office, at, str(row.id))
    with database.write() as session:
        now = outbox.channel_by_id(session, channel_id)
        # Another clerk may have changed the address meanwhile; then this test says nothing about it.
        if (now.address, now.secret) == (row.address, row.secret):
            now.tried_at, now.tried_with = at, words
            session.add(now)
    return words


def try_email(smtp: Smtp | None, to_address: str, office: str, at: datetime) -> str:
    """Send a test letter at once and return what came of it; raise ``Invalid`` without a server or for no address."""
    if smtp is None:
        raise Invalid("还没有设发邮件的服务器，请先按下面的说明设好。")
    if not is_email(to_address):
        raise Invalid("邮箱地址不对，应像 name@example.cn 这样。")
    quick = replace(smtp, timeout=min(smtp.timeout, EMAIL_WAIT), limit=min(smtp.limit, EMAIL_LIMIT))
    return _tried(quick, to_address, office, at, to_address)


def _tried(transport: Transport, to_address: str, office: str, at: datetime, way: str) -> str:
    key = hashlib.sha256(f"test/{way}/{at.isoformat()}".encode()).hexdigest()[:32]
    try:
        transport.send(_letter(office, at), to_address, f"{key}@planner.local", at)
    except TransportError as error:
        return _for_a_test(error.message)[:LONGEST_WORDS]
    except Exception as error:  # whatever a library raises is an answer to the test too
        logging.getLogger("planner").error("test of a channel: %s", type(error).__name__)
        return f"发送时程序出错（{type(error).__name__}）。请核对地址和密钥。"
    return ""


def _letter(office: str, at: datetime) -> Letter:
    moment = f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
    # The words in front are those of every reminder, so that a group that wants a keyword takes both.
    return Letter("测试", "【工作提示】测试消息", f"{TEST}\n\n{office}　{moment}\n")


def _for_a_test(words: str) -> str:
    """Return the words of a transport without the promise to try again, which nobody keeps for a test."""
    return words.replace("；稍后会再试，可能重复。", "，请去看一眼。").replace(LATER, "请稍后再测试一次。")
