"""Reviewing: the clerk goes through what was read, settles it step by step, leaves and returns, and issues the plan.

Each verb records one step; what the review then looks like is computed from the reading and all its steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from planner.core import plan as core
from planner.core.calendar import WorkingDays
from planner.core.review import (
    CHANGED,
    Candidate,
    Review,
    ReviewAct,
    Step,
    apply,
    before,
    candidates,
    merged,
    review_of,
    split,
    standing_steps,
    step_words,
)
from planner.core.revision import Pair, align_items, inherit, is_changed, share_kept, unchanged_tasks
from planner.core.status import Act
from planner.errors import Conflict, Invalid
from planner.services import reader
from planner.services.importing import Imported, Source, keep_file, read_source, summary
from planner.services.publishing import Origin, plan_as_stored, publish
from planner.services.revising import Revision, revise
from planner.services.tracking import Said
from planner.store import models, queries
from planner.store.database import Database, Session
from planner.store.journal import Entered, append
from planner.store.values import dump_plan, dump_step, load_plan, load_step
from planner.store.workdays import working_days

LIKE_A_REVISION = 0.5
"""Share of the items of a plan of the same year that a file must still have to be taken for its new version."""
CLOSED = "这次核对已经结束，没有再改动。要改请到文件页上改。"


@dataclass(frozen=True, slots=True)
class Underway:
    """A review with everything its page shows; ``pairs`` are those with the version before, empty for a new plan."""

    row: models.Review
    review: Review
    steps: tuple[tuple[models.ReviewStep, Step], ...]
    findings: tuple[core.Finding, ...]
    revises: models.Plan | None = None
    pairs: tuple[Pair[core.Item], ...] = ()

    @property
    def cards(self) -> list[Candidate]:
        """The candidates in the order of the text."""
        return candidates(self.review)

    @property
    def open_pairs(self) -> list[Pair[core.Item]]:
        """The pairs that differ and are not yet confirmed."""
        year = self.review.plan.plan_year
        return [pair for pair in self.pairs if is_changed(pair, year) and pair.spans not in self.review.matched]


def open_review(
    database: Database, source: Source, said: Said, *, files: Path, year: int | None = None
) -> models.Review:
    """Read a file and begin its review; the same file again returns to the review begun before.

    Raise ``Unreadable``. The file is kept under *files*. A plan of the same year with half of its points is taken for
    the version before; the clerk can say otherwise.
    """
    reading = read_source(source, year, _days(database))
    keep_file(source, files)
    with database.read() as session:
        before_it = _likely_before(session, reading)
        reading = _inherited(session, reading, before_it)
    with database.write() as session:
        known = next((row for row in queries.open_reviews(session) if row.sha256 == source.sha256), None)
        if known:
            return known
        row = models.Review(
            office_id=queries.the_office(session).id,
            filename=Path(source.filename).name[-200:],
            sha256=source.sha256,
            reading=dump_plan(reading),
            revises_id=before_it.id if before_it else None,
            opened_at=said.at,
            opened_by=said.actor,
        )
        session.add(row)
        session.flush()
        return row


def _inherited(session: Session, reading: core.Plan, before_it: models.Plan | None) -> core.Plan:
    """Return what was read, with what the office settled in the version before."""
    return inherit(plan_as_stored(session, before_it), reading) if before_it else reading


def _set_reading(session: Session, row: models.Review, reading: core.Plan, before_it: models.Plan | None) -> None:
    """Keep what was read, and which plan it is a version of."""
    row.reading = dump_plan(_inherited(session, reading, before_it))
    row.revises_id = before_it.id if before_it else None
    session.add(row)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open review for the list of those to go on with."""

    id: int
    filename: str
    title: str
    opened_at: datetime
    settled: int
    cards: int


def reviews_underway(database: Database) -> list[Waiting]:
    """Return the open reviews with how far they have come, the newest first."""
    with database.read() as session:
        return [_waiting(_underway(session, row)) for row in queries.open_reviews(session)]


def _waiting(under: Underway) -> Waiting:
    row, cards = under.row, under.cards
    settled = sum(card.settled for card in cards)
    return Waiting(row.id, row.filename, under.review.plan.title, row.opened_at, settled, len(cards))


def _likely_before(session: Session, reading: core.Plan) -> models.Plan | None:
    same_year = [plan for plan in queries.plans(session) if plan.year == reading.plan_year and not plan.sample]
    shares = [share_kept(plan_as_stored(session, plan), reading) for plan in same_year]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return same_year[best] if best is not None and shares[best] >= LIKE_A_REVISION else None


def set_year(database: Database, review_id: int, year: int) -> None:
    """Read the file again as a plan of *year*, where it names none; raise ``Invalid`` once the review has begun."""
    with database.write() as session:
        row = _untouched_row(session, review_id)
        reading = reader.read_plan(load_plan(row.reading).text, year=year, days=working_days(session))
        _set_reading(session, row, reading, _likely_before(session, reading))


def set_revises(database: Database, review_id: int, address: str) -> None:
    """Say which plan this file is a new version of, "" for none; raise ``Invalid`` once the review has begun."""
    with database.write() as session:
        row = _untouched_row(session, review_id)
        held = load_plan(row.reading)
        reading = reader.read_plan(held.text, year=held.plan_year, days=working_days(session))
        _set_reading(session, row, reading, queries.plan_at(session, address) if address else None)


def _untouched_row(session: Session, review_id: int) -> models.Review:
    row = _open_row(session, review_id)
    if queries.steps_of(session, review_id):
        raise Invalid("已经开始核对，这里不能再改。请点「不导入」结束这次核对，再重新上传文件。")
    return row


def underway(database: Database, review_id: int) -> Underway:
    """Return a review as it now stands; raise ``NotFound``."""
    with database.read() as session:
        return _underway(session, queries.review_by_id(session, review_id))


def _underway(session: Session, row: models.Review) -> Underway:
    steps = tuple((step, load_step(step.data)) for step in queries.steps_of(session, row.id))
    reading, taken = load_plan(row.reading), [step for _, step in steps]
    before_it = queries.plan_by_id(session, row.revises_id) if row.revises_id else None
    if before_it is None:
        review = review_of(reading, taken)
        return Underway(row, review, steps, _open_findings(review))
    old = plan_as_stored(session, before_it)
    review = review_of(reading, taken, unchanged_tasks(old, review_of(reading, []).plan))
    pairs = tuple(align_items(old.items, review.plan.items, review.parted))
    return Underway(row, review, steps, _open_findings(review), before_it, pairs)


def _open_findings(review: Review) -> tuple[core.Finding, ...]:
    return tuple(one for one in reader.find_findings(review.plan) if (one.code, one.span) not in review.noted)


def _open_row(session: Session, review_id: int) -> models.Review:
    row = queries.review_by_id(session, review_id, lock=True)
    if row.closed_at:
        raise Conflict(CLOSED)
    return row


def _take(database: Database, review_id: int, said: Said, wanted: Callable[[Review], Step]) -> Step:
    """Record the step that *wanted* makes of the review as it stands; nothing is recorded when it does not fit."""
    with database.write() as session:
        row = _open_row(session, review_id)
        held = queries.steps_of(session, review_id)
        review = review_of(load_plan(row.reading), [load_step(step.data) for step in held])
        step = wanted(review)
        apply(review, step)
        data = dump_step(step)
        number = len(held) + 1
        session.add(models.ReviewStep(review_id=row.id, number=number, at=said.at, actor=said.actor, data=data))
        return step


def _days(database: Database) -> WorkingDays:
    with database.read() as session:
        return working_days(session)


def card(review: Review, key: str) -> Candidate:
    """Return the candidate of a card's key; raise ``Conflict`` when it is not there any more."""
    found = next((one for one in candidates(review) if one.key == key), None)
    if found is None:
        raise Conflict(CHANGED)
    return found


def judge(database: Database, review_id: int, act: ReviewAct, key: str, said: Said) -> Step:
    """Accept, reject or restore one candidate."""
    return _take(database, review_id, said, lambda review: Step(act, (card(review, key).task.span,)))


def accept_item(database: Database, review_id: int, key: str, said: Said) -> Step:
    """Accept every open candidate of the item a card stands in."""

    def wanted(review: Review) -> Step:
        place = card(review, key).place
        held = [one.task.span for one in candidates(review) if one.place == place and not one.settled]
        return Step(ReviewAct.ACCEPT, tuple(held))

    return _take(database, review_id, said, wanted)


def edit(database: Database, review_id: int, key: str, wish: reader.Wish, said: Said) -> Step:
    """Change a candidate's title, time and people; raise ``Invalid`` for words of time that are not understood."""
    days = _days(database)

    def wanted(review: Review) -> Step:
        chosen = card(review, key)
        task, who = reader.granted(
            wish,
            chosen.task,
            chosen.item,
            reader.Context(review.plan.plan_year, review.plan.issue_date, days=days),
        )
        return Step(ReviewAct.EDIT, (chosen.task.span,), (task,), who)

    return _take(database, review_id, said, wanted)


def split_card(database: Database, review_id: int, key: str, cuts: list[int], said: Said) -> Step:
    """Split a candidate at offsets into the text."""

    def wanted(review: Review) -> Step:
        task = card(review, key).task
        return Step(ReviewAct.SPLIT, (task.span,), split(task, review.plan.text, cuts))

    return _take(database, review_id, said, wanted)


def merge_card(database: Database, review_id: int, key: str, said: Said) -> Step:
    """Merge a candidate with the one before it in the same item."""

    def wanted(review: Review) -> Step:
        task = card(review, key).task
        first = before(review, task)
        return Step(ReviewAct.MERGE, (first.span, task.span), (merged(first, task, review.plan.text),))

    return _take(database, review_id, said, wanted)


def add_task(database: Database, review_id: int, words: str, start: int | None, said: Said) -> Step:
    """Make words of the text a task; *start* says where they stand, when they stand there more than once."""
    days = _days(database)

    def wanted(review: Review) -> Step:
        span = reader.find_words(review.plan.text, words, start)
        context = reader.Context(review.plan.plan_year, review.plan.issue_date, days=days)
        return Step(ReviewAct.ADD, (), (reader.read_task(review.plan.text, span, context),))

    return _take(database, review_id, said, wanted)


def note(database: Database, review_id: int, code: str, start: int, said: Said) -> Step:
    """Take note of a finding: it is not shown again."""

    def wanted(review: Review) -> Step:
        found = next(
            (one for one in reader.find_findings(review.plan) if (one.code, one.span.start) == (code, start)), None
        )
        if found is None:
            raise Conflict(CHANGED)
        return Step(ReviewAct.NOTE, finding=(found.code, found.span))

    return _take(database, review_id, said, wanted)


def confirm_pair(
    database: Database, review_id: int, old: core.Span | None, new: core.Span | None, said: Said, *, same: bool
) -> Step:
    """Confirm a pair of items, or say that they are not the same point."""
    act = ReviewAct.MATCH if same else ReviewAct.PART
    return _take(database, review_id, said, lambda _review: Step(act, old=old, new=new))


def undo(database: Database, review_id: int, said: Said) -> Step:
    """Take back the last step not yet undone; raise ``Invalid`` when there is none."""
    with database.write() as session:
        row = _open_row(session, review_id)
        held = queries.steps_of(session, review_id)
        standing = standing_steps(load_step(step.data) for step in held)
        if not standing:
            raise Invalid("没有可以撤回的操作。")
        data = dump_step(Step(ReviewAct.UNDO))
        number = len(held) + 1
        session.add(models.ReviewStep(review_id=row.id, number=number, at=said.at, actor=said.actor, data=data))
        return standing[-1]


def lay_aside(database: Database, review_id: int, said: Said) -> None:
    """End a review without issuing anything; it stays on record."""
    with database.write() as session:
        row = _open_row(session, review_id)
        row.closed_at = said.at
        session.add(row)


def issue(database: Database, review_id: int, said: Said, *, only_settled: bool = False) -> Imported:
    """Issue the plan as reviewed, gaps and all; tasks not yet judged wait as drafts if *only_settled*.

    Raise ``Invalid`` when there is no task, no year, or a differing pair nobody confirmed.
    """
    with database.write() as session:
        row = _open_row(session, review_id)
        under = _underway(session, row)
        _check_ready(under, only_settled=only_settled)
        _check_new(session, under)
        read = replace(under.review.plan, findings=under.findings)
        origin = Origin(row.filename, row.sha256)
        issued = under.review.accepted if only_settled else None
        if under.revises is None:
            plan = publish(session, read, origin, actor=said.actor, at=said.at, issued=issued)
        else:
            plan = under.revises
            revise(session, Revision(plan, read, under.pairs, said.actor, said.at, issued), origin)
        _tell_steps(session, plan, under)
        row.plan_id, row.closed_at = plan.id, said.at
        session.add(row)
        return summary(session, plan, is_new=under.revises is None)


def _check_ready(under: Underway, *, only_settled: bool) -> None:
    if under.review.plan.plan_year is None:
        raise Invalid("文件里没有写是哪一年的计划。请先在上面填年度，再下达。")
    if not any(item.tasks for item in under.review.plan.items):
        raise Invalid("还没有任何任务。请在原文里选中一段文字，按 T 设为任务。")
    if only_settled and not under.review.accepted:
        raise Invalid("还没有核过的任务。请先接受几项，或者点「全部下达」。")
    if under.open_pairs:
        raise Invalid(f"还有{len(under.open_pairs)}处与上一版不同没有确认，请到「与上一版对照」里确认。")


def _check_new(session: Session, under: Underway) -> None:
    """Refuse a file that became a plan, or a plan much like another, while it was under review."""
    known = queries.known_file(session, under.row.sha256)
    if known:
        raise Invalid(f"这个文件在核对期间已经导入，就是《{known.title}》。请点「不导入」。")
    if under.revises:
        return
    likely = _likely_before(session, under.review.plan)
    if likely and queries.version_of(session, likely.id).imported_at > under.row.opened_at:
        raise Invalid(
            f"核对期间刚下达了《{likely.title}》，大部分条目相同。请点「不导入」，再上传一次这个文件，就能与它逐条对照。"
        )


def _tell_steps(session: Session, plan: models.Plan, under: Underway) -> None:
    """Put the changes of the review into the plan's ledger, at the time they were made."""
    standing = {id(step) for step in standing_steps(step for _, step in under.steps)}
    for row, step in under.steps:
        if id(step) in standing and step.act not in (ReviewAct.ACCEPT, ReviewAct.MATCH):
            words = f"核对：{step_words(step, under.review.plan.text)}"
            append(session, plan.id, Entered(Act.CORRECT, row.at, row.at.date(), row.actor, text=words))
