"""A link signs in once, within a day; a password or PIN may be tried five times; what is withdrawn ends at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from planner.errors import Invalid, NotFound
from planner.services.admitting import (
    add_clerk,
    change_secret,
    give_link,
    give_personal_link,
    renew_personal_link,
    restore,
    revoke,
    set_pin,
)
from planner.services.importing import Imported
from planner.services.signing_in import (
    LINK_VALID,
    ensure_office,
    hash_token,
    holder_of,
    make_link,
    use_link,
    use_password,
    use_personal_link,
)
from planner.store import accounts, people, queries
from planner.store.database import Database
from planner.store.models import Account, Party
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)
CLERK = "经办文员"
PASSWORD = "柳河镇2024年"


def first(database: Database) -> Account:
    with database.read() as session:
        return accounts.clerks(session)[0]


def party(database: Database, kind: str, name: str) -> Party:
    with database.read() as session:
        return queries.found(people.party_named(session, kind, name))


@pytest.fixture
def clerk(database: Database) -> Account:
    """The first clerk, with a password."""
    return change_secret(database, first(database).id, "", PASSWORD, NOON)


@pytest.fixture
def leader(database: Database, imported: Imported) -> tuple[Account, str]:
    """王建国 with his personal link and the PIN 2580."""
    return give_personal_link(database, party(database, "person", "王建国").id, "", "2580")


def is_over(database: Database, seen: Account) -> bool:
    with database.read() as session:
        return accounts.in_session(session, seen.id, seen.epoch) is None


def test_a_link_works_once(database: Database) -> None:
    token = make_link(database, NOON)
    assert use_link(database, token, NOON).name == CLERK
    with pytest.raises(Invalid, match="已用过或已过期"):
        use_link(database, token, NOON)


def test_an_old_or_replaced_link_does_not(database: Database) -> None:
    token = make_link(database, NOON)
    with pytest.raises(Invalid):
        use_link(database, token, NOON + LINK_VALID + timedelta(seconds=1))
    make_link(database, NOON)
    with pytest.raises(Invalid):
        use_link(database, token, NOON)


def test_a_link_used_twice_at_the_same_moment_lets_one_in(database: Database) -> None:
    token = make_link(database, NOON)

    def try_it(_: int) -> bool:
        try:
            return bool(use_link(database, token, NOON))
        except Invalid:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_it, range(4))) == 1


def test_the_link_itself_is_not_stored(database: Database) -> None:
    token = make_link(database, NOON)
    stored = first(database).link_hash
    assert stored == hash_token(token) and token not in stored


def test_the_office_is_made_once(database: Database) -> None:
    ensure_office(database, "另一个名字")
    with database.read() as session:
        assert queries.the_office(session).name == "柳河镇党政办"
        assert len(accounts.clerks(session)) == 1


def test_a_link_for_a_clerk_by_name(database: Database) -> None:
    add_clerk(database, " 李文员（党政办） ", NOON)
    assert use_link(database, make_link(database, NOON, "李文员(党政办)"), NOON).name == "李文员（党政办）"
    assert use_link(database, make_link(database, NOON), NOON).name == CLERK
    with pytest.raises(NotFound, match="没有叫「张三」的经办文员。现有：经办文员、李文员（党政办）"):
        make_link(database, NOON, "张三")


def test_without_a_name_the_first_clerk_in_use_gets_the_link(database: Database) -> None:
    other, _ = add_clerk(database, "李文员", NOON)
    revoke(database, first(database).id, NOON)
    assert use_link(database, make_link(database, NOON), NOON).id == other.id


def test_a_password_signs_in_however_it_was_typed(database: Database, clerk: Account) -> None:
    assert use_password(database, f" {CLERK} ", "柳河镇２０２４年", NOON).id == clerk.id
    assert clerk.password_hash is not None and PASSWORD not in clerk.password_hash


@pytest.mark.parametrize(
    ("name", "password"), [(CLERK, "柳河镇2023年"), ("没有这个人", PASSWORD), (CLERK, ""), ("", "")]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    database: Database, clerk: Account, name: str, password: str
) -> None:
    with pytest.raises(Invalid, match="姓名或密码不对"):
        use_password(database, name, password, NOON)


def test_without_a_password_no_password_fits(database: Database) -> None:
    with pytest.raises(Invalid, match="姓名或密码不对"):
        use_password(database, CLERK, "", NOON)


def test_an_unknown_name_takes_as_much_hashing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    real = PasswordHasher.verify

    def counted(self: PasswordHasher, stored: str, given: str) -> bool:
        verified.append(stored.split("$")[3])
        return real(self, stored, given)

    change_secret(database, first(database).id, "", PASSWORD, NOON)
    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for name in (CLERK, "没有这个人"):
        with pytest.raises(Invalid):
            use_password(database, name, "不是这个密码", NOON)
    assert verified == ["m=19456,t=2,p=1"] * 2


def fail(database: Database, times: int, at: object = NOON) -> str:
    message = ""
    for _ in range(times):
        with pytest.raises(Invalid) as caught:
            use_password(database, CLERK, "不是这个密码", at)  # type: ignore[arg-type]
        message = caught.value.message
    return message


def test_five_wrong_ones_wait_a_quarter_then_half_then_an_hour(database: Database, clerk: Account) -> None:
    assert "姓名或密码不对" in fail(database, 4)
    assert "12:15以后再试" in fail(database, 1) and "planner link" in fail(database, 1)
    with pytest.raises(Invalid, match="12:15以后再试"):
        use_password(database, CLERK, PASSWORD, NOON + 14 * MINUTE)
    at = NOON + 15 * MINUTE
    assert "姓名或密码不对" in fail(database, 4, at)
    assert "12:45以后再试" in fail(database, 1, at)
    at = NOON + 45 * MINUTE
    assert "13:45以后再试" in fail(database, 5, at)
    at = NOON + 105 * MINUTE
    assert "14:45以后再试" in fail(database, 5, at), "never more than an hour"
    assert use_password(database, CLERK, PASSWORD, NOON + 165 * MINUTE).failed_tries == 0
    assert "姓名或密码不对" in fail(database, 4, at + 120 * MINUTE), "counted from the beginning again"


def test_a_wait_past_midnight_names_the_day(database: Database, clerk: Account) -> None:
    assert "6月21日（周五）00:05以后再试" in fail(database, 5, NOON.replace(hour=23, minute=50))


def test_tries_at_the_same_moment_are_all_counted(database: Database, clerk: Account) -> None:
    def try_it(number: int) -> str:
        with pytest.raises(Invalid) as caught:
            use_password(database, CLERK, f"猜的密码第{number}个", NOON)
        return caught.value.message

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(try_it, range(12)))
    assert first(database).failed_tries == 5
    assert sum("姓名或密码不对" in message for message in told) <= 5


def test_a_link_ends_the_wait(database: Database, clerk: Account) -> None:
    fail(database, 5)
    use_link(database, make_link(database, NOON), NOON)
    assert use_password(database, CLERK, PASSWORD, NOON).id == clerk.id


@pytest.mark.parametrize("given", ["", "1234567", "  1234567  ", "x" * 129])
def test_what_is_no_password(database: Database, given: str) -> None:
    with pytest.raises(Invalid, match="密码"):
        change_secret(database, first(database).id, "", given, NOON)
    assert first(database).password_hash is None


def test_the_old_password_is_asked_for_and_its_tries_count(database: Database, clerk: Account) -> None:
    for _ in range(4):
        with pytest.raises(Invalid, match="原来的密码或数字口令不对"):
            change_secret(database, clerk.id, "猜一个密码", "新的密码2025", NOON)
    with pytest.raises(Invalid, match="12:15以后再试"):
        change_secret(database, clerk.id, "猜一个密码", "新的密码2025", NOON)
    later = NOON + 15 * MINUTE
    assert change_secret(database, clerk.id, PASSWORD, "新的密码2025", later).epoch == clerk.epoch + 1
    assert is_over(database, clerk)
    assert use_password(database, CLERK, "新的密码2025", later).id == clerk.id


def test_after_a_link_a_forgotten_password_is_not_asked_for(database: Database, clerk: Account) -> None:
    change_secret(database, clerk.id, "", "新的密码2025", NOON, proven=True)
    assert use_password(database, CLERK, "新的密码2025", NOON).id == clerk.id


def test_clerks_are_added_taken_out_and_taken_in_again(database: Database, clerk: Account) -> None:
    other, token = add_clerk(database, "李文员", NOON)
    seen = use_link(database, token, NOON)
    assert not is_over(database, seen)
    _, unused = give_link(database, other.id, NOON)
    revoke(database, other.id, NOON)
    assert is_over(database, seen)
    with pytest.raises(Invalid):
        use_link(database, unused, NOON)
    with pytest.raises(Invalid, match="不在用"):
        give_link(database, other.id, NOON)
    restore(database, other.id)
    assert is_over(database, seen), "a session once ended stays so"
    assert use_link(database, give_link(database, other.id, NOON)[1], NOON).id == other.id


@pytest.mark.parametrize(
    ("name", "sentence"), [(CLERK, "已经有叫"), (" ", "填写姓名"), ("长" * 21, "填写姓名"), ("李\n四", "填写")]
)
def test_what_is_no_new_clerk(database: Database, name: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        add_clerk(database, name, NOON)


def test_the_last_clerk_stays(database: Database, leader: tuple[Account, str]) -> None:
    with pytest.raises(Invalid, match="至少要留一位"):
        revoke(database, first(database).id, NOON)


def test_two_clerks_who_take_each_other_out_leave_one(database: Database) -> None:
    other, _ = add_clerk(database, "李文员", NOON)

    def try_it(account_id: int) -> None:
        try:
            revoke(database, account_id, NOON)
        except Invalid:
            return

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(try_it, [first(database).id, other.id]))
    with database.read() as session:
        assert len(accounts.active_clerks(session)) == 1


def test_a_personal_link_signs_in_again_and_again(database: Database, imported: Imported) -> None:
    account, token = give_personal_link(database, party(database, "person", "王建国").id, "不用填", "")
    assert (account.role, account.name, account.personal_hash) == ("leader", "王建国", hash_token(token))
    assert len(token) >= 43, "32 random bytes"
    for _ in range(2):
        assert use_personal_link(database, token, "", NOON).id == account.id
    with pytest.raises(NotFound, match="向办公室要新的链接"):
        use_personal_link(database, token[:-1], "", NOON)


def test_a_pin_is_asked_for_and_its_tries_are_limited(database: Database, leader: tuple[Account, str]) -> None:
    account, token = leader
    assert use_personal_link(database, token, "２５８０", NOON).id == account.id
    for _ in range(4):
        with pytest.raises(Invalid, match="数字口令不对"):
            use_personal_link(database, token, "1111", NOON)
    with pytest.raises(Invalid, match="12:15以后再试。急用请办公室"):
        use_personal_link(database, token, "1111", NOON)
    with pytest.raises(Invalid, match="12:15"):
        use_personal_link(database, token, "2580", NOON)
    set_pin(database, account.id, "")
    assert use_personal_link(database, token, "", NOON).id == account.id, "the clerk's new PIN ends the wait"


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "一二三四"])
def test_what_is_no_pin(database: Database, leader: tuple[Account, str], pin: str) -> None:
    with pytest.raises(Invalid, match="4到8位数字"):
        set_pin(database, leader[0].id, pin)
    with pytest.raises(Invalid, match="4到8位数字"):
        change_secret(database, leader[0].id, "2580", pin, NOON)


def test_a_leader_changes_and_drops_the_pin(database: Database, leader: tuple[Account, str]) -> None:
    account, token = leader
    change_secret(database, account.id, "2580", "147258", NOON)
    assert is_over(database, account)
    assert use_personal_link(database, token, "147258", NOON).id == account.id
    change_secret(database, account.id, "147258", "", NOON)
    assert use_personal_link(database, token, "", NOON).id == account.id


def test_a_new_link_ends_the_old_one_and_its_sessions(database: Database, leader: tuple[Account, str]) -> None:
    account, old = leader
    seen = use_personal_link(database, old, "2580", NOON)
    _, new = renew_personal_link(database, account.id)
    assert is_over(database, seen)
    with pytest.raises(NotFound):
        holder_of(database, old)
    assert use_personal_link(database, new, "2580", NOON).id == account.id, "the PIN stays"


def test_a_withdrawn_link_ends_at_once_and_may_be_given_anew(database: Database, leader: tuple[Account, str]) -> None:
    account, token = leader
    seen = use_personal_link(database, token, "2580", NOON)
    assert revoke(database, account.id, NOON).personal_hash is None
    assert is_over(database, seen)
    with pytest.raises(NotFound):
        use_personal_link(database, token, "2580", NOON)
    with pytest.raises(Invalid, match="换一个链接"):
        restore(database, account.id)
    assert use_personal_link(database, renew_personal_link(database, account.id)[1], "2580", NOON).id == account.id


def test_a_department_has_several_contacts_and_a_leader_one_link(database: Database, imported: Imported) -> None:
    department = party(database, "department", "应急部门").id
    for name in ("张三", "李四"):
        assert give_personal_link(database, department, name, "")[0].role == "contact"
    for number, name in ((department, "张三"), (department, "")):
        with pytest.raises(Invalid):
            give_personal_link(database, number, name, "")
    leader = party(database, "person", "王建国").id
    give_personal_link(database, leader, "", "")
    with pytest.raises(Invalid, match="换一个链接"):
        give_personal_link(database, leader, "", "")


def test_a_person_of_a_department_gets_no_leaders_link(database: Database, imported: Imported) -> None:
    with database.write() as session:
        row = queries.found(people.party_named(session, "person", "王建国"))
        row.department_id = queries.found(people.party_named(session, "department", "应急部门")).id
        session.add(row)
    with pytest.raises(Invalid, match="部门经办人"):
        give_personal_link(database, row.id, "", "")


def test_clerks_and_guests_are_not_mixed_up(database: Database, leader: tuple[Account, str]) -> None:
    clerk = first(database).id
    for act in (lambda: renew_personal_link(database, clerk), lambda: set_pin(database, clerk, "1234")):
        with pytest.raises(Invalid, match="经办文员"):
            act()
    with pytest.raises(Invalid):
        give_link(database, leader[0].id, NOON)
    with pytest.raises(Invalid, match="姓名或密码不对"):
        use_password(database, "王建国", "2580", NOON)
