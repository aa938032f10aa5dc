"""Backing up from the page: one file to download; restoring is for the command line."""

from __future__ import annotations

from flask import Blueprint, render_template, send_file
from werkzeug.wrappers import Response

from planner.services.backing_up import backup_stream, last_backup, note_backup
from planner.web.desk import desk

pages = Blueprint("backups", __name__)


@pages.get("/backup")
def show() -> str:
    """Explain what a backup holds and how it is restored, and offer one."""
    settings = desk().settings
    return render_template("backups/show.html", last=last_backup(settings.data), data=settings.data)


@pages.post("/backup")
def download() -> Response:
    """Hand out a backup of this moment; what it was written into is gone with the answer."""
    settings, at = desk().settings, desk().now
    stream, _ = backup_stream(desk().database, settings.files, settings.data, at)
    note_backup(settings.data, at)
    name = f"planner-backup-{at:%Y-%m-%d-%H%M}.zip"
    return send_file(stream, "application/zip", as_attachment=True, download_name=name)
