"""A review from the upload to the issued plan, and a new version of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from planner.core.ledger import Entry
from planner.core.plan import Span
from planner.core.review import Candidate, ReviewAct
from planner.core.status import Act, State
from planner.errors import Conflict, Invalid, NotFound
from planner.reading.fields import Wish
from planner.services import reviewing
from planner.services.importing import Source
from planner.services.scheduling import set_due
from planner.services.tracking import Said, record
from planner.store import queries
from planner.store.database import Database
from planner.store.models import Event, Occurrence
from tests.conftest import NOON, PLAN

SAID = Said("王文员", NOON, NOON.date())
SAID_LATER = Said("王文员", NOON + timedelta(minutes=5), NOON.date())
Open = Callable[..., int]


@pytest.fixture
def start(database: Database, tmp_path: Path) -> Open:
    """Begin the review of a text and return its number."""

    def begin(text: str = PLAN, name: str = "要点.md") -> int:
        return reviewing.open_review(database, Source(name, text.encode()), SAID, files=tmp_path / "files").id

    return begin


def card(database: Database, review_id: int, words: str) -> Candidate:
    return next(one for one in reviewing.underway(database, review_id).cards if words in one.task.text)


def entries(database: Database) -> list[Entry]:
    with database.read() as session:
        return queries.entries(session, [queries.plan_at(session, "2024")])


def events(database: Database) -> list[Event]:
    with database.read() as session:
        return list(queries.events_of(session, queries.plan_at(session, "2024").id))


def test_a_review_is_left_and_found_again(database: Database, start: Open, tmp_path: Path) -> None:
    review_id = start()
    reviewing.judge(database, review_id, ReviewAct.ACCEPT, card(database, review_id, "培训考核").key, SAID)
    assert start() == review_id
    (waiting,) = reviewing.reviews_underway(database)
    assert (waiting.id, waiting.settled, waiting.title) == (review_id, 1, "柳河镇2024年安全生产工作要点")
    assert len(list((tmp_path / "files").iterdir())) == 1
    with database.read() as session:
        assert not queries.ever_had_a_plan(session)


def test_what_the_clerk_settles_is_what_is_issued(database: Database, start: Open) -> None:
    review_id = start()
    training = card(database, review_id, "培训考核").key
    reviewing.edit(database, review_id, training, Wish("考核安全员", "7月底前", "赵明", "应急办", ""), SAID)
    reviewing.judge(database, review_id, ReviewAct.REJECT, card(database, review_id, "登记率").key, SAID)
    reviewing.accept_item(database, review_id, card(database, review_id, "风险辨识").key, SAID)
    done = reviewing.issue(database, review_id, SAID)
    assert (done.is_new, done.items) == (True, 3)
    by_title = {entry.title: entry for entry in entries(database)}
    made = by_title["考核安全员"]
    assert (made.leaders, made.departments, made.facts.due_on) == (("赵明",), ("应急办",), date(2024, 7, 31))
    assert made.quote in PLAN and not any("登记率" in title for title in by_title)
    told = [event.text for event in events(database) if event.kind == Act.CORRECT]
    assert told[0].startswith("核对：修改「6月底前，组织专职安全员培训考核」") and "不是任务" in told[1]
    with database.read() as session:
        (part,) = queries.assigned(session, [1])[1][:1]
        assert part.by_office


def test_only_what_was_judged_is_issued_if_so_wished(database: Database, start: Open) -> None:
    review_id = start()
    with pytest.raises(Invalid, match="还没有核过的任务"):
        reviewing.issue(database, review_id, SAID, only_settled=True)
    reviewing.judge(database, review_id, ReviewAct.ACCEPT, card(database, review_id, "培训考核").key, SAID)
    reviewing.issue(database, review_id, SAID, only_settled=True)
    states = {entry.facts.state for entry in entries(database) if "培训考核" not in entry.title}
    assert states == {State.DRAFT}
    assert next(e for e in entries(database) if "培训考核" in e.title).facts.state is State.NOT_STARTED
    draft = next(entry for entry in entries(database) if entry.facts.state is State.DRAFT)
    record(database, draft.occurrence_id, Act.ISSUE, SAID)
    assert State.NOT_STARTED in {e.facts.state for e in entries(database) if e.occurrence_id == draft.occurrence_id}


def test_splitting_merging_adding_and_undoing(database: Database, start: Open) -> None:
    review_id = start()
    training = card(database, review_id, "培训考核")
    cut = reviewing.underway(database, review_id).review.plan.text.index("组织专职")
    reviewing.split_card(database, review_id, training.key, [cut], SAID)
    second = card(database, review_id, "组织专职")
    assert second.task.text == "组织专职安全员培训考核"
    reviewing.merge_card(database, review_id, second.key, SAID)
    assert card(database, review_id, "培训考核").key == training.key
    reviewing.add_task(database, review_id, "印发单位：柳河镇人民政府", None, SAID)
    assert card(database, review_id, "印发单位").item.number == ""
    assert reviewing.undo(database, review_id, SAID).act is ReviewAct.ADD
    assert len(reviewing.underway(database, review_id).steps) == 4
    with pytest.raises(Invalid, match="原文里没有这段文字"):
        reviewing.add_task(database, review_id, "没有的话", None, SAID)


def test_a_refused_step_leaves_no_trace(database: Database, start: Open) -> None:
    review_id = start()
    with pytest.raises(Conflict, match="刚才已经改动过"):
        reviewing.judge(database, review_id, ReviewAct.ACCEPT, "1-2", SAID)
    with pytest.raises(Invalid, match="没看懂"):
        key = card(database, review_id, "培训考核").key
        reviewing.edit(database, review_id, key, Wish("", "改天", "", "", ""), SAID)
    with pytest.raises(Invalid, match="没有可以撤回"):
        reviewing.undo(database, review_id, SAID)
    assert reviewing.underway(database, review_id).steps == ()


def test_a_finding_noted_is_not_shown_again(database: Database, start: Open) -> None:
    review_id = start()
    findings = reviewing.underway(database, review_id).findings
    reviewing.note(database, review_id, findings[0].code, findings[0].span.start, SAID)
    assert reviewing.underway(database, review_id).findings == findings[1:]
    with pytest.raises(Conflict):
        reviewing.note(database, review_id, "no_such", 0, SAID)


def test_a_closed_review_takes_no_more_steps(database: Database, start: Open) -> None:
    review_id = start()
    reviewing.lay_aside(database, review_id, SAID)
    with pytest.raises(Conflict, match="已经结束"):
        reviewing.issue(database, review_id, SAID)
    assert reviewing.reviews_underway(database) == [] and start() != review_id
    with pytest.raises(NotFound):
        reviewing.underway(database, 99)


def test_a_missing_year_is_asked_for(database: Database, start: Open) -> None:
    review_id = start("工作要点\n1.培训。6月底前，组织培训考核。", "要点.txt")
    with pytest.raises(Invalid, match="请先在上面填年度"):
        reviewing.issue(database, review_id, SAID)
    reviewing.set_year(database, review_id, 2024)
    assert card(database, review_id, "培训").task.deadlines[0].due == date(2024, 6, 30)
    reviewing.judge(database, review_id, ReviewAct.ACCEPT, card(database, review_id, "培训").key, SAID)
    with pytest.raises(Invalid, match="已经开始核对"):
        reviewing.set_year(database, review_id, 2025)


def test_a_text_without_points_can_be_made_a_plan_by_hand(database: Database, start: Open) -> None:
    review_id = start("2024年的事\n今年要把水库看好。", "事.txt")
    with pytest.raises(Invalid, match="还没有任何任务"):
        reviewing.issue(database, review_id, SAID)
    reviewing.add_task(database, review_id, "今年要把水库看好", None, SAID)
    assert reviewing.issue(database, review_id, SAID).tasks == 1


NEW = (
    PLAN.replace("6月底前，组织", "9月底前，组织")
    .replace("责任领导：王建国，责任部门：应急部门", "责任领导：赵明，责任部门：应急部门")
    .replace("7月10日前，完成收割机检查。", "完成全镇大型拖拉机安全检验。")
    + "\n### 4. 走访企业\n\n每月走访企业一次。\n"
)


@pytest.fixture
def issued(database: Database, start: Open) -> int:
    """The plan issued with one task in progress and one due day set by the office."""
    reviewing.issue(database, start(), SAID)
    by_code = {(entry.code, entry.label): entry for entry in entries(database)}
    record(database, by_code["1-1", ""].occurrence_id, Act.PROGRESS, Said("王文员", NOON, NOON.date(), "已定培训方案"))
    q2 = by_code["2-1", "第二季度"].occurrence_id
    for act in (Act.HAND_IN, Act.SIGN_OFF):
        record(database, q2, act, Said("王文员", NOON, NOON.date(), "辨识已完成"))
    set_due(database, by_code["3-1", ""].occurrence_id, date(2024, 11, 30), SAID)
    return q2


def rows(database: Database) -> dict[str, Occurrence]:
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        tasks = {task.id: task.code for task in queries.tasks_ever(session, plan.id)}
        return {f"{tasks[row.task_id]} {row.key}": row for row in queries.occurrences_in(session, [plan])}


def revised(database: Database, start: Open, text: str = NEW) -> int:
    review_id = start(text, "要点（修订）.md")
    for pair in reviewing.underway(database, review_id).open_pairs:
        reviewing.confirm_pair(database, review_id, *pair.spans, SAID, same=True)
    return review_id


def test_a_new_version_keeps_progress_and_calendar(database: Database, start: Open, issued: int) -> None:
    before = rows(database)
    review_id = revised(database, start)
    reviewing.issue(database, review_id, SAID)
    after = rows(database)
    moved = after["1-1 once"]
    assert (moved.uid, moved.sequence) == (before["1-1 once"].uid, 1)
    assert (moved.due_on, moved.last_progress) == (date(2024, 9, 30), "已定培训方案")
    assert after["2-1 2024-Q2"].model_dump() == before["2-1 2024-Q2"].model_dump()
    assert after["3-1 once"].due_on == date(2024, 11, 30)
    assert after["3-2 once"].state == State.CANCELLED
    assert after["3-3 once"].state == State.NOT_STARTED
    assert {row.uid for row in before.values()} <= {row.uid for row in after.values()}
    assert len([key for key in after if key.startswith("4-1 ")]) == 12


def test_a_new_version_is_told_in_the_ledger(database: Database, start: Open, issued: int) -> None:
    reviewing.issue(database, revised(database, start), SAID)
    told = [event.text for event in events(database)]
    assert "导入版本2《柳河镇2024年安全生产工作要点》：改动3条，新增1条" in told
    assert "责任领导由「王建国」改为「赵明」" in told and "时限由2024-06-30改为2024-09-30" in told
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        assert [row.number for row in queries.versions_of(session, plan.id)] == [1, 2]
        (second,) = [entry for entry in queries.entries(session, [plan]) if entry.label == "第三季度"]
    assert second.leaders == ("赵明",)
    assert all(entry.quote in PLAN or entry.quote in NEW for entry in entries(database))


def test_differing_pairs_must_be_confirmed_first(database: Database, start: Open, issued: int) -> None:
    review_id = start(NEW, "要点（修订）.md")
    with pytest.raises(Invalid, match="还有4处与上一版不同没有确认"):
        reviewing.issue(database, review_id, SAID)


def test_points_that_are_not_the_same_are_withdrawn_and_begun(database: Database, start: Open, issued: int) -> None:
    review_id = start(NEW, "要点（修订）.md")
    pair = reviewing.underway(database, review_id).open_pairs[0]
    reviewing.confirm_pair(database, review_id, *pair.spans, SAID, same=False)
    for left in reviewing.underway(database, review_id).open_pairs:
        reviewing.confirm_pair(database, review_id, *left.spans, SAID, same=True)
    reviewing.issue(database, review_id, SAID)
    after = rows(database)
    assert after["1-1 once"].state == State.CANCELLED and after["1-1 once"].last_progress
    assert after["1-2 once"].due_on == date(2024, 9, 30)
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        assert [item.number for item in queries.items_of(session, plan.id)] == ["1", "2", "3", "4"]
        assert [item.withdrawn for item in queries.items_ever(session, plan.id)] == [False] * 4 + [True]


def test_unchanged_points_need_no_second_review(database: Database, start: Open, issued: int) -> None:
    review_id = start(PLAN.replace("6月底前，组织", "9月底前，组织"), "要点（修订）.md")
    under = reviewing.underway(database, review_id)
    assert [card.place for card in under.cards if not card.settled] == [0]
    assert len(under.open_pairs) == 1


def test_what_the_office_settled_stays_with_a_new_version(database: Database, start: Open) -> None:
    review_id = start()
    wish = Wish("每季辨识风险", "每季度开展一次", "王建国", "应急部门", "各村")
    reviewing.edit(database, review_id, card(database, review_id, "风险辨识").key, wish, SAID)
    reviewing.issue(database, review_id, SAID)
    reviewing.issue(database, revised(database, start, NEW.replace("赵明", "王建国")), SAID)
    quarter = next(entry for entry in entries(database) if entry.label == "第三季度")
    assert (quarter.title, quarter.supporting) == ("每季辨识风险", ("各村",))


def test_a_third_version_and_a_dropped_point(database: Database, start: Open, issued: int) -> None:
    reviewing.issue(database, revised(database, start), SAID)
    third = NEW.replace("### 2. 排查风险\n\n每季度开展一次风险辨识。\n\n（责任领导：赵明，责任部门：应急部门）\n", "")
    third = third.replace("每月走访企业一次。", "每季度走访企业一次。")
    reviewing.issue(database, revised(database, start, third), SAID)
    after = rows(database)
    assert after["2-1 2024-Q2"].state == State.DONE and after["2-1 2024-Q3"].state == State.CANCELLED
    assert after["4-1 2024-07"].state == State.CANCELLED and after["4-1 2024-Q3"].state == State.NOT_STARTED
    with database.read() as session:
        plan = queries.plan_at(session, "2024")
        assert queries.version_of(session, plan.id).number == 3
        positions = [item.position for item in queries.items_ever(session, plan.id)]
    assert positions == [1, 2, 3, 4]


def test_the_clerk_says_what_a_file_is(database: Database, start: Open, issued: int) -> None:
    review_id = start(NEW, "要点（修订）.md")
    assert reviewing.underway(database, review_id).revises is not None
    reviewing.set_revises(database, review_id, "")
    assert reviewing.underway(database, review_id).revises is None
    reviewing.set_revises(database, review_id, "2024")
    assert len(reviewing.underway(database, review_id).open_pairs) == 4
    reviewing.confirm_pair(database, review_id, None, Span(0, 1), SAID, same=True)
    with pytest.raises(Invalid, match="已经开始核对"):
        reviewing.set_revises(database, review_id, "")


def test_another_plan_of_the_year_is_no_revision(database: Database, start: Open, issued: int) -> None:
    other = "柳河镇2024年防汛工作方案\n1.巡查水库。汛期每日巡查水库大坝。\n2.储备物资。5月底前备足编织袋。\n"
    assert reviewing.underway(database, start(other, "防汛.txt")).revises is None


def test_a_new_version_bears_its_own_date(database: Database, start: Open, issued: int) -> None:
    reviewing.issue(database, revised(database, start, NEW.replace("2024年4月17日", "2024年7月20日")), SAID)
    with database.read() as session:
        assert queries.plan_at(session, "2024").issue_date == date(2024, 7, 20)


def test_the_same_words_in_two_files_do_not_become_two_plans(database: Database, start: Open) -> None:
    first, second = start(PLAN, "要点.md"), start(PLAN + "\n", "要点.txt")
    reviewing.issue(database, first, SAID_LATER)
    with pytest.raises(Invalid, match="大部分条目相同"):
        reviewing.issue(database, second, SAID_LATER)


def test_a_time_counted_from_the_issue_makes_a_due_day(database: Database, start: Open) -> None:
    reviewing.issue(database, start(PLAN.replace("6月底前，", "自印发之日起5个工作日内，")), SAID)
    assert rows(database)["1-1 once"].due_on == date(2024, 4, 24)
