"""Every model stays linear in accounts: no operator meets far more rows than go in and come out.

The engine counts the rows of each operator itself, so a slow machine changes nothing. A plan that
pairs accounts with accounts shows at 500 of them already, long before it fills a memory. What a
hash join compares and drops by a second, unequal condition is not in the engine's count.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import Company
from engine import Engine, Model, prepare
from expansion_warehouse.sample import SampleOptions, write_sample

pytestmark = pytest.mark.slow

MONTHS = 18
SMALL, LARGE = 500, 1500
# Every row may be looked at once by each close, and by what is known today.
MULTIPLE = MONTHS + 1
# An optimiser may choose another plan for another size; three times as many accounts in a plan
# that pairs them would triple the multiple.
GROWTH = 1.5
# Below this multiple a model does little more than read its rows, whatever the growth says.
NEGLIGIBLE = 5
# Models that may go beyond, each with its reason.
EXCEPTIONS: Mapping[str, str] = {}
# Operators that compare all pairs of their two inputs, however few of them come out.
PAIRING = {"NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN", "CROSS_PRODUCT"}


@dataclass(frozen=True)
class Profile:
    """What the engine counted while it built a model."""

    rows: int
    busiest: int
    operator: str
    peak_memory: int

    @property
    def multiple(self) -> float:
        """Rows of the busiest operator for each row that goes in or comes out."""
        return self.busiest / max(self.rows, 1)


class Meter:
    """A database with a company's raw tables in place, in which models are built and measured."""

    def __init__(self, database: Path, report: Path) -> None:
        self._connection = duckdb.connect(str(database))
        self._report = report
        prepare(self._connection)
        self._connection.execute("set threads = 2")

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def rows(self, relation: str) -> int:
        """Rows of a table or view."""
        found = self._connection.execute(f"select count(*) from {relation}").fetchone()
        assert found is not None
        return int(found[0])

    def build(self, model: Model) -> Profile:
        """Build one model and read the engine's report of it."""
        schema = model.relation.partition(".")[0]
        self._connection.execute(f"create schema if not exists {schema}")
        self._connection.execute("pragma enable_profiling = 'json'")
        self._connection.execute(f"set profiling_output = '{self._report}'")
        self._connection.execute(f"create or replace table {model.relation} as {model.sql}")
        self._connection.execute("pragma disable_profiling")
        report = json.loads(self._report.read_text(encoding="utf-8"))
        busiest, operator = max(map(_work, _operators(report["operator"])))
        rows = self.rows(model.relation) + sum(map(self.rows, model.reads))
        return Profile(rows, busiest, operator, int(report["system"]["peak_buffer_memory"]))


def _operators(nodes: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All operators of a plan."""
    for node in nodes:
        yield node
        yield from _operators(node.get("children", []))


def _work(operator: dict[str, Any]) -> tuple[int, str]:
    """Rows that an operator brought forth, or pairs that it compared."""
    kind = str(operator["type"])
    made = int(operator["intermediate_rows"])
    children = operator.get("children", [])
    if kind in PAIRING and len(children) > 1:
        made = max(made, math.prod(int(child["intermediate_rows"]) for child in children))
    return made, kind


@pytest.fixture(scope="module")
def profiles(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, dict[str, Profile]]:
    """The profile of every model at both sizes, by accounts and name; compiled once."""
    folder = tmp_path_factory.mktemp("linear")
    found: dict[int, dict[str, Profile]] = {}
    for accounts in (SMALL, LARGE):
        raw = folder / f"raw-{accounts}"
        write_sample(
            SampleOptions(
                target=raw, accounts=accounts, months=MONTHS, events=5_000, edge_cases=True
            )
        )
        company = Company(raw, folder / f"home-{accounts}")
        engine.read(company)
        meter = Meter(company.database, folder / "profile.json")
        found[accounts] = {x.name: meter.build(x) for x in engine.models(company).models}
        meter.close()
    return found


@pytest.mark.parametrize("accounts", [SMALL, LARGE])
def test_no_operator_meets_far_more_rows_than_go_in_and_out(
    profiles: dict[int, dict[str, Profile]],
    accounts: int,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """The busiest operator of every model, and the memory that the hungriest model took."""
    hungriest = max(profiles[accounts].values(), key=lambda profile: profile.peak_memory)
    record_testsuite_property(f"peak_memory_mb_{accounts}", hungriest.peak_memory // 10**6)
    beyond = {
        name: f"{profile.operator} {profile.busiest:,} of {profile.rows:,} rows"
        for name, profile in profiles[accounts].items()
        if profile.multiple > MULTIPLE and name not in EXCEPTIONS
    }
    assert not beyond, beyond


def test_multiples_do_not_grow_with_accounts(profiles: dict[int, dict[str, Profile]]) -> None:
    """Three times the accounts, three times the rows, and no more for each row."""
    grown = {
        name: f"{profiles[SMALL][name].multiple:.1f} -> {large.multiple:.1f}"
        for name, large in profiles[LARGE].items()
        if large.multiple > NEGLIGIBLE
        and large.multiple > GROWTH * profiles[SMALL][name].multiple
        and name not in EXCEPTIONS
    }
    assert not grown, grown


def test_samples_differ_by_accounts_alone(profiles: dict[int, dict[str, Profile]]) -> None:
    """The larger company is one: otherwise the comparison above would compare nothing."""
    small, large = (profiles[size]["int_account_map"].rows for size in (SMALL, LARGE))
    assert 2 < large / small < 3


def model(name: str, sql: str, *reads: str) -> Model:
    """A table of its own."""
    return Model(name, f"main.{name}", "table", sql, (), (), reads)


def test_accounts_paired_by_their_knowledge_alone_are_seen(tmp_path: Path) -> None:
    """What this file is for: a join of accounts with accounts goes far beyond."""
    meter = Meter(tmp_path / "paired.duckdb", tmp_path / "profile.json")
    accounts = "select r % 10 as knowledge_id, r // 10 as account_id from range(5000) as t(r)"
    meter.build(model("accounts", accounts))
    counts = {
        name: meter.build(
            model(
                name,
                f"select count(*) as pairs from accounts join accounts as others {condition}",
                "main.accounts",
            )
        ).multiple
        for name, condition in {
            "paired": "using (knowledge_id)",
            "compared": "on accounts.account_id < others.knowledge_id or others.account_id < 0",
            "matched": "using (knowledge_id, account_id)",
        }.items()
    }
    meter.close()
    assert counts["paired"] > MULTIPLE
    assert counts["compared"] > MULTIPLE
    assert counts["matched"] < NEGLIGIBLE
