"""The office's own words: kept with who and when, given up and taken up again, and shown before they are saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from planner.errors import Conflict, Invalid, NotFound
from planner.notify.letters import Letterhead
from planner.notify.messages import MESSAGES
from planner.services.importing import Imported, Source, import_plan
from planner.services.reporting import stand
from planner.services.wording import (
    reset_wording,
    restore_wording,
    save_wording,
    tidy,
    try_wording,
    worded_message,
    worded_messages,
    wordings,
)
from planner.store.database import Database
from planner.store.outgoing import Wording
from tests.conftest import NOON

HEAD = Letterhead("柳河镇党政办", "王文员 0745-1234567")
OWN = "请报{事项}\n“{事项}”应于{日期}完成，请来电说明。"


def save(database: Database, text: str, *, by: str = "王文员", seen: int | None = None) -> bool:
    return save_wording(database, "overdue", text, by=by, at=NOON, seen=seen)


def test_at_first_every_message_is_as_shipped(database: Database) -> None:
    worded = worded_messages(database)
    assert [one.name for one in worded] == list(MESSAGES)
    assert not any(one.own or one.problems or one.seen for one in worded)
    assert all(one.text == one.shipped for one in worded)


def test_own_words_are_kept_with_who_and_when_and_used_at_once(database: Database) -> None:
    assert save(database, f"  \r\n{OWN}  \r\n\r\n".lstrip(" "))
    worded, rows = worded_message(database, "overdue")
    assert worded.own and worded.text == OWN
    assert [(row.made_by, row.text) for row in rows] == [("王文员", OWN)]
    assert (
        wordings(database).write("overdue", {"事项": "甲", "日期": "6月30日"}).startswith("请报甲\n“甲”应于6月30日完成")
    )
    assert not save(database, OWN), "the same words again are no change"


def test_the_newest_words_count_and_earlier_ones_can_be_taken_up_again(database: Database) -> None:
    save(database, OWN)
    save(database, OWN.replace("来电", "回话"), by="李文员")
    assert reset_wording(database, "overdue", by="李文员", at=NOON + timedelta(hours=1))
    worded, rows = worded_message(database, "overdue")
    assert not worded.own and worded.text == worded.shipped
    assert [bool(row.text) for row in rows] == [False, True, True]
    assert not reset_wording(database, "overdue", by="李文员", at=NOON)
    assert restore_wording(database, "overdue", rows[-1].id, by="王文员", at=NOON)
    assert worded_message(database, "overdue")[0].text == OWN
    assert restore_wording(database, "overdue", rows[0].id, by="王文员", at=NOON)
    assert not worded_message(database, "overdue")[0].own


def test_typing_the_shipped_words_gives_up_the_own_ones(database: Database) -> None:
    shipped = worded_message(database, "overdue")[0].shipped
    assert not save(database, shipped)
    save(database, OWN)
    assert save(database, shipped.replace("\n", "\r\n"))
    assert not worded_message(database, "overdue")[0].own


def test_words_with_a_problem_are_not_kept(database: Database) -> None:
    with pytest.raises(Invalid, match="第2行：没有“{负责人}”这个填空"):
        save(database, OWN + "{负责人}")
    assert worded_message(database, "overdue")[1] == []


def test_of_two_who_change_a_message_at_once_the_second_is_told(database: Database) -> None:
    save(database, OWN, by="李文员", seen=0)
    with pytest.raises(Conflict, match="李文员刚刚改过"):
        save(database, OWN.replace("来电", "回话"), seen=0)
    with pytest.raises(Conflict):
        reset_wording(database, "overdue", by="王文员", at=NOON, seen=0)
    seen = worded_message(database, "overdue")[0].seen
    assert save(database, OWN.replace("来电", "回话"), seen=seen)


def test_what_is_not_there_is_not_found(database: Database) -> None:
    save(database, OWN)
    (row,) = worded_message(database, "overdue")[1]
    for call in (
        lambda: save_wording(database, "nothing", OWN, by="王文员", at=NOON),
        lambda: reset_wording(database, "nothing", by="王文员", at=NOON),
        lambda: worded_message(database, "nothing"),
        lambda: restore_wording(database, "last_day", row.id, by="王文员", at=NOON),
    ):
        with pytest.raises(NotFound):
            call()


def test_an_earlier_wording_that_no_longer_fits_is_shown_but_neither_used_nor_restored(database: Database) -> None:
    save(database, OWN)
    with database.write() as session:
        session.add(
            Wording(office_id=1, name="overdue", text="旧{旧填空}\n{事项}{日期}", made_at=NOON, made_by="王文员")
        )
    worded, rows = worded_message(database, "overdue")
    assert worded.problems and worded.own
    assert "目前未收到结果" in wordings(database).text("overdue")
    save(database, OWN)
    with pytest.raises(Invalid):
        restore_wording(database, "overdue", rows[0].id, by="王文员", at=NOON)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_shown_with_the_matters_of_the_office(database: Database, imported: Imported, name: str) -> None:
    standing = stand(database, NOON, None, None)
    shown = try_wording(standing, HEAD, name, worded_message(database, name)[0].text)
    assert shown.text
    if name == "approaching":
        assert shown.real and "应急部门：" in shown.text and "柳河镇党政办　联系人" in shown.text


def test_a_preview_has_the_words_of_the_document(database: Database, source: Source) -> None:
    text = source.data.decode().replace("每季度开展", "5月底前，开展")
    import_plan(database, replace(source, data=text.encode()), actor="王文员", at=NOON)
    shown = try_wording(stand(database, NOON, None, None), HEAD, "yellow_notice", "题{事项}\n要求“{原文}”，{日期}")
    assert shown.real and "要求“5月底前，开展一次风险辨识”，5月31日（周五）" in shown.text


def test_a_text_is_kept_without_spaces_at_the_ends() -> None:
    assert tidy("\r\n 甲 \r\n\r\n乙\t\n\n") == " 甲\n\n乙"
