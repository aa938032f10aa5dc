"""Settling how the office works: who signs off; and what a start was told of it."""

from __future__ import annotations

from datetime import datetime

from planner.core.status import Act
from planner.errors import Invalid
from planner.services import attending
from planner.services.delivering import EMAIL, give_up_channel
from planner.services.tracking import Said
from planner.store import queries
from planner.store.database import Database
from planner.store.journal import append

SIGN_OFF_RULES = {
    "office": "办公室审核制：经办文员或责任领导都可以销号",
    "leader": "领导审核制：只由责任领导销号，办公室可代录",
}


def set_sign_off_rule(database: Database, rule: str, said: Said) -> None:
    """Say who signs off, and tell the ledger of every plan; raise ``Invalid`` for a rule there is not."""
    if rule not in SIGN_OFF_RULES:
        raise Invalid("请选择办公室审核制或领导审核制。")
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        office.sign_off_by = rule
        session.add(office)
        for plan in queries.plans_in_turn(session):
            append(session, plan.id, said.entered(Act.SETTLE, f"销号改为{SIGN_OFF_RULES[rule]}", {}))


def note_start(database: Database, at: datetime, name: str, base_url: str, *, mail_server: bool) -> None:
    """Note what the pages or a worker were told when they started: the office's name, their address, a mail server.

    So that messages written anywhere know under which name and by which ways. One without a mail server changes nothing
    while others are at work that may have one; the last one leaves what waited for it to the clerk.
    """
    alone = not attending.health(database, at).alive
    with database.write() as session:
        office = queries.the_office(session, lock=True)
        office.name, office.base_url = name or office.name, base_url or office.base_url
        if mail_server or alone:
            office.by_email = mail_server
        session.add(office)
    if alone and not mail_server:
        with database.write() as session:
            give_up_channel(session, EMAIL)
