"""Names, deputies and handovers: the clerk says who is who, who stands in, and who takes over."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from planner.services import handing_over, naming
from planner.store import people
from planner.web.desk import desk, parse_day, said

pages = Blueprint("handovers", __name__)


@pages.get("/names")
def names() -> str:
    """Show the queue of names read from documents that nobody has confirmed."""
    with desk().database.read() as session:
        known = [party for party in people.parties(session) if party.confirmed_at]
    return render_template("parties/names.html", unknown=naming.unknown_names(desk().database), known=known)


@pages.post("/names")
def settle_name() -> Response:
    """Take names as they are, or as other names of parties already known."""
    form, database = request.form, desk().database
    if "into" in form:
        naming.merge(database, form.get("party", 0, int), form.get("into", 0, int), said())
        flash("已合并，以后两个名称都认。")
    else:
        count = naming.confirm_names(database, form.getlist("party", int), desk().now)
        flash(f"已确认{count}个名称。")
    return redirect(url_for("handovers.names"))


@pages.post("/parties/<int:party_id>/aliases")
def add_aliases(party_id: int) -> Response:
    """Let a party answer to further names."""
    naming.add_aliases(desk().database, party_id, request.form.get("names", ""), desk().now)
    flash("别名已保存，以后导入的文件都认。")
    return redirect(url_for("parties.show", party_id=party_id))


@pages.post("/parties/<int:party_id>/post")
def describe(party_id: int) -> Response:
    """Keep the post and the telephone of somebody."""
    form = request.form
    post, phone = form.get("post", ""), form.get("phone", "")
    naming.describe(desk().database, party_id, post, phone, said(), main_leader="main_leader" in form)
    flash("职务和电话已保存。")
    return redirect(url_for("parties.show", party_id=party_id))


@pages.post("/parties/<int:party_id>/contacts")
def add_contact(party_id: int) -> Response:
    """Name somebody who reports for a department."""
    form = request.form
    naming.add_contact(desk().database, party_id, form.get("name", ""), form.get("phone", ""), said())
    flash("经办人已保存。")
    return redirect(url_for("parties.show", party_id=party_id))


@pages.post("/parties/<int:party_id>/delegations")
def delegate(party_id: int) -> Response:
    """Let a deputy act for a leader for a while."""
    form = request.form
    first, last = parse_day(form.get("starts_on", "")), parse_day(form.get("ends_on", ""))
    is_new = "new" in form
    handing_over.delegate(desk().database, party_id, form.get("deputy", ""), first, last, said(), new=is_new)
    flash("代理已登记。")
    return redirect(url_for("parties.show", party_id=party_id))


@pages.post("/delegations/<int:delegation_id>/end")
def end_delegation(delegation_id: int) -> Response:
    """Let a deputy act no longer."""
    handing_over.end_delegation(desk().database, delegation_id, said())
    flash("代理已停止。")
    return redirect(url_for("parties.show", party_id=request.form.get("party", 0, int)))


@pages.post("/parties/<int:party_id>/handover")
def hand_over(party_id: int) -> Response:
    """Give everything still open to a successor and show the list to print."""
    key = handing_over.hand_over(desk().database, party_id, request.form.get("successor", ""), said())
    flash("已移交。请打印清单，双方签字。")
    return redirect(url_for("handovers.show", key=key))


@pages.get("/handovers/<key>")
def show(key: str) -> str:
    """Show the list of a handover, to print and sign."""
    return render_template(
        "parties/handover.html",
        handover=handing_over.read_handover(desk().database, key),
        office=desk().settings.office,
    )
