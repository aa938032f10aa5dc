"""The page that explains the product, written in Markdown."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, render_template
from markupsafe import Markup

from planner.config import shipped

pages = Blueprint("guide", __name__)


@pages.get("/help")
def show() -> str:
    """Show how to use the product."""
    return render_template("help.html", words=_words())


@cache
def _words() -> Markup:
    import markdown  # only here: most sessions never open this page
    import nh3

    text = (shipped("templates") / "help.md").read_text("utf-8")
    # Markdown passes raw HTML through; nothing but plain text structure comes out of this.
    return Markup(nh3.clean(markdown.markdown(text, extensions=["tables"])))  # noqa: S704
