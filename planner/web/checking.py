"""Checking a draft before it is signed: its gaps, and the questions to take into the meeting. Nothing is stored."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, render_template, request, send_file

from planner.core.findings import by_severity, question_sheet, severity_of
from planner.errors import PlannerError
from planner.services import reader
from planner.services.importing import read_source
from planner.web.desk import desk
from planner.web.uploads import given

pages = Blueprint("checking", __name__)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/check")
def choose() -> str:
    """Ask for the draft."""
    return render_template("checking/choose.html", error="", pasted="")


@pages.post("/check")
def check() -> str | tuple[str, int]:
    """Show what the draft leaves open."""
    try:
        plan = read_source(given(), days=desk().days)
    except PlannerError as error:
        return render_template("checking/choose.html", error=error.message, pasted=request.form.get("text", "")), 400
    return render_template(
        "checking/result.html",
        plan=plan,
        findings=by_severity(plan.findings),
        severity_of=severity_of,
        sheet=question_sheet(plan),
    )


@pages.post("/check/sheet")
def sheet() -> Response:
    """Hand out the question sheet as a Word document."""
    from planner.formats.word_table import table_docx  # only here: it takes a while and memory to load

    plan = reader.read_plan(request.form.get("text", "").replace("\r\n", "\n"), days=desk().days)
    return send_file(
        BytesIO(table_docx(question_sheet(plan))),
        WORD,
        as_attachment=True,
        download_name=f"缺口清单-{plan.title[:40]}.docx",
    )
