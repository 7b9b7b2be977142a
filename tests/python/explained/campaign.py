"""Draws cells evenly over every numeric column that is explained, and recomputes each.

The recomputation reads the printed JSON alone and shares no line with the package.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from expansion_warehouse.explain.answer import answer, claimed_numbers
from expansion_warehouse.explain.claims import CLAIMS
from expansion_warehouse.printable import json_text
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.publish.runs import Run


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
        return self.because is None and self.value != self.recomputed

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
    if operation == "parts":
        return _total(how["parts"])
    if operation == "same":
        inner = how["how"]
        if inner["operation"] is not None:
            assert recompute(inner) == number(how["value"]), how["cell"]
        return None if how["withheld"] else number(how["value"])
    assert operation == "ratio", operation
    over, under = _total(how["numerator"]), _total(how["denominator"])
    if how["withheld"] or over is None or under is None or under == 0:
        return None
    return float(over) / float(under)


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
