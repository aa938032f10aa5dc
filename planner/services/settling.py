"""Settling how the office works: who signs off."""

from __future__ import annotations

from planner.core.status import Act
from planner.errors import Invalid
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
