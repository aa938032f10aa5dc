"""Who may do what to an occurrence. docs/roles.md shows the same table; a test keeps the two alike.

Leaders act on the points they answer for, deputies on those of the leader they stand in for, main leaders on all;
contacts on those of their department. The clerk does everything, and enters what a leader decided in that leader's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from planner.core.status import Act, act_label
from planner.errors import Forbidden, Invalid


class Role(StrEnum):
    """What somebody who signs in is to the office."""

    CLERK = "clerk"
    LEADER = "leader"
    CONTACT = "contact"


ROLE_LABELS = {Role.CLERK: "办公室经办文员", Role.LEADER: "责任领导", Role.CONTACT: "部门经办人"}

_CLERK = frozenset({Role.CLERK})
_DOERS = frozenset({Role.CLERK, Role.CONTACT})
_DECIDERS = frozenset({Role.CLERK, Role.LEADER})

MAY: dict[Act, frozenset[Role]] = {
    Act.IMPORT: _CLERK,
    Act.ISSUE: _CLERK,
    Act.SETTLE: _CLERK,
    Act.PROGRESS: _DOERS,
    Act.MEASURE: _DOERS,
    Act.CHASE: _CLERK,
    Act.INSTRUCTION: _DECIDERS,
    Act.EXTENSION_REQUEST: _DOERS,
    Act.EXTENSION_GRANTED: _DECIDERS,
    Act.EXTENSION_REFUSED: _DECIDERS,
    Act.HAND_IN: _DOERS,
    Act.SIGN_OFF: _DECIDERS,
    Act.SEND_BACK: _DECIDERS,
    Act.REOPEN: _CLERK,
    Act.SUSPEND: _DECIDERS,
    Act.CANCEL: _CLERK,
    Act.REASSIGN: _CLERK,
    Act.CORRECT: _CLERK,
    Act.CARRY: _CLERK,
}

LEADERS_WORD = frozenset({Act.INSTRUCTION, Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED, Act.SUSPEND})
"""What only a leader decides; the clerk enters it in the leader's name (代录)."""
REVIEW = frozenset({Act.SIGN_OFF, Act.SEND_BACK})
"""A leader's word too, where the office does not review itself."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the name in the ledger, the role, and the leader or department the account stands for."""

    name: str
    role: Role
    party: str = ""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom an occurrence concerns on the day of an act; ``deputies`` maps a deputy to the leader stood in for.

    ``helpers`` are the supporting units and the parties that each do it for themselves: they report, no more.
    """

    leaders: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    deputies: Mapping[str, str] = field(default_factory=dict)
    main_leaders: tuple[str, ...] = ()
    office_signs: bool = True


def authorise(actor: Actor, act: Act, on_behalf_of: str, concerned: Concerned, *, needs_main: bool = False) -> str:
    """Return in whose name an act is recorded ("" for the actor's own).

    Raise ``Forbidden`` when this is not the actor's to do, ``Invalid`` when the clerk must say whose decision it was.
    """
    allow(actor.role, act)
    if actor.role is Role.CONTACT:
        return _as_contact(actor, act, concerned)
    if actor.role is Role.LEADER:
        return _as_leader(actor, concerned, needs_main)
    if needs_leader(act, office_signs=concerned.office_signs) or (act in REVIEW and on_behalf_of):
        return _in_the_name_of(act, on_behalf_of, concerned, needs_main)
    return on_behalf_of


def allow(role: Role, act: Act) -> None:
    """Raise ``Forbidden`` for an act that is nobody's of this role."""
    if role not in MAY[act]:
        raise Forbidden(f"「{act_label(act)}」由{_who(act)}办理，您是{ROLE_LABELS[role]}。")


def needs_leader(act: Act, *, office_signs: bool) -> bool:
    """Tell whether an act is a leader's decision, which the clerk enters in the leader's name."""
    return act in LEADERS_WORD or (act in REVIEW and not office_signs)


def _who(act: Act) -> str:
    return "、".join(ROLE_LABELS[role] for role in Role if role in MAY[act])


FOR_ALL = frozenset({Act.HAND_IN, Act.EXTENSION_REQUEST})
"""What only the responsible department does: it speaks for all who help."""


def _as_contact(actor: Actor, act: Act, concerned: Concerned) -> str:
    if act in FOR_ALL and actor.party in concerned.helpers and actor.party not in concerned.departments:
        raise Forbidden(f"「{act_label(act)}」由责任部门办理，{actor.party}请记本单位的进展。")
    if actor.party not in (*concerned.departments, *concerned.helpers):
        raise Forbidden(f"这一项不是{actor.party}的事项，不能代为填写。如有变动请告诉办公室。")
    return ""


def _as_leader(actor: Actor, concerned: Concerned, needs_main: bool) -> str:
    if actor.party in concerned.main_leaders:
        return ""
    if needs_main:
        raise Forbidden(NEEDS_MAIN)
    if actor.party in concerned.leaders:
        return ""
    if actor.party in concerned.deputies:
        return concerned.deputies[actor.party]
    raise Forbidden("这一项由其他领导负责，请由责任领导或主要领导定。")


def needs_main_leader(due_on: date, until: date, granted: int) -> bool:
    """Tell whether an extension is the main leader's to decide: a second one, or one of more than thirty days."""
    return granted > 0 or until - due_on > LONG_EXTENSION


LONG_EXTENSION = timedelta(days=30)
NEEDS_MAIN = "再次延期或延期超过30天，要由主要领导定。"


def _in_the_name_of(act: Act, name: str, concerned: Concerned, needs_main: bool) -> str:
    if needs_main:
        if not concerned.main_leaders:
            raise Invalid(f"{NEEDS_MAIN}请先在「人员部门」里注明谁是主要领导。")
        able = concerned.main_leaders
    else:
        able = tuple(dict.fromkeys((*concerned.leaders, *concerned.deputies, *concerned.main_leaders)))
    if not able:
        raise Invalid("这一项还没有责任领导，请先指定，再记领导的意见。")
    if name not in able:
        front = NEEDS_MAIN if needs_main else ""
        raise Invalid(f"{front}「{act_label(act)}」是领导的决定，请写明是谁定的：{'、'.join(able)}。")
    return name
