"""How fast plans and sentences are read, how that grows with length, and how much memory it takes."""

from __future__ import annotations

import importlib
import logging
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from planner.config import shipped
from planner.formats.word_numbering import chinese
from planner.reading.deadlines import find_deadlines
from planner.reading.document import read_plan
from tests.reading.deadline_corpus import CONTEXT, cases, notation

ITEM = (
    "{number}.加强第{number}片区管理。每季度开展一次隐患排查，6月底前完成整改{number}处，整改率达到95%以上。"
    "定期组织培训，年底前总结上报。（责任领导：王建国，责任部门：应急、住建部门）\n"
)
PATHOLOGICAL = (
    "（",
    "1.",
    "每",
    "月底前",
    "A牵头，",
    "“",
    "、",
    "责任领导：",
    "6月至",
    "至少",
    "\t",
    "一是",
    "达到",
    "达到95%",
    "提高到",
    "[bookmark:",
    "抓总抓",
)
ROUNDS = 5


def best(work: Callable[[], object]) -> float:
    """Return the seconds of the quickest of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def plans() -> None:
    """Print the time and memory of reading plans of growing length."""
    print("plan                      characters       ms   us/character   x before   peak MB")
    sample = (shipped("plans") / "dizhuang-2024.md").read_text("utf-8")
    texts = [("sample, 27 items", sample)]
    texts += [(f"{n} items", f"柳河镇2024年工作要点\n{''.join(lines(n))}") for n in (27, 270, 500, 2700)]
    before = 0.0
    for name, text in texts:
        seconds = best(lambda text=text: read_plan(text))  # type: ignore[misc]
        tracemalloc.start()
        read_plan(text)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        ratio = seconds / before if before else 0
        before = seconds
        each = seconds / len(text) * 1e6
        print(f"{name:<22}{len(text):>14}{seconds * 1e3:>9.1f}{each:>15.2f}{ratio:>11.1f}{peak:>10.1f}")


def lines(items: int) -> Iterator[str]:
    """Yield the lines of a plan, in sections of as many items as the sample has."""
    for place in range(items):
        section, number = divmod(place, 27)
        if number == 0:
            yield f"{chinese(section + 1)}、第{section + 1}片区\n"
        yield ITEM.format(number=number + 1)


def repeats() -> None:
    """Print how reading grows over texts made to slow it: a tenfold text should take about ten times as long."""
    print("\nrepeated          1,000 ms  10,000 ms      x")
    for piece in PATHOLOGICAL:
        short, long = (best(lambda n=n, piece=piece: read_plan(piece * n)) for n in (1_000, 10_000))  # type: ignore[misc]
        print(f"{piece:<16}{short * 1e3:>10.1f}{long * 1e3:>11.1f}{long / short:>7.1f}")


def sentences() -> None:
    """Print the time a sentence takes and the share read strictly right, beside jionlp where that is installed."""
    corpus = cases()
    seconds = best(lambda: [find_deadlines(case.text, CONTEXT) for case in corpus]) / len(corpus)
    right = sum(tuple(map(notation, find_deadlines(case.text, CONTEXT))) == case.expected for case in corpus)
    print(f"\n{len(corpus)} sentences        us a sentence   strictly right")
    print(f"planner            {seconds * 1e6:>14.1f}{right / len(corpus):>16.1%}")
    try:
        jionlp = importlib.import_module("jionlp")
    except ImportError:
        print("jionlp             not installed (pip install jionlp)")
        return
    logging.disable(logging.CRITICAL)  # it reports what it could not read with a traceback each
    base = datetime(2024, 4, 17).timestamp()  # noqa: DTZ001 - the other reader wants a local moment

    def times(text: str) -> list[dict[str, Any]]:
        return [one["detail"] for one in jionlp.ner.extract_time(text, time_base=base)]

    begin = time.perf_counter()
    found = [times(case.text) for case in corpus]
    seconds = (time.perf_counter() - begin) / len(corpus)
    same = sum(agrees(case.expected, one) for case, one in zip(corpus, found, strict=True))
    print(
        f"jionlp             {seconds * 1e6:>14.1f}{same / len(corpus):>16.1%}  (as many times, of the same kind and days)"
    )


def agrees(expected: tuple[str, ...], found: list[dict[str, Any]]) -> bool:
    """Tell whether another reader found as many times, each of the same kind and days; its words need not be ours."""
    if len(expected) != len(found):
        return False
    return all(_same(line.partition("=")[0], one) for line, one in zip(expected, found, strict=True))


def _same(what: str, found: dict[str, Any]) -> bool:
    kind, _, days = what.partition(" ")
    told = found["time"] if isinstance(found["time"], list) else ["", ""]
    match kind:
        case "once" | "win":
            start, _, due = days.rpartition("..")
            wanted = zip((start, due), told, strict=True)
            return all(day == "" or _iso(day) == str(moment)[:10] for day, moment in wanted) and days != ""
        case "rel":
            return bool(found["type"] == "time_delta")
        case "stand":
            return False
        case _:
            return bool(found["type"] == "time_period")


def _iso(day: str) -> str:
    parts = [int(part) for part in day.split("-")]
    year, month, of_month = parts if len(parts) == 3 else [2024, *parts]
    return f"{year:04}-{month:02}-{of_month:02}"


def main() -> None:
    """Print every table of this part."""
    plans()
    repeats()
    sentences()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of this process: {peak:.0f} MB; Python {sys.version.split()[0]}")
