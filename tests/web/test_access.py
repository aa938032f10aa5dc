"""Every endpoint is in the table, the table is the one docs/roles.md shows, and every page keeps to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from planner.config import Settings
from planner.core.permission import MAY, Role
from planner.core.status import Act, act_label
from planner.services.handing_over import hand_over
from planner.services.importing import Imported, Source
from planner.services.reviewing import open_review
from planner.services.tracking import Said
from planner.store import queries
from planner.store.database import Database
from planner.store.outgoing import Notice, Reminder
from planner.store.table import Table
from planner.web.access import ACCESS, HOME, OPEN, OWN, Reach
from tests.conftest import NOON
from tests.web.conftest import Office, enter, party_id

ROLES = (Path(__file__).parents[2] / "docs" / "roles.md").read_text("utf-8")
REFUSED = "—"
GUESTS = (Role.LEADER, Role.CONTACT)


def rows(title: str) -> Iterator[list[str]]:
    """Yield the cells of a table of docs/roles.md."""
    section = ROLES.split(f"## {title}\n")[1].split("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[1].startswith("`"):
            yield [cells[0], cells[1].strip("`"), *cells[2:]]


def addressed(app: Flask) -> dict[str, str]:
    """Return the endpoint of each method and address."""
    return {
        f"{method} {rule.rule}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_endpoint_is_in_the_table_once(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(ACCESS) | OPEN
    assert not set(ACCESS) & OPEN


def test_whatever_is_only_for_its_own_can_be_told_apart() -> None:
    assert set(OWN) == {endpoint for endpoint, roles in ACCESS.items() if Reach.OWN in roles.values()}


def test_the_page_about_roles_shows_the_same_table(app: Flask) -> None:
    shown = {cells[1]: tuple(cells[2:]) for cells in rows("Pages")}
    kept = {
        address: tuple(reach.value if (reach := ACCESS[endpoint].get(role)) else REFUSED for role in Role)
        for address, endpoint in addressed(app).items()
        if endpoint not in OPEN
    }
    assert shown == kept
    told = ROLES.split("Without signing in:")[1].split("\n\n")[0]
    assert set(re.findall(r"`([^`]+)`", told)) == {a for a, endpoint in addressed(app).items() if endpoint in OPEN}


def test_the_page_about_roles_shows_the_same_acts() -> None:
    shown = {cells[1]: (cells[0], *cells[2:]) for cells in rows("Acts")}
    kept = {act.value: (act_label(act), *("可以" if role in MAY[act] else REFUSED for role in Role)) for act in Act}
    assert shown == kept


EXAMPLES: dict[str, object] = {
    "name": "overdue",
    "number": 1,
    "review_id": 1,
    "feed_id": 1,
    "delivery_id": 1,
    "channel_id": 1,
    "account_id": 1,
    "plan_id": 1,
    "delegation_id": 1,
    "mute_id": 1,
    "notice_id": 1,
}
MESSAGES: dict[int, int] = {}
"""The number of a message to each party."""
OWN_TASK, OTHER_TASK = "2024-2-1", "2024-1-1"


@pytest.fixture
def people(app: Flask, database: Database, settings: Settings, imported: Imported, clerk: Office) -> dict[Role, Office]:
    """One of each role, with a review open so that its pages are there."""
    said = Said(actor="经办文员", at=NOON, day=NOON.date())
    open_review(
        database,
        Source("另一份.txt", "2025年工作要点\n1.培训。6月底前，组织培训。".encode()),
        said,
        files=settings.files,
    )
    with database.write() as session:
        # Only a notice that was drafted has a sheet.
        about = queries.occurrences_in(session, queries.plans(session))[0].id
        for place, (kind, name) in enumerate(
            (("person", "王建国"), ("department", "应急部门"), ("person", "李秀英")), 1
        ):
            MESSAGES[party_id(database, kind, name)] = place
            session.add(
                Reminder(office_id=1, recipient=name, rule="digest", subject="digest", day=NOON.date(), title="一件",
                         body="一件", made_at=NOON)
            )  # fmt: skip
        session.add(
            Notice(occurrence_id=about, level="blue", day=NOON.date(), title="单", body="请办结。", made_at=NOON)
        )
    # Only a handover that happened has a list to open.
    EXAMPLES["key"] = hand_over(database, party_id(database, "person", "李秀英"), "钱明", said)
    return {
        Role.CLERK: clerk,
        Role.LEADER: enter(app, database, "person", "王建国"),
        Role.CONTACT: enter(app, database, "department", "应急部门", "赵敏"),
    }


def address_of(app: Flask, rule: Rule, *, task: str, party: int) -> str:
    """Return a real address of a rule, with this task or party where it names one."""
    given = {
        **EXAMPLES,
        "party_id": party,
        "reminder_id": MESSAGES.get(party, 1),
        "address": task if rule.rule.startswith("/t/") else "2024",
    }
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, {name: given[name] for name in rule.arguments})
    return built.removeprefix("http://localhost")


def closed_rules(app: Flask, method: str) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return [rule for rule in found if rule.endpoint not in OPEN]


def test_every_page_answers_each_role_as_the_table_says(
    app: Flask, people: dict[Role, Office], database: Database
) -> None:
    own = {
        Role.LEADER: party_id(database, "person", "王建国"),
        Role.CONTACT: party_id(database, "department", "应急部门"),
    }
    other = party_id(database, "person", "李秀英")
    for rule in closed_rules(app, "GET"):
        for role, person in people.items():
            reach = ACCESS[rule.endpoint].get(role)
            answer = person.client.get(address_of(app, rule, task=OWN_TASK, party=own.get(role, other)))
            away = person.client.get(address_of(app, rule, task=OTHER_TASK, party=other))
            told = f"{rule.rule} {role}"
            if rule.endpoint in HOME.values():
                continue
            assert answer.status_code == (200 if reach else 403), told
            assert away.status_code == (200 if reach is Reach.ALL else 403), told
            if answer.status_code == 403:
                assert 'role="alert"' in answer.text and "办公室" in answer.text, told


def test_everybody_lands_on_a_home_of_their_own(people: dict[Role, Office]) -> None:
    for address in ("/", "/me"):
        assert "今天要做的" in people[Role.CLERK].client.get(address, follow_redirects=True).text
        assert "<h1>王建国</h1>" in people[Role.LEADER].client.get(address, follow_redirects=True).text
        assert "<h1>应急部门</h1>" in people[Role.CONTACT].client.get(address, follow_redirects=True).text


def everything(database: Database) -> dict[str, list[object]]:
    """Return every row of every table."""
    with database.engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}" ORDER BY id'))]
            for table in Table.metadata.tables
        }


@pytest.mark.parametrize("role", GUESTS)
def test_forms_of_others_are_refused_and_change_nothing(
    app: Flask, people: dict[Role, Office], database: Database, role: Role
) -> None:
    before, person = everything(database), people[role]
    other = party_id(database, "person", "李秀英")
    fields = {"name": "某人", "pin": "1234", "email": "a@b.example", "scope": f"party-{other}", "role": "leader"}
    for rule in closed_rules(app, "POST"):
        reach = ACCESS[rule.endpoint].get(role)
        if reach is not Reach.ALL:
            here = address_of(app, rule, task=OTHER_TASK, party=other)
            answer = person.submit(
                "/help", here, **fields, act="progress", text="检查3家", names="某人", occurrence="1"
            )
            assert answer.status_code == 403, f"{here} {role}"
    assert everything(database) == before


@pytest.mark.parametrize(("role", "act"), [(Role.LEADER, "progress"), (Role.LEADER, "reopen"), (Role.CONTACT, "cancel"),
                                           (Role.CONTACT, "chase"), (Role.LEADER, "chase")])  # fmt: skip
def test_an_act_of_another_role_is_refused_on_an_own_task(
    people: dict[Role, Office], database: Database, role: Role, act: str
) -> None:
    here = f"/t/{OWN_TASK}"
    found = re.search(r'name="occurrence" value="(\d+)"', people[Role.CLERK].open(here))
    assert found
    before = everything(database)
    answer = people[role].submit("/help", here, act=act, text="一句话", due_on="2024-09-01", occurrence=found[1])
    assert answer.status_code == 403 and "由办公室经办文员" in answer.text
    assert everything(database) == before


def test_what_a_contact_says_stands_in_the_ledger_under_the_contacts_name(people: dict[Role, Office]) -> None:
    page = people[Role.CLERK].open(f"/t/{OWN_TASK}")
    found = re.search(r'name="occurrence" value="(\d+)"', page)
    assert found
    done = people[Role.CONTACT].submit(
        "/help", f"/t/{OWN_TASK}", act="progress", text="已检查3家", occurrence=found[1], on_behalf_of="王建国"
    )
    assert "已检查3家" in done.text and "赵敏" in done.text and "代 王建国" not in done.text


def test_the_menu_shows_only_what_may_be_opened(people: dict[Role, Office]) -> None:
    menus = {}
    for role, person in people.items():
        page = person.open("/plans/2024")
        menus[role] = re.findall(r'<a href="([^"]+)"', page[page.index("<nav") : page.index("</nav>")])
        for link in set(re.findall(r'<a[^>]* href="(/[^"#]*)', page)):
            assert person.client.get(link.replace("&amp;", "&")).status_code in (200, 302), f"{role} {link}"
    assert menus[Role.CONTACT] == ["/me", "/plans", "/calendar", "/inbox", "/help"]
    assert menus[Role.LEADER] == [
        "/me", "/plans", "/tasks", "/overdue", "/parties", "/calendar", "/inbox", "/events", "/help",
    ]  # fmt: skip
    assert menus[Role.CLERK][0] == "/" and "/settings" in menus[Role.CLERK]


def test_addresses_of_people_are_for_clerks_leaders_and_themselves(
    people: dict[Role, Office], database: Database
) -> None:
    leader, department = party_id(database, "person", "王建国"), party_id(database, "department", "应急部门")
    assert people[Role.LEADER].submit(f"/parties/{leader}", email="wang@liuhe.example.cn").status_code == 200
    assert people[Role.CONTACT].submit(f"/parties/{department}", email="yj@liuhe.example.cn").status_code == 200
    assert "wang@liuhe.example.cn" in people[Role.CLERK].open("/parties")
    assert "yj@liuhe.example.cn" in people[Role.LEADER].open("/parties")
    for page in ("/me", "/plans/2024", f"/t/{OWN_TASK}"):
        answer = people[Role.CONTACT].client.get(page, follow_redirects=True)
        assert answer.status_code == 200 and "wang@liuhe.example.cn" not in answer.text


def test_an_endpoint_nobody_put_in_the_table_is_refused(app: Flask, people: dict[Role, Office]) -> None:
    # Flask takes no new route after the first request; an emptied row is the same to the gate.
    kept = ACCESS.pop("guide.show")
    try:
        for person in people.values():
            assert person.client.get("/help").status_code == 403
    finally:
        ACCESS["guide.show"] = kept


def test_a_contact_learns_nothing_of_another_departments_period(people: dict[Role, Office], database: Database) -> None:
    """The address is one's own, the number in the form is not."""
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        foreign = queries.occurrences_of(session, queries.task_at(session, plan, "1-1").id)[0]
    before = everything(database)
    for path in ("", "/measure"):
        answer = people[Role.CONTACT].submit(
            "/help", f"/t/{OWN_TASK}{path}", act="progress", text="查了", occurrence=foreign.id, version=0, target=0
        )
        assert answer.status_code == 404
    assert everything(database) == before
