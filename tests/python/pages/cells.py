"""The cells that a page shows, beside what the marts say of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
from playwright.sync_api import Page

from pages import formats
from pages.figures import Table
from pages.formats import MISSING, Money

# Rows of a figure's table, as texts by the names of the columns.
READ = """(figure) => [...document.querySelectorAll(`#${figure} .table tbody tr`)].map((row) =>
  Object.fromEntries([...row.children].map((cell) => [cell.dataset.column, cell.textContent])))"""

PERCENT = {
    *("nrr", "grr", "logo_retention", "nrr_low", "nrr_high", "grr_low", "grr_high"),
    *("renewal_rate", "outlook_error", "outlook_miss", "naive_error", "naive_miss"),
    *("as_reported_nrr", "restated_nrr", "sealed_nrr_12m", "current_nrr_12m"),
    *("churn_rate", "upsell_rate", "loss_rate", "loss_rate_low", "loss_rate_high", "base_rate"),
    *("hit_rate", "hit_rate_lower", "hit_rate_upper", "seat_utilisation"),
    *("proposal_win_rate", "proposal_win_rate_low", "proposal_win_rate_high"),
    *("similar_win_rate", "excess_loss_rate", "excess_loss_rate_low", "excess_loss_rate_high"),
    *("confidence", "confidence_low", "win_rate", "discount_rate", "effective_weight"),
}
POINTS = {"nrr_difference", "nrr_points", "ci_low", "ci_high"}
NUMBERS = {
    *("adjusted_p_value", "srm_p_value", "median_lead_days"),
}
SCORES = {
    *("health_score", "health_change", "component_score", "contribution"),
}
FACTORS = {"quick_ratio", "auc", "lift"}
SENTENCES = {"sentence", "explanation", "remedy", "what_to_do"}
QUANTITIES = {"seats", "quantity"}
# Amounts in the currency of their row.
NATIVE = {("quarantine", "amount"), ("reconciliation", "amount"), ("account_lines", "mrr_native")}
MONTHS = {"month", "period_label", "cohort_month"}
# The list that names a column's values, where it is not the column's own name.
LISTS = {
    **{name: name for name in ("movement", "driver", "interval_note", "nrr_band", "health_band")},
    "books": "books",
    **{name: name for name in ("renewal_state", "alert_kind", "severity", "customer_tier")},
    **{name: name for name in ("usage_trend", "lifecycle_stage", "rfm_basis", "offer_class")},
    **{name: name for name in ("guard_reason", "ended_by", "component", "price_gap_band")},
    "retention_window": "window",
    "bucket": "health_band",
    "verdict": "verdict",
}
LISTS_OF = {
    ("outlook", "verdict"): "outlook_verdict",
    ("restated_lines", "reason"): "restatement_reason",
    ("seals", "reason"): "seal_reason",
    ("red_reasons", "reason"): "red_reason",
    ("alert_record", "outcome"): "alert_outcome",
    ("blocked", "reason"): "guard_reason",
    ("experiments", "status"): "experiment_status",
    ("quarantine", "reason"): "row_reason",
    ("oddities", "reason"): "oddity_reason",
    ("reconciliation", "reason"): "row_reason",
    ("reconciliation", "outcome"): "row_outcome",
    ("account_proposals", "outcome"): "outcome",
    ("account_actions", "kind"): "action_kind",
    ("account_actions", "outcome"): "action_outcome",
}


def movement(row: Mapping[str, Any]) -> str:
    """What moved an account's MRR: the movement, and what is none."""
    besides = [name for name in ("fx_mrr", "merge_mrr", "prior_period_mrr") if row[name]]
    names = [formats.texts()["movements"][name] for name in besides]
    if row["movement"] != "flat" or not besides:
        names.insert(0, formats.named("movement", row["movement"]))
    why = row["sub_movement"]
    return ", ".join(names) + (f" ({formats.named('sub_movement', why)})" if why else "")


@dataclass(frozen=True)
class Cell:
    """What a page shows of a value, and what it should show."""

    where: str
    shown: str
    expected: str


def written(money: Money, figure: str, column: str, value: Any) -> str:  # noqa: PLR0911
    """How a page writes a mart's value."""
    group = LISTS_OF.get((figure, column)) or LISTS.get(column)
    if value is None:
        return MISSING
    if column == "blocked_reasons":
        reasons = [formats.named("guard_reason", reason) for reason in value.split("|") if reason]
        return ", ".join(reasons) or MISSING
    if column in SENTENCES:
        return value if column == "remedy" else formats.sentence(value)
    if isinstance(value, str):
        return formats.named(group, value) if group else value
    if isinstance(value, bool):
        return formats.yes(value)
    if isinstance(value, date):
        return formats.month(value) if column in MONTHS else formats.day(value)
    if column in POINTS or (figure, column) == ("experiments", "lift"):
        return formats.points(value)
    for names, form in (
        (PERCENT, formats.percent), (SCORES, formats.score),
        (FACTORS, formats.factor), (NUMBERS, formats.number), (QUANTITIES, formats.quantity),
    ):  # fmt: skip
        if column in names:
            return form(value)
    if isinstance(value, int):
        return formats.count(value)
    assert isinstance(value, Decimal), f"{figure}.{column} has no format in this test"
    return money.amount(value)


def cell_of(money: Money, figure: str, column: str, row: Mapping[str, Any]) -> str:
    """How a page writes a column of a row."""
    value = row[column]
    if (figure, column) in NATIVE:
        return MISSING if value is None else formats.native(value, row["currency"])
    if (figure, column) == ("account_movements", "movement"):
        return movement(row)
    return written(money, figure, column, value)


def found_rows(
    marts: duckdb.DuckDBPyConnection, table: Table, choice: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rows of a figure by this test's query."""
    names = re.findall(r"\$(\w+)", table.sql)
    used = {name: value for name, value in choice.items() if name in names}
    asked = marts.execute(table.sql, used or None)
    names = [column[0] for column in asked.description or []]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def cells_of(
    page: Page, marts: duckdb.DuckDBPyConnection, table: Table, money: Money,
    choice: Mapping[str, str],
) -> list[Cell]:  # fmt: skip
    """Every shown cell of a table whose key names one row of the marts.

    The table holds these rows and no others; where it is a part, no others.
    """
    shown = page.evaluate(READ, table.figure)
    columns = {column for row in shown for column in row} | set(table.keys)
    expected = [
        {column: cell_of(money, table.figure, column, row) for column in row if column in columns}
        for row in found_rows(marts, table, choice)
    ]
    keys = table.keys
    where = f"{table.page} {table.figure} {dict(choice)}"
    missing = [key for row in shown[:1] for key in keys if key not in row]
    assert not missing, f"{where}: the table has no column {missing}"
    there = Counter(tuple(row[key] for key in keys) for row in shown)
    wanted = Counter(tuple(row[key] for key in keys) for row in expected)
    if not table.part and table.figure != "waterfall":
        assert there == wanted, f"{where}: {there - wanted} more, {wanted - there} fewer rows"
    assert not there - wanted, f"{where}: {there - wanted}"
    rows = {tuple(row[key] for key in keys): row for row in expected}
    cells = []
    for row in shown:
        key = tuple(row[key] for key in keys)
        if wanted[key] == 1:
            cells += [
                Cell(f"{where} {key} {column}", text, rows[key][column])
                for column, text in row.items()
                if column in rows[key] and column not in keys
            ]
            unknown = set(row) - set(rows[key])
            assert not unknown, f"{where}: this test's query does not find {unknown}"
    return cells


# ---- tables with heads on two sides ----

ROWS = """(figure) => [...document.querySelectorAll(`#${figure} tbody tr`)].map((row) =>
  [...row.children].map((cell) => cell.textContent))"""
BANDS = ("green", "yellow", "red", "onboarding", "insufficient_data", "unscored", "not_there")


def in_unit(value: float | None, unit: str) -> str:
    """A value of the scorecard."""
    if value is None:
        return MISSING
    if unit == "fraction":
        return formats.percent(value)
    return formats.number(value) + (" ×" if unit == "times" else "")


def scorecard_cells(page: Page, marts: duckdb.DuckDBPyConnection) -> list[Cell]:
    """The scorecard of the newest month, row by row; its source is compared by the words' tests."""
    found = marts.execute(
        "select metric, value, n, unit, benchmark_low, benchmark_high, target, status "
        "from kpi_scorecard where month = (select max(month) from kpi_scorecard)"
    ).fetchall()
    retention = {
        f"{rate}_12m": (low, high)
        for rate, low, high in marts.execute(
            "select unnest(['nrr', 'grr']), unnest([nrr_low, grr_low]), "
            "unnest([nrr_high, grr_high]) from kpi_nrr where basis = 'restated' "
            "and segment_type = 'all' and retention_window = '12m' "
            "and month = (select max(month) from kpi_scorecard)"
        ).fetchall()
    }
    rows = {row["metric"]: row for row in page.evaluate(READ, "scorecard")}
    cells = []
    for metric, value, n, unit, low, high, target, status in found:
        kind, _, what = metric.partition("|")
        name = formats.named("metric", kind) + (f" ({what})" if what else "")
        ends = f"{in_unit(low, unit)} – {in_unit(high, unit)}"
        if high is None:
            ends = f"{in_unit(low, unit)} or more"
        expected = {
            "value": in_unit(value, unit),
            "status": formats.named("scorecard_status", status),
            "range": MISSING if low is None and high is None else ends,
            "target": in_unit(target, unit),
            "n": formats.shown(formats.count, n),
        }
        if metric in retention:
            between = [in_unit(end, unit) for end in retention[metric]]
            expected["interval"] = " – ".join(between) if MISSING not in between else MISSING
        row = rows.pop(name)
        cells += [
            Cell(f"scorecard scorecard {name} {column}", row[column], wanted)
            for column, wanted in expected.items()
        ]
    assert not rows, f"the scorecard has {rows} besides"
    return cells


def moves_cells(page: Page, marts: duckdb.DuckDBPyConnection) -> list[Cell]:
    """Accounts by band before and now."""
    counted = marts.execute(
        "with newest as (select max(month) as month from fct_health_scores), "
        "bands as (select account_id, max(case when month = (from newest) then health_band end), "
        "max(case when month < (from newest) then health_band end) from fct_health_scores "
        "where month >= (from newest) - interval 1 month group by account_id) "
        "select * exclude (account_id) from bands"
    ).fetchall()
    pairs = Counter((before or "not_there", now or "not_there") for now, before in counted)
    froms, tos = (
        [band for band in BANDS if any(pair[side] == band for pair in pairs)] for side in (0, 1)
    )
    rows = page.evaluate(ROWS, "moves")
    expected = [
        [
            formats.named("health_band", before),
            *(formats.count(pairs[before, now]) if pairs[before, now] else "·" for now in tos),
        ]
        for before in froms
    ]
    assert [len(row) for row in rows] == [len(row) for row in expected]
    return [
        Cell(f"customers moves {row[0]}", shown, wanted)
        for row, right in zip(rows, expected, strict=True)
        for shown, wanted in zip(row, right, strict=True)
    ]
