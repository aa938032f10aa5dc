"""Numbers as plans write them: 12, １２, 十二, 两, 二〇二五."""

from __future__ import annotations

NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十两]{1,3})"
HALF_WIDTH = str.maketrans("０１２３４５６７８９％．／～∼－–—―﹣();:", "0123456789%./--" + "-----（）；：")
"""One character for one, so that every offset stays. Every dash becomes a hyphen, brackets and stops full-width."""

_DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "○": 0}


def half_width(text: str) -> str:
    """Return *text* with half-width digits and dashes, of the same length."""
    return text.translate(HALF_WIDTH)


def number(text: str) -> int:
    """Return the value of a NUMBER or of digits written one by one (二〇二五), 0 when it is neither."""
    if text.isascii() and text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if ten:
        return _DIGITS.get(tens, 0 if tens else 1) * 10 + _DIGITS.get(ones, 0)
    value = 0
    for word in text:
        value = value * 10 + _DIGITS.get(word, 0)
    return value
