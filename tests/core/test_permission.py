"""Who may do what, as one table of roles and acts, and in whose name it is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner.core.permission import MAY, Actor, Concerned, Role, authorise, needs_main_leader
from planner.core.status import Act, act_label
from planner.errors import Forbidden, Invalid

CLERK = Actor("王文员", Role.CLERK)
LEADER = Actor("王建国", Role.LEADER, "王建国")
DEPUTY = Actor("李秀英", Role.LEADER, "李秀英")
CHIEF = Actor("张书记", Role.LEADER, "张书记")
STRANGER = Actor("赵六", Role.LEADER, "赵六")
CONTACT = Actor("小刘", Role.CONTACT, "农业")
OUTSIDER = Actor("小陈", Role.CONTACT, "教育")
EVERYONE = {"clerk": CLERK, "leader": LEADER, "deputy": DEPUTY, "chief": CHIEF, "contact": CONTACT}

OURS = Concerned(
    leaders=("王建国",),
    departments=("应急部门", "农业"),
    deputies={"李秀英": "王建国"},
    main_leaders=("张书记",),
)
LEADERS_SIGN = replace(OURS, office_signs=False)

# Per act: who may do it (+), who may not (-), and for the clerk: whether a leader must be named (*).
TABLE = """
import             clerk +  leader -  contact -
issue              clerk +  leader -  contact -
settle             clerk +  leader -  contact -
progress           clerk +  leader -  contact +
measure            clerk +  leader -  contact +
chase              clerk +  leader -  contact -
instruction        clerk *  leader +  contact -
extension_request  clerk +  leader -  contact +
extension_granted  clerk *  leader +  contact -
extension_refused  clerk *  leader +  contact -
hand_in            clerk +  leader -  contact +
sign_off           clerk +  leader +  contact -
send_back          clerk +  leader +  contact -
reopen             clerk +  leader -  contact -
suspend            clerk *  leader +  contact -
cancel             clerk +  leader -  contact -
reassign           clerk +  leader -  contact -
correct            clerk +  leader -  contact -
carry              clerk +  leader -  contact -
"""
RULES = {
    Act(words[0]): dict(zip(words[1::2], words[2::2], strict=True)) for words in map(str.split, TABLE.split("\n")[1:-1])
}
CASES = [(act, role, sign) for act, signs in RULES.items() for role, sign in signs.items()]
WHO = {
    "clerk": "办公室经办文员",
    "clerk leader": "办公室经办文员、责任领导",
    "clerk contact": "办公室经办文员、部门经办人",
}
LABELS = {"leader": "责任领导", "contact": "部门经办人"}


def test_every_act_is_in_the_table() -> None:
    assert RULES.keys() == set(Act) == MAY.keys()


@pytest.mark.parametrize(("act", "role", "sign"), CASES)
def test_a_role_may_or_is_told_who_may(act: Act, role: str, sign: str) -> None:
    actor = EVERYONE[role]
    if sign == "+":
        assert authorise(actor, act, "", OURS) == ""
    elif sign == "*":
        with pytest.raises(Invalid, match=f"「{act_label(act)}」是领导的决定，请写明是谁定的：王建国、李秀英、张书记"):
            authorise(actor, act, "", OURS)
        assert authorise(actor, act, "王建国", OURS) == "王建国"
    else:
        may = WHO[" ".join(one for one, its in RULES[act].items() if its != "-")]
        with pytest.raises(Forbidden) as refused:
            authorise(actor, act, "", OURS)
        assert refused.value.message == f"「{act_label(act)}」由{may}办理，您是{LABELS[role]}。"


DECIDED = [act for act, signs in RULES.items() if signs["leader"] == "+"]
DONE_BY_CONTACTS = [act for act, signs in RULES.items() if signs["contact"] == "+"]


@pytest.mark.parametrize("act", DECIDED)
@pytest.mark.parametrize(("actor", "name"), [(LEADER, ""), (CHIEF, ""), (DEPUTY, "王建国")])
def test_leaders_act_for_themselves_and_deputies_in_the_leaders_name(act: Act, actor: Actor, name: str) -> None:
    assert authorise(actor, act, "", OURS) == name


@pytest.mark.parametrize("act", DECIDED)
def test_a_leader_has_no_say_in_what_others_answer_for(act: Act) -> None:
    with pytest.raises(Forbidden, match="由其他领导负责，请由责任领导或主要领导定"):
        authorise(STRANGER, act, "", OURS)
    with pytest.raises(Forbidden, match="由其他领导负责"):
        authorise(DEPUTY, act, "", replace(OURS, deputies={}))


@pytest.mark.parametrize("act", DONE_BY_CONTACTS)
def test_a_contact_acts_for_the_own_department_alone(act: Act) -> None:
    assert authorise(CONTACT, act, "王建国", OURS) == "", "and never in another's name"
    with pytest.raises(Forbidden, match="这一项不是教育的事项"):
        authorise(OUTSIDER, act, "", OURS)


def test_a_leader_never_acts_in_another_leaders_name() -> None:
    assert authorise(LEADER, Act.SIGN_OFF, "张书记", OURS) == ""


@pytest.mark.parametrize(
    ("actor", "said", "main_leaders", "result"),
    [
        (CHIEF, "", ("张书记",), ""),
        (LEADER, "", ("张书记",), Forbidden("再次延期或延期超过30天，要由主要领导定。")),
        (DEPUTY, "", ("张书记",), Forbidden("再次延期或延期超过30天，要由主要领导定。")),
        (LEADER, "", ("王建国",), ""),
        (CLERK, "张书记", ("张书记", "陈镇长"), "张书记"),
        (
            CLERK,
            "王建国",
            ("张书记", "陈镇长"),
            Invalid(
                "再次延期或延期超过30天，要由主要领导定。「同意延期」是领导的决定，请写明是谁定的：张书记、陈镇长。"
            ),
        ),
        (
            CLERK,
            "王建国",
            (),
            Invalid("再次延期或延期超过30天，要由主要领导定。请先在「人员部门」里注明谁是主要领导。"),
        ),
    ],
)
def test_a_second_or_long_extension_is_for_the_main_leaders(
    actor: Actor, said: str, main_leaders: tuple[str, ...], result: str | Forbidden | Invalid
) -> None:
    whom = replace(OURS, main_leaders=main_leaders)
    if isinstance(result, str):
        assert authorise(actor, Act.EXTENSION_GRANTED, said, whom, needs_main=True) == result
        return
    with pytest.raises(type(result)) as refused:
        authorise(actor, Act.EXTENSION_GRANTED, said, whom, needs_main=True)
    assert refused.value.message == result.message


@pytest.mark.parametrize("act", [Act.SIGN_OFF, Act.SEND_BACK])
def test_where_the_office_does_not_sign_the_clerk_names_the_leader_who_did(act: Act) -> None:
    assert authorise(CLERK, act, "王建国", LEADERS_SIGN) == "王建国"
    assert authorise(CLERK, act, "李秀英", LEADERS_SIGN) == "李秀英"
    assert authorise(LEADER, act, "", LEADERS_SIGN) == ""
    for name in ("", "赵六"):
        with pytest.raises(Invalid, match="请写明是谁定的：王建国、李秀英、张书记"):
            authorise(CLERK, act, name, LEADERS_SIGN)


def test_only_reviews_change_hands_where_the_office_does_not_sign() -> None:
    for act in set(Act) - {Act.SIGN_OFF, Act.SEND_BACK}:
        assert authorise(CLERK, act, "王建国", LEADERS_SIGN) == authorise(CLERK, act, "王建国", OURS)


@pytest.mark.parametrize("act", [Act.INSTRUCTION, Act.EXTENSION_GRANTED, Act.EXTENSION_REFUSED, Act.SUSPEND])
def test_without_any_leader_there_is_no_leaders_word(act: Act) -> None:
    with pytest.raises(Invalid, match="还没有责任领导，请先指定"):
        authorise(CLERK, act, "王建国", Concerned(departments=("农业",)))
    assert authorise(CLERK, act, "张书记", Concerned(main_leaders=("张书记",))) == "张书记"


def test_in_what_the_clerk_does_any_name_may_stand() -> None:
    assert authorise(CLERK, Act.PROGRESS, "农业站老周", OURS) == "农业站老周"


@pytest.mark.parametrize("act", [Act.HAND_IN, Act.EXTENSION_REQUEST])
def test_who_helps_reports_and_does_not_speak_for_all(act: Act) -> None:
    helped = Concerned(departments=("农业部门",), helpers=("东村", "农业部门"))
    helper = Actor("李四", Role.CONTACT, "东村")
    assert authorise(helper, Act.PROGRESS, "", helped) == ""
    with pytest.raises(Forbidden, match="由责任部门办理，东村请记本单位的进展"):
        authorise(helper, act, "", helped)
    assert authorise(Actor("张三", Role.CONTACT, "农业部门"), act, "", helped) == ""


@pytest.mark.parametrize(("days", "granted", "is_main"), [(30, 0, False), (31, 0, True), (1, 1, True), (1, 0, False)])
def test_a_second_or_long_extension_is_the_main_leaders(days: int, granted: int, is_main: bool) -> None:
    due = date(2024, 6, 30)
    assert needs_main_leader(due, due + timedelta(days=days), granted) is is_main
