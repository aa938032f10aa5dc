"""``python -m bench``: how fast plans are read; ``python -m bench tracking``: how fast the pages of a big office are.

``python -m bench feeds``: how fast its calendars are.
"""

from __future__ import annotations

import argparse

from bench import feeds, reading, tracking

SIZES = "6480,100000,1000000"


def main() -> None:
    """Run the part of the benchmarks that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parts = parser.add_subparsers(dest="part")
    pages = parts.add_parser("tracking", help="the pages, the sign-off, the export, beside a bare program")
    pages.add_argument("--postgresql", metavar="URL", default="", help="measure on this server too")
    pages.add_argument("--sizes", default=SIZES, help=f"occurrences, {SIZES} by default")
    calendars = parts.add_parser("feeds", help="the calendars, beside a bare program")
    calendars.add_argument("--sizes", default=feeds.SIZES, help=f"events, {feeds.SIZES} by default")
    given = parser.parse_args()
    if given.part == "feeds":
        feeds.main([int(size) for size in given.sizes.split(",")])
    elif given.part:
        tracking.main([int(size) for size in given.sizes.split(",")], given.postgresql)
    else:
        reading.main()


if __name__ == "__main__":
    main()
