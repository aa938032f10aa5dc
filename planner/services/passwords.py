"""Passwords, and the PINs beside personal links: what one may be, what is stored of it, whether a given one fits.

Stored as argon2id with 19 MiB and two passes, the least that OWASP's Password Storage Cheat Sheet allows: an office PC
must stand several sign-ins at once.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from planner.errors import Invalid

SHORTEST, LONGEST = 8, 128
PIN_LENGTHS = range(4, 9)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def plain(text: str) -> str:
    """Return what was meant by what was typed: an input method may give １２３４ for 1234, and spaces around."""
    return unicodedata.normalize("NFKC", text).strip()


def hash_password(text: str) -> str:
    """Return what is stored of a new password; raise ``Invalid`` for too short or too long a one."""
    password = plain(text)
    if len(password) < SHORTEST:
        raise Invalid(f"密码至少要{SHORTEST}位，现在是{len(password)}位。可以用一句自己记得住的话。")
    if len(password) > LONGEST:
        raise Invalid(f"密码请不超过{LONGEST}位。")
    return _HASHER.hash(password)


def hash_pin(text: str) -> str | None:
    """Return what is stored of a new PIN, None for an empty one; raise ``Invalid`` for anything but 4 to 8 digits."""
    pin = plain(text)
    if not pin:
        return None
    if not (pin.isascii() and pin.isdecimal() and len(pin) in PIN_LENGTHS):
        raise Invalid("数字口令请用4到8位数字，例如自己记得住的一个日子；不需要就留空。")
    return _HASHER.hash(pin)


def fits(given: str, stored: str | None) -> bool:
    """Tell whether a password or PIN is the stored one; takes as long where none is stored."""
    try:
        return _HASHER.verify(stored or _nobodys(), plain(given)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe())
