"""Numbers as plans write them: 12, １２, 十二, 两, and the same text with every digit half-width."""

from __future__ import annotations

HALF_WIDTH = str.maketrans("０１２３４５６７８９％．～－–―﹣", "0123456789%.~-----"[:17])
"""One character for one, so that every offset stays."""

NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十两]{1,3})"
_DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"两": 2}


def half_width(text: str) -> str:
    """Return *text* with half-width digits and dashes, of the same length."""
    return text.translate(HALF_WIDTH)


def number(text: str) -> int:
    """Return the value of a NUMBER, 0 when it is not one."""
    if text.isascii() and text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return _DIGITS.get(tens, 0 if tens else 1) * 10 + _DIGITS.get(ones, 0)
