"""A QR code as inline SVG, to be scanned from the calendar page."""

from __future__ import annotations

import segno

MODULE = 4
"""Side of one dark square in CSS pixels: a phone reads it from a screen at arm's length."""


def qr_svg(text: str, title: str = "二维码") -> str:
    """Return ``<svg role="img">`` holding *text*, without an XML declaration; *title* is read out by screen readers.

    Raises ``segno.DataOverflowError`` when *text* is longer than a QR code can hold (about 2,900 bytes).
    """
    code = segno.make_qr(text, error="m")
    drawing: str = code.svg_inline(scale=MODULE, title=title, svgclass="qr", lineclass=None, light="#fff")
    return drawing.replace("<svg ", '<svg role="img" ', 1)
