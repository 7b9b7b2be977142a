"""Draws cells evenly over every numeric column that is explained, and recomputes each.

The recomputation reads the printed JSON alone and shares no line with the package.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import duckdb
import numpy as np

from expansion_warehouse.explain.answer import answer, claimed_numbers
from expansion_warehouse.explain.claims import CLAIMS
from expansion_warehouse.printable import json_text
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.publish.runs import Run
from interval_coverage import intervals, share_bounds


@dataclass(frozen=True)
class Judged:
    """A cell, what an explanation printed of it, and how long that took."""

    mart: str
    column: str
    key: Mapping[str, str]
    value: Any
    recomputed: Any
    because: str | None
    seconds: float

    @property
    def differs(self) -> bool:
        """Whether what is printed makes another value; a cell without an explanation does not."""
        return self.because is None and not agree(self.column, self.value, self.recomputed)

    @property
    def column_name(self) -> str:
        """Mart and column."""
        return f"{self.mart}.{self.column}"


def judge(run: Run, cells: int, seed: int) -> list[Judged]:
    """`cells` cells of a run, the same for one seed."""
    dice = random.Random(seed)
    with duckdb.connect(str(run.path / MARTS_FILE), read_only=True) as con:
        columns = claimed_numbers(con)
        sizes = {
            mart: int(con.execute(f'select count(*) from "{mart}"').fetchall()[0][0])
            for mart in {name for name, _ in columns}
        }
        wanted = [column for column in columns if sizes[column[0]]]
        drawn = [wanted[at % len(wanted)] for at in range(cells)]
        return [
            _judge(con, run, mart, column, dice.randrange(sizes[mart])) for mart, column in drawn
        ]


def _judge(
    con: duckdb.DuckDBPyConnection, run: Run, mart: str, column: str, position: int
) -> Judged:
    names = CLAIMS[mart].key
    listed = ", ".join(f'"{name}"' for name in names)
    found = con.execute(
        f'select {listed} from "{mart}" order by {listed} limit 1 offset {position}'
    ).fetchall()[0]
    key = {name: str(value) for name, value in zip(names, found, strict=True)}
    started = time.perf_counter()
    told = answer(
        con,
        run.manifest,
        run.path,
        f"{mart}.{column}",
        [f"{name}={value}" for name, value in key.items()],
    )
    printed = json_text(told)
    seconds = time.perf_counter() - started
    content = json.loads(printed)
    how = content["how"]
    return Judged(
        mart,
        column,
        key,
        number(content["cell"]["value"]),
        None if how["operation"] is None else recompute(how),
        how.get("because"),
        seconds,
    )


def number(value: Any) -> Any:
    """Decimals are printed as text, so that no digit is lost."""
    return Decimal(value) if isinstance(value, str) else value


def recompute(how: Mapping[str, Any]) -> Any:
    """The value that follows from what is printed; AssertionError where parts contradict it."""
    operation = how["operation"]
    if operation == "sum":
        amounts = [number(row["amount"]) for row in how["rows"]]
        if None in amounts or (how["empty_is_null"] and not amounts):
            return None
        return sum(amounts, Decimal(0))
    if operation in ("parts", "interval"):
        return _total(how["parts"]) if operation == "parts" else _interval(how)
    if operation == "same":
        inner = how["how"]
        if inner["operation"] is not None:
            column = how["cell"]["column"]
            assert agree(column, recompute(inner), number(how["value"])), how["cell"]
        return None if how["withheld"] else number(how["value"])
    assert operation == "ratio", operation
    over, under = _total(how["numerator"]), _total(how["denominator"])
    if how["withheld"] or over is None or under is None or under == 0:
        return None
    return float(over) / float(under)


def agree(column: str, one: Any, other: Any) -> bool:
    """Ends of intervals are computed in doubles, in another order than they were."""
    if column.endswith(("_low", "_high")) and None not in (one, other):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return bool(one == other)


def _interval(how: Mapping[str, Any]) -> float | None:
    """By the specification, from both ends of every account; the printed sums are theirs."""
    rules = {name: float(value) for name, value in how["thresholds"].items()}
    ends = [
        [number(row[name]) for name in ("opening_mrr", "closing_mrr", "kept_mrr")]
        for row in how["rows"]
    ]
    retained = sum(row["is_retained"] for row in how["rows"])
    grown = [opening for opening, closing, _ in ends if closing > opening]
    with localcontext(prec=60):
        sums = {
            "n": len(ends),
            "retained": retained,
            **{name: sum(row[at] for row in ends) for at, name in enumerate("OCK")},
            "sum of o^2": sum(o * o for o, _, _ in ends),
            "sum of o c": sum(o * c for o, c, _ in ends),
            "sum of c^2": sum(c * c for _, c, _ in ends),
            "sum of o k": sum(o * k for o, _, k in ends),
            "sum of k^2": sum(k * k for _, _, k in ends),
            "largest o": max(o for o, _, _ in ends),
            "o of who grew": sum(grown),
            "who grew": len(grown),
        }
    assert {name: number(value) for name, value in how["sums"].items()} == sums
    if len(ends) < rules["min_accounts"]:
        return None
    if how["end"].startswith("logo"):
        return _count_bound(retained, len(ends), rules, is_low=how["end"].endswith("low"))
    opening, closing = (np.array([[float(row[at]) for row in ends]]) for at in (0, 1))
    value = float(getattr(intervals(opening, closing, rules), how["end"])[0])
    return None if math.isnan(value) else value


def _count_bound(hits: int, trials: int, rules: Mapping[str, float], *, is_low: bool) -> float:
    low, high = share_bounds(np.array([float(hits)]), np.array([float(trials)]), rules["z"])
    rare = {1: rules["one_event"], 2: rules["two_events"]}
    if is_low:
        return max(0.0, min(float(low[0]), rare.get(hits, hits) / trials))
    misses = trials - hits
    return min(1.0, max(float(high[0]), 1 - rare.get(misses, misses) / trials))


def _total(terms: Sequence[Mapping[str, Any]]) -> Any:
    total = Decimal(0)
    for term in terms:
        value = number(term["value"])
        if value is None:
            return None
        inner = term.get("how")
        if inner and inner["operation"] is not None:
            assert recompute(inner) == value, term["column"]
        total += term["sign"] * value
    return total


def report(judged: Sequence[Judged]) -> list[str]:
    """What was drawn and found, a line each."""
    seconds = sorted(one.seconds for one in judged)
    p95 = seconds[int(0.95 * (len(seconds) - 1))]
    bare = Counter(one.because for one in judged if one.because)
    lines = [
        f"{len(judged)} cells of {len({one.column_name for one in judged})} columns: "
        f"{sum(one.differs for one in judged)} differ, {sum(bare.values())} not explained",
        f"p95 {p95:.3f} s, longest {seconds[-1]:.3f} s",
    ]
    lines += [f"  {count} {because}" for because, count in sorted(bare.items())]
    columns = Counter(one.column_name for one in judged if one.because)
    lines += [f"    {count} of {name}" for name, count in sorted(columns.items())]
    lines += [
        f"DIFFERS {one.column_name} {dict(one.key)}: {one.value} published, "
        f"{one.recomputed} printed"
        for one in judged
        if one.differs
    ]
    return lines
