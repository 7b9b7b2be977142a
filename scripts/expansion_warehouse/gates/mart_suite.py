"""What the mart gate expects of a finished build: what dbt cannot see from inside.

Identities and bounds are dbt tests below `tests/singular/published`; they have passed, or the build
has stopped, before this gate is asked. Left for it is what needs another run, a judgement of what
is plausible, or a look at every number whatever it means. `proven` puts both on one page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.engine.transform import Proof
from expansion_warehouse.gates.checks import Check, CheckResult, Severity, Thresholds
from expansion_warehouse.gates.refused import REFUSED_SHARE

_FLOATING = ("DOUBLE", "FLOAT")
# How a test of dbt's is named among the expectations.
PROOF = "dbt test"


@dataclass(frozen=True)
class MartBaseline:
    """The last published run: rows per mart, and the MRR of months it had closed.

    `closed_mrr` holds (basis, month as ISO date, MRR in the reporting currency).
    """

    run_id: str
    row_counts: dict[str, int]
    closed_mrr: tuple[tuple[str, str, str], ...]


def read_baseline(run_id: str, row_counts: Mapping[str, int], marts_file: Path) -> MartBaseline:
    """The baseline from a published run; without months where it had no revenue mart."""
    with duckdb.connect(str(marts_file), read_only=True) as con:
        tables = {
            row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()
        }
        closed: list[tuple[Any, ...]] = []
        if {"fct_mrr", "dim_months"} <= tables:
            closed = con.execute(
                "select basis, month, sum(mrr) from fct_mrr semi join "
                "(from dim_months where is_closed) using (month) group by all order by all"
            ).fetchall()
    return MartBaseline(
        run_id=run_id,
        row_counts=dict(row_counts),
        closed_mrr=tuple((str(basis), str(month), str(mrr)) for basis, month, mrr in closed),
    )


def floating_columns(database: Path, marts: Sequence[Mart]) -> dict[str, list[str]]:
    """Columns per mart that could hold NaN or infinity."""
    found: dict[str, list[str]] = {}
    with open_read_only(database) as con:
        for mart in marts:
            rows = con.execute(f"describe {mart.relation}").fetchall()
            found[mart.name] = [row[0] for row in rows if row[1] in _FLOATING]
    return found


def proven(proofs: Iterable[Proof]) -> list[CheckResult]:
    """dbt's tests of published marts as results of the gate, for its page and for run.json."""
    return [
        CheckResult(
            Check(
                f"{proof.mart}.{proof.name}.{proof.severity}",
                proof.schema,
                proof.mart,
                proof.severity,
                proof.description,
                PROOF,
            ),
            passed=proof.passed,
            observed=proof.found,
        )
        for proof in proofs
    ]


def mart_checks(
    marts: Sequence[Mart],
    floating: Mapping[str, Sequence[str]],
    baseline: MartBaseline | None,
    thresholds: Thresholds | None = None,
) -> list[Check]:
    """The mart suite. An expectation is left out only where the project has no such mart."""
    limits = thresholds or Thresholds()
    by_name = {mart.name: mart for mart in marts}
    checks = [
        *_plausible(by_name, limits),
        *_refused(by_name, limits),
        *_finite(by_name, floating),
        *(_drift(by_name, baseline, limits) if baseline else []),
    ]
    return checks


def _check(
    mart: Mart, subject: str, severity: Severity, description: str, expectation: str, **wanted: Any
) -> Check:
    name = f"{mart.name}.{subject}.{severity}"
    return Check(name, mart.schema, mart.alias, severity, description, expectation, wanted)


def _no_row(mart: Mart, subject: str, severity: Severity, description: str, query: str) -> Check:
    """Expect that a query over `{batch}`, the mart, returns no row."""
    kind = "unexpected_rows_expectation"
    return _check(mart, subject, severity, description, kind, unexpected_rows_query=query)


def _plausible(marts: Mapping[str, Mart], limits: Thresholds) -> list[Check]:
    checks = []
    if "fct_mrr" in marts:
        kind = "expect_table_row_count_to_be_between"
        text = "a contract is in force in some month up to the as-of date"
        checks.append(_check(marts["fct_mrr"], "rows", "warning", text, kind, min_value=1))
    if "kpi_nrr" in marts:
        checks.append(
            _no_row(
                marts["kpi_nrr"],
                "plausible",
                "warning",
                "the company's 12-month NRR is between "
                f"{limits.nrr_low:.0%} and {limits.nrr_high:.0%}",
                "select month, basis, nrr from {batch} where retention_window = '12m' and "
                f"segment_type = 'all' and nrr not between {limits.nrr_low} and {limits.nrr_high}",
            )
        )
    if "kpi_mrr_bridge" in marts:
        most = limits.segments_of_a_kind
        checks.append(
            _no_row(
                marts["kpi_mrr_bridge"],
                "segments",
                "warning",
                f"a kind of segment has at most {most} segments",
                "select segment_type, count(distinct segment) as segments from {batch} "
                f"group by segment_type having count(distinct segment) > {most}",
            )
        )
    return checks


def _refused(marts: Mapping[str, Mart], limits: Thresholds) -> list[Check]:
    """How much of the newest month was refused, in money; what is too large is named apart."""
    needed = ("dq_quarantine", "fct_mrr", "dim_months")
    if not all(name in marts for name in needed):
        return []
    quarantine = marts["dq_quarantine"]
    if "refused_mrr" not in quarantine.columns:
        return []
    shared = REFUSED_SHARE.format(
        quarantine="{batch}", mrr=marts["fct_mrr"].relation, months=marts["dim_months"].relation
    )
    found = (
        "select refused_lines, round(refused_mrr, 2) as refused_mrr, "
        "round(published_mrr, 2) as published_mrr, round(100 * share, 1) as percent_refused "
        "from shared where "
    )
    stops = (
        f"share > {limits.refused_much} and "
        f"(refused_lines >= {limits.refused_lines} or published_mrr = 0)"
    )
    part = "of the newest MRR, published and refused, is refused"
    return [
        _no_row(
            quarantine,
            "refused_mrr",
            "error",
            f"at most {limits.refused_much:.0%} {part} (fewer than {limits.refused_lines} lines "
            "do not stop a build, unless nothing else is left)",
            f"{shared}{found}{stops}",
        ),
        _no_row(
            quarantine,
            "refused_mrr",
            "warning",
            f"at most {limits.refused_some:.0%} {part}",
            f"{shared}{found}share > {limits.refused_some}",
        ),
        _no_row(
            quarantine,
            "refused_outliers",
            "warning",
            "no refused line is too large to be believed; no share counts such a line",
            "select account_id, raw_key, refused_mrr from {batch} where is_outlier",
        ),
    ]


def _finite(marts: Mapping[str, Mart], floating: Mapping[str, Sequence[str]]) -> list[Check]:
    checks = []
    for name, columns in sorted(floating.items()):
        if columns and name in marts:
            broken = " or ".join(f"not isfinite({quoted(column)})" for column in columns)
            listed = ", ".join(quoted(column) for column in columns)
            query = f"select {listed} from {{batch}} where {broken}"
            text = "no number is infinite or not a number"
            checks.append(_no_row(marts[name], "finite", "error", text, query))
    return checks


def _drift(marts: Mapping[str, Mart], baseline: MartBaseline, limits: Thresholds) -> list[Check]:
    checks = [
        _check(
            marts[name],
            "volume",
            "warning",
            f"at most {limits.row_drop:.0%} fewer rows than the {before:,} of "
            f"run {baseline.run_id}",
            "expect_table_row_count_to_be_between",
            min_value=math.ceil(before * (1 - limits.row_drop)),
        )
        for name, before in sorted(baseline.row_counts.items())
        if before and name in marts
    ]
    if baseline.closed_mrr and "fct_mrr" in marts:
        before_rows = ", ".join(
            f"('{basis}', date '{month}', {mrr})" for basis, month, mrr in baseline.closed_mrr
        )
        checks.append(
            _no_row(
                marts["fct_mrr"],
                "closed_months",
                "warning",
                f"MRR of the months that run {baseline.run_id} had closed is unchanged",
                f"with published as (select * from (values {before_rows}) "
                "as published (basis, month, published_mrr)), "
                "built as (select basis, month, sum(mrr) as mrr from {batch} group by all) "
                "select basis, month, published_mrr, mrr from published "
                "left join built using (basis, month) where mrr is distinct from published_mrr",
            )
        )
    return checks
