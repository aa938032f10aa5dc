"""Names read from documents become known parties, other names of them, or parties of their own."""

from __future__ import annotations

import pytest

from planner.errors import Conflict, Invalid
from planner.services.importing import Imported, Source, import_plan
from planner.services.naming import add_aliases, add_contact, confirm_names, describe, merge, unknown_names
from planner.services.reporting import stand
from planner.store import people, queries
from planner.store.database import Database
from planner.store.models import Party
from tests.conftest import NOON
from tests.services.test_handing_over import SAID

NEXT = """\
# 柳河镇2024年防汛工作要点

印发日期：2024年5月10日

### 1. 排查险段

7月底前，排查险段。

（责任领导：王建国，责任部门：应急办、水利站）
"""


def department(database: Database, name: str) -> Party:
    with database.read() as session:
        return queries.found(people.party_named(session, "department", name))


@pytest.fixture
def second_plan(database: Database, imported: Imported) -> None:
    confirm_names(database, [party.id for party, _ in unknown_names(database)], NOON)
    import_plan(database, Source("防汛.md", NEXT.encode()), actor="王文员", at=NOON)


def test_only_new_names_wait_with_the_likeliest_known_one(database: Database, second_plan: None) -> None:
    waiting = {party.name: likely and likely.name for party, likely in unknown_names(database)}
    assert waiting == {"应急办": "应急部门", "水利站": None}


def test_another_name_is_known_from_then_on(database: Database, second_plan: None) -> None:
    merge(database, department(database, "应急办").id, department(database, "应急部门").id, SAID)
    entry = next(entry for entry in stand(database, NOON).entries if entry.plan_title.endswith("防汛工作要点"))
    assert entry.departments == ("应急部门", "水利站")
    assert [party.name for party, _ in unknown_names(database)] == ["水利站"]
    third = NEXT.replace("防汛", "防火").replace("险段", "火点")
    import_plan(database, Source("防火.md", third.encode()), actor="王文员", at=NOON)
    entry = next(entry for entry in stand(database, NOON).entries if entry.plan_title.endswith("防火工作要点"))
    assert entry.departments == ("应急部门", "水利站")
    with pytest.raises(Conflict, match="合并过"):
        merge(database, department(database, "应急办").id, department(database, "农业部门").id, SAID)


def test_a_name_is_merged_only_into_another_of_its_kind(database: Database, second_plan: None) -> None:
    with database.read() as session:
        leader = queries.found(people.party_named(session, "person", "王建国"))
    own = department(database, "应急办").id
    for into in (own, leader.id):
        with pytest.raises(Invalid, match="另一个同类"):
            merge(database, own, into, SAID)


def test_aliases_are_unique(database: Database, second_plan: None) -> None:
    add_aliases(database, department(database, "应急部门").id, "应急局、应急管理办公室 应急局", NOON)
    with database.read() as session:
        assert set(people.aliases(session, department(database, "应急部门").id)) == {"应急局", "应急管理办公室"}
    for name in ("应急局", "水利站"):
        with pytest.raises(Invalid, match="不能再用"):
            add_aliases(database, department(database, "农业部门").id, name, NOON)
    with pytest.raises(Invalid, match="不超过40字"):
        add_aliases(database, department(database, "农业部门").id, "长" * 41, NOON)


def test_contacts_stand_beside_the_department(database: Database, imported: Imported) -> None:
    add_contact(database, department(database, "农业部门").id, "李四", "138-0000-0000", SAID)
    with pytest.raises(Invalid, match="经办人的姓名"):
        add_contact(database, department(database, "农业部门").id, " ", "", SAID)
    for number in ("一三八", "1" * 31):
        with pytest.raises(Invalid, match="电话只能写数字"):
            add_contact(database, department(database, "农业部门").id, "李四", number, SAID)
    contacts = {entry.code: entry.contacts for entry in stand(database, NOON).entries}
    assert contacts["3-2"] == ("李四 138-0000-0000",) and contacts["1-1"] == ()


def test_posts_and_telephones(database: Database, imported: Imported) -> None:
    with database.read() as session:
        leader = queries.found(people.party_named(session, "person", "李秀英"))
    describe(database, leader.id, "镇长", "0745-1234567", SAID, main_leader=True)
    with database.read() as session:
        assert people.main_leaders(session) == ["李秀英"]
    with pytest.raises(Invalid, match="电话只能写数字"):
        describe(database, leader.id, "镇长", "<script>", SAID, main_leader=True)
    with pytest.raises(Invalid, match="职务请不超过40字，现在有41字。"):
        describe(database, leader.id, "长" * 41, "", SAID, main_leader=True)
