"""The review: the source on the left, one card a candidate on the right, each button one recorded step."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.core.plan import Finding, Span
from planner.core.review import Candidate, ReviewAct, Step, cuts_of, standing_steps, step_words, time_words, title_of
from planner.core.revision import differences, is_changed
from planner.core.wording import rule_words
from planner.errors import Conflict, Invalid
from planner.services import reader, reviewing
from planner.services.publishing import item_codes
from planner.services.reviewing import Underway, underway
from planner.store import queries
from planner.store.models import Plan, ReviewStep
from planner.web.desk import desk, said
from planner.web.source_text import pair_texts, stretches

pages = Blueprint("reviews", __name__, url_prefix="/review")


@pages.get("/<int:review_id>")
def show(review_id: int) -> str | Response:
    """Show the review, opened at one card."""
    under = underway(desk().database, review_id)
    if under.row.closed_at:
        return _ended(under)
    return _page(under)


def _ended(under: Underway) -> Response:
    if under.row.plan_id is None:
        flash("这次核对已经结束，没有导入。")
        return redirect(url_for("imports.choose"))
    with desk().database.read() as session:
        plan = queries.plan_by_id(session, under.row.plan_id)
    return redirect(url_for("plans.show", address=plan.address))


def _page(under: Underway, error: str = "") -> str:
    cards = under.cards
    here = chosen(cards, request.values.get("at", ""))
    place = cards.index(here) if here else 0
    gaps = findings_by_card(under.findings, cards)
    return render_template(
        "reviews/show.html",
        under=under,
        plan=under.review.plan,
        cards=cards,
        card=here,
        place=place,
        codes=item_codes(under.review.plan.items),
        settled=sum(card.settled for card in cards),
        accepted=sum(card.accepted for card in cards),
        stretches=stretches(under.review.plan.text, under.review.plan.items, cards),
        gaps=gaps,
        loose=gaps.get("", []),
        next_gap=next((card.key for card in _around(cards, place) if gaps.get(card.key) and not card.settled), None),
        history=history(under),
        plans=_earlier_plans(),
        mode=request.values.get("mode", ""),
        form=request.form,
        error=error,
        cuts_of=cuts_of,
        rule_words=rule_words,
        time_words=time_words,
        title_of=title_of,
    )


def chosen(cards: list[Candidate], key: str) -> Candidate | None:
    """Return the card asked for, else the first not yet judged, else the first."""
    asked = next((card for card in cards if card.key == key), None)
    return asked or next((card for card in cards if not card.settled), cards[0] if cards else None)


def _around(cards: list[Candidate], place: int) -> list[Candidate]:
    return [*cards[place + 1 :], *cards[: place + 1]]


def findings_by_card(findings: tuple[Finding, ...], cards: list[Candidate]) -> dict[str, list[Finding]]:
    """Return the findings under the key of the card they concern: its words, else its item; "" for the rest."""
    by_card: dict[str, list[Finding]] = {}
    for finding in findings:
        own = next((card for card in cards if finding.span.overlaps(card.task.span)), None)
        own = own or next((card for card in cards if finding.span.overlaps(card.item.span)), None)
        by_card.setdefault(own.key if own else "", []).append(finding)
    return by_card


def history(under: Underway) -> list[tuple[ReviewStep, str, bool]]:
    """Return every step, the newest first: its row, its words, whether it still stands."""
    standing = {id(step) for step in standing_steps(step for _, step in under.steps)}
    told = [(row, step_words(step, under.review.plan.text), id(step) in standing) for row, step in under.steps]
    return told[::-1]


def _earlier_plans() -> list[Plan]:
    with desk().database.read() as session:
        return [plan for plan in queries.plans(session) if not plan.sample]


Verb = Callable[[int, str], Step]


def _wish() -> reader.Wish:
    return reader.Wish(
        *(request.form.get(field, "") for field in ("title", "when", "leaders", "departments", "supporting"))
    )


VERBS: dict[str, Verb] = {
    "accept": lambda review_id, key: reviewing.judge(desk().database, review_id, ReviewAct.ACCEPT, key, said()),
    "accept_item": lambda review_id, key: reviewing.accept_item(desk().database, review_id, key, said()),
    "reject": lambda review_id, key: reviewing.judge(desk().database, review_id, ReviewAct.REJECT, key, said()),
    "restore": lambda review_id, key: reviewing.judge(desk().database, review_id, ReviewAct.RESTORE, key, said()),
    "edit": lambda review_id, key: reviewing.edit(desk().database, review_id, key, _wish(), said()),
    "split": lambda review_id, key: reviewing.split_card(
        desk().database, review_id, key, request.form.getlist("cut", type=int), said()
    ),
    "merge": lambda review_id, key: reviewing.merge_card(desk().database, review_id, key, said()),
    "add": lambda review_id, _key: reviewing.add_task(
        desk().database, review_id, request.form.get("words", ""), request.form.get("start", None, int), said()
    ),
    "note": lambda review_id, _key: reviewing.note(
        desk().database, review_id, request.form.get("code", ""), request.form.get("start", -1, int), said()
    ),
    "undo": lambda review_id, _key: reviewing.undo(desk().database, review_id, said()),
}


@pages.post("/<int:review_id>")
def act(review_id: int) -> str | Response | tuple[str, int]:
    """Record one step and go on to the next card."""
    verb = VERBS.get(request.form.get("act", ""))
    key = request.form.get("at", "")
    try:
        if verb is None:
            raise Invalid("请点页面上的一个按钮。")
        step = verb(review_id, key)
    except (Invalid, Conflict) as error:
        # The page comes back with the words still in it: nothing typed is lost.
        return _page(underway(desk().database, review_id), error.message), 409 if isinstance(error, Conflict) else 400
    if request.form.get("from") == "pairs":
        return redirect(url_for("reviews.pairs", review_id=review_id, _anchor="next"))
    return redirect(_address(review_id, _next_key(underway(desk().database, review_id), step, key)))


def _address(review_id: int, key: str) -> str:
    return url_for("reviews.show", review_id=review_id, at=key, _anchor="now")


def _next_key(under: Underway, step: Step, key: str) -> str:
    """Return the card to open after a step: the next one to judge, or what an undo, split or new task is about."""
    cards = under.cards
    if step.act in (ReviewAct.NOTE, ReviewAct.RESTORE):
        return key
    spans = [task.span for task in step.tasks] or list(step.at)
    if request.form.get("act") == "undo" or step.act in (ReviewAct.SPLIT, ReviewAct.ADD, ReviewAct.MERGE):
        back = next((card for card in cards if any(card.task.span.overlaps(span) for span in spans)), None)
        return back.key if back else key
    last = max((span.start for span in spans), default=0)
    waiting = [card for card in cards if not card.settled]
    following = next((card for card in waiting if card.task.span.start >= last), next(iter(waiting), None))
    return following.key if following else key


@pages.post("/<int:review_id>/about")
def about(review_id: int) -> Response:
    """Say which year the plan is for, or which plan it is a new version of."""
    if "year" in request.form:
        year = request.form.get("year", 0, int)
        if not 2000 <= year <= 2099:
            raise Invalid("年度请写四位数字，例如 2024。")
        reviewing.set_year(desk().database, review_id, year)
    else:
        reviewing.set_revises(desk().database, review_id, request.form.get("revises", ""))
    return redirect(url_for("reviews.show", review_id=review_id))


@pages.get("/<int:review_id>/pairs")
def pairs(review_id: int) -> str | Response:
    """Show each point that differs from the version before, side by side."""
    under = underway(desk().database, review_id)
    return _ended(under) if under.row.closed_at else _pairs(under)


def _pairs(under: Underway) -> str:
    year = under.review.plan.plan_year
    changed = [pair for pair in under.pairs if is_changed(pair, year)]
    return render_template(
        "reviews/pairs.html",
        under=under,
        plan=under.review.plan,
        changed=changed,
        same=len(under.pairs) - len(changed),
        open_pairs=under.open_pairs,
        undoable=any(True for _ in standing_steps(step for _, step in under.steps)),
        differences=lambda pair: differences(pair, year),
        texts=pair_texts,
    )


@pages.post("/<int:review_id>/pairs")
def confirm(review_id: int) -> Response:
    """Confirm one pair, or all that are left, or say that two points are not the same."""
    if "rest" in request.form:
        for pair in underway(desk().database, review_id).open_pairs:
            reviewing.confirm_pair(desk().database, review_id, *pair.spans, said(), same=True)
    else:
        old, new = (_span(request.form.get(side, "")) for side in ("old", "new"))
        reviewing.confirm_pair(desk().database, review_id, old, new, said(), same="same" in request.form)
    return redirect(url_for("reviews.pairs", review_id=review_id, _anchor="next"))


def _span(words: str) -> Span | None:
    start, dash, end = words.partition("-")
    return Span(int(start), int(end)) if dash and start.isdecimal() and end.isdecimal() else None


@pages.post("/<int:review_id>/issue")
def issue(review_id: int) -> str | Response | tuple[str, int]:
    """Issue the plan with the gaps it still has, or lay the file aside."""
    if "aside" in request.form:
        reviewing.lay_aside(desk().database, review_id, said())
        flash("没有导入，什么都没有改动。")
        return redirect(url_for("imports.choose"))
    try:
        done = reviewing.issue(desk().database, review_id, said(), only_settled="settled" in request.form)
    except Invalid as error:
        return _page(underway(desk().database, review_id), error.message), 400
    waiting = f"，其中{done.drafts}项没有核过，留作草稿" if done.drafts else ""
    flash(f"已{'导入' if done.is_new else '更新'}《{done.title}》：{done.items}条，{done.tasks}项任务{waiting}。")
    return redirect(url_for("plans.show", address=done.address))
