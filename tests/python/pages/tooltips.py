"""What charts say when a mark is pointed at, beside what the marts say of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from playwright.sync_api import Page

from pages.cells import found_rows
from pages.figures import BY_MONTH, TABLES, Table
from pages.formats import (
    MISSING,
    Money,
    count,
    factor,
    label,
    month,
    named,
    percent,
    shown,
    texts,
)

Row = dict[str, Any]
Words = tuple[str, ...]
TIP = "#vg-tooltip-element"
MOVEMENTS = (
    *("new_mrr", "expansion_mrr", "reactivation_mrr", "contraction_mrr", "churn_mrr"),
    *("fx_mrr", "merge_mrr", "prior_period_mrr", "segment_transfer_mrr"),
)
BANDS = ("green", "yellow", "red", "unscored")
# Marks that are too small to be pointed at.
SMALLEST = 3


def when(row: Row) -> str:
    """The period of a row, and whether its books are open."""
    period = month(row.get("period_label") or row["month"])
    return f"{period} (provisional)" if row.get("books") == "open" else period


def waterfall(money: Money, row: Row) -> Iterable[Words]:
    moved = [name for name in MOVEMENTS if row[name]]
    for name in ("opening_mrr", *moved, "closing_mrr"):
        of = {**row, "books": None} if name == "opening_mrr" else row
        yield when(of), texts()["movements"][name], money.full(row[name])


def stack(money: Money, row: Row) -> Iterable[Words]:
    for name in MOVEMENTS:
        if row[name]:
            yield when(row), label(name), money.full(row[name])


def interval(row: Row, rate: str) -> str:
    low, high = row[f"{rate}_low"], row[f"{rate}_high"]
    if low is None:
        return named("interval_note", row.get("interval_note"))
    return f"{percent(low)} – {percent(high)}"


def rates(*names: str) -> Callable[[Money, Row], Iterable[Words]]:
    def words(_: Money, row: Row) -> Iterable[Words]:
        for name in names:
            if row[name] is not None:
                rate = percent(row[name])
                yield when(row), label(name), rate, interval(row, name)

    return words


def driver(money: Money, row: Row) -> Iterable[Words]:
    yield named("driver", row["driver"]), money.full(row["amount"])


def segment(_: Money, row: Row) -> Iterable[Words]:
    accounts = count(row["opening_accounts"])
    yield row["segment"], percent(row["nrr"]), interval(row, "nrr"), accounts


def renewal(money: Money, row: Row) -> Iterable[Words]:
    state = texts()["notes"]["matured" if row["is_matured"] else "provisional"]
    rate = shown(percent, row["renewal_rate"])
    yield month(row["month"]), rate, state, money.full(row["expiring_mrr"])


def cohort(money: Money, row: Row) -> Iterable[Words]:
    kept = percent(row["nrr"]), percent(row["logo_retention"]), money.full(row["retained_mrr"])
    yield month(row["cohort_month"]), str(row["months_since"]), *kept


def schedule(money: Money, row: Row) -> Iterable[Words]:
    for name in ("scheduled_mrr", "outlook_mrr"):
        yield month(row["month"]), label(name), shown(money.full, row[name])


def ahead(money: Money, row: Row) -> Iterable[Words]:
    for band in BANDS:
        if row[f"{band}_mrr"]:
            due = money.full(row[f"{band}_mrr"])
            yield row["period_label"], named("health_band", band), due


def health(_: Money, row: Row) -> Iterable[Words]:
    yield month(row["month"]), _band(row), count(row["accounts"])


def health_mrr(money: Money, row: Row) -> Iterable[Words]:
    yield month(row["month"]), _band(row), money.full(row["mrr"])


def _band(row: Row) -> str:
    return named("health_band", row["health_band"] or "unscored")


def usage(_: Money, row: Row) -> Iterable[Words]:
    stage = named("lifecycle_stage", row["lifecycle_stage"])
    yield stage, named("usage_trend", row["usage_trend"]), count(row["accounts"])


def rfm(money: Money, row: Row) -> Iterable[Words]:
    held = count(row["accounts"]), money.full(row["mrr"])
    yield str(row["r_score"]), str(row["f_score"]), *held


def blocked(_: Money, row: Row) -> Iterable[Words]:
    yield named("guard_reason", row["reason"]), count(row["offers"])


def win_rate(_: Money, row: Row) -> Iterable[Words]:
    rate = "proposal_win_rate"
    if row[rate] is not None:
        sure = MISSING if row[f"{rate}_low"] is None else interval(row, rate)
        won = f"{count(row['won_proposals'])} / {count(row['proposals'])}"
        state = texts()["notes"]["matured"]
        if not row["is_cohort_matured"]:
            state = texts()["figures"]["funnel"]["open"]
        yield month(row["month"]), percent(row[rate]), sure, won, state


def affinity(_: Money, row: Row) -> Iterable[Words]:
    pair = row["antecedent"], row["consequent"]
    yield *pair, factor(row["lift"]), percent(row["confidence"]), count(row["n_both"])


@dataclass(frozen=True)
class Chart:
    """A chart: whose rows it draws, what it says of each, and with which marks."""

    table: Table
    words: Callable[[Money, Row], Iterable[Words]]
    marks: str


def _chart(
    page: str, figure: str, words: Callable[[Money, Row], Iterable[Words]], marks: str = "rect"
) -> Chart:
    tables = (*BY_MONTH, *TABLES)
    table = next(one for one in tables if (one.page, one.figure) == (page, figure))
    return Chart(table, words, marks)


CHARTS = (
    _chart("overview", "month_waterfall", waterfall),
    _chart("overview", "retention", rates("nrr", "grr"), "symbol"),
    _chart("overview", "renewals_ahead", ahead),
    _chart("revenue", "waterfall", waterfall),
    _chart("revenue", "stack", stack),
    _chart("revenue", "drivers", driver),
    _chart("revenue", "segments", segment, "symbol"),
    _chart("revenue", "renewals", renewal, "symbol"),
    _chart("revenue", "cohorts", cohort),
    _chart("revenue", "schedule", schedule, "symbol"),
    _chart("customers", "health", health),
    _chart("customers", "health_mrr", health_mrr),
    _chart("customers", "usage", usage),
    _chart("customers", "rfm", rfm),
    _chart("growth", "blocked", blocked),
    _chart("growth", "funnel", win_rate, "symbol"),
    _chart("growth", "affinity", affinity),
)


def expected_words(
    marts: duckdb.DuckDBPyConnection, chart: Chart, money: Money, choice: Mapping[str, str]
) -> set[Words]:
    """Everything that a chart may say."""
    rows = found_rows(marts, chart.table, choice)
    if chart.table.figure == "waterfall":
        newest = max(row["period_label"] for row in rows)
        rows = [row for row in rows if row["period_label"] == newest]
    return {words for row in rows for words in chart.words(money, row)}


def said_words(page: Page, chart: Chart, most: int, draw: random.Random) -> list[Words]:
    """What some marks of a chart say when the mouse is over them."""
    figure = chart.table.figure
    marks = page.query_selector_all(f"#{figure} svg g.mark-{chart.marks}.role-mark path")
    said: list[Words] = []
    for mark in draw.sample(marks, min(len(marks), 4 * most)):
        if len(said) == most:
            break
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        if box is None or min(box["width"], box["height"]) < SMALLEST:
            continue
        page.mouse.move(0, 0)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        tip = page.query_selector_all(f"{TIP}.visible td.value")
        assert tip, f"{figure}: a mark says nothing"
        said.append(tuple(cell.inner_text() for cell in tip))
    return said
