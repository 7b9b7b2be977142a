"""The edge accounts of the sample company, cell by cell, in the marts that a build publishes.

Expected numbers are those of docs/specification/cases.md, on both bases: restated with everything
known now, and as reported, each month as its own close knew it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import PROJECT, Company
from expansion_warehouse.sample.edge_cases import LAST_CASE
from expansion_warehouse.sample.options import AS_OF_DATE

MONEY = ("new", "expansion", "contraction", "churn", "reactivation")
BASES = ("restated", "as_reported")
Rates = dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True)
class Case:
    """What the marts must show of the accounts of one case.

    `moves`: every month whose class is not flat, "month class amount"; with `fx` these are all
    changes of MRR, so they fix the balance of every month. `drivers`: every driver but those of
    accounts that open or close with nothing, "month product driver amount", then `pre` where it
    was signed before and `win` where it is somebody's sale. `cells`: sums over the month's rows of
    `fct_mrr`, and of what stands beside it. `rates`: NRR and GRR of the
    accounts together, by window and closing month.

    Both bases show the same, except where something was recorded after a close: `reported` then
    lists the moves as they were published, with "month prior_period amount origin" and "month merge
    amount"; `reported_cells` and `reported_rates` name what else differs.
    """

    code: str
    accounts: str = ""
    moves: tuple[str, ...] = ()
    fx: dict[str, int] = field(default_factory=dict)
    drivers: tuple[str, ...] | None = None
    cells: dict[str, int | bool] = field(default_factory=dict)
    rates: Rates = field(default_factory=dict)
    quarantine: dict[str, str] = field(default_factory=dict)
    reported: tuple[str, ...] | None = None
    reported_drivers: tuple[str, ...] | None = None
    reported_cells: dict[str, int | bool] = field(default_factory=dict)
    reported_rates: Rates = field(default_factory=dict)

    @property
    def account_ids(self) -> list[str]:
        return (self.accounts or self.code).split()

    def on(self, basis: str) -> Case:
        """The case as one basis must show it."""
        if basis == "restated":
            return self
        late = self.reported is not None
        return replace(
            self,
            moves=self.reported if self.reported is not None else self.moves,
            drivers=self.reported_drivers if late else self.drivers,
            cells={**self.cells, **self.reported_cells},
            rates={**self.rates, **self.reported_rates},
        )


CASES = (
    # 6.1 Normalisation
    Case(
        "E01",
        moves=("2025-04 new 100000", "2026-04 churn -100000"),
        cells={
            "2025-04 arr": 1200000,
            "2026-03 mrr": 100000,
            "2026-03 expiring_mrr": 100000,
            "2026-03 renewed_mrr": 0,
            "2026-04 expiring_mrr": 0,
        },
        rates={"1m 2026-03": ("1", "1"), "1m 2026-04": ("0", "0")},
    ),
    Case("E02", moves=("2025-04 new 100000",)),
    Case("E03", moves=("2025-04 new 100000",)),
    Case("E04", "E04-JPY", ("2025-04 new 8333",), cells={"2025-04 arr": 100000}),
    # 83.33 dollars at 150, then at 145.
    Case(
        "E04",
        "E04-USD",
        ("2025-04 new 12500",),
        fx={"2026-04": -417},
        cells={"2025-04 arr": 150000, "2026-04 arr": 145000},
    ),
    Case("E05", moves=("2025-04 new 43333",)),
    Case("E06", moves=("2025-04 new 100000",), cells={"2025-04 one_time_amount": 500000}),
    Case("E07", moves=("2025-04 new 100000",)),
    Case(
        "E08",
        moves=("2025-04 new 80000",),
        cells={"2025-04 gross_mrr": 100000, "2025-04 discount_mrr": 20000},
    ),
    Case(
        "E09",
        moves=("2025-04 new 50000", "2025-07 expansion 50000"),
        drivers=("2025-07 EDGE-BASE discount_expiry 50000",),
        cells={"2025-06 discount_mrr": 50000, "2025-07 discount_mrr": 0},
    ),
    Case(
        "E10",
        moves=("2024-04 new 2000", "2025-04 expansion 2000", "2026-04 expansion 2000"),
        drivers=("2025-04 EDGE-BASE price 2000 pre", "2026-04 EDGE-BASE price 2000 pre"),
        # All three steps were signed in March 2024; each ends where the next begins.
        cells={
            "2024-02 cmrr": 0,
            "2024-03 cmrr": 6000,
            "2024-04 cmrr": 6000,
            "2026-04 cmrr": 6000,
            "2025-03 expiring_mrr": 2000,
            "2025-03 renewed_mrr": 2000,
        },
        rates={"12m 2025-04": ("2", "1"), "12m 2025-04 unsigned": ("1", "1")},
    ),
    Case("E11", moves=("2025-04 new 100000",), cells={"2025-03 rows": 0}),
    Case(
        "E12",
        moves=("2025-09 new 30000",),
        cells={"2025-08 mrr": 0},
        rates={"1m 2025-09": (None, None)},
    ),
    Case(
        "E13",
        moves=("2025-04 new 100000",),
        cells={
            "2025-05 usage_amount": 35000,
            "2025-05 usage_mrr_3m_avg": 11667,
            "2025-07 usage_mrr_3m_avg": 11667,
        },
        rates={"1m 2025-05": ("1", "1")},
    ),
    Case(
        "E14",
        moves=("2024-10 new 10000", "2025-10 contraction -2000"),
        drivers=("2025-10 EDGE-BASE term_conversion -2000",),
        cells={"2025-09 expiring_mrr": 10000, "2025-09 renewed_mrr": 8000},
        rates={"1m 2025-10": ("0.8", "0.8")},
    ),
    # 33.34 + 2 x 33.33 dollars at 150: each product rounds for itself.
    Case("E15", moves=("2025-04 new 15001",), fx={"2026-04": -501}),
    Case("E16", moves=("2025-01 new 30000", "2025-05 churn -30000")),
    Case("E17", moves=("2025-04 new 100000",), cells={"2026-04 mrr": 100000}),
    # 6.2 Dates
    Case("E18", moves=("2025-04 new 100000",)),
    Case("E19", "E19-LAST", ("2025-01 new 100000", "2025-05 churn -100000")),
    Case("E19", "E19-BEFORE", ("2025-01 new 100000", "2025-04 churn -100000")),
    # On the books at 13 month-ends.
    Case("E20", moves=("2024-02 new 100000", "2025-03 churn -100000")),
    Case("E21", moves=("2024-01 new 100000", "2025-01 churn -100000")),
    Case("E22", moves=("2024-01 new 100000",), cells={"2024-02 mrr": 100000, "2024-03 rows": 1}),
    Case("E23", cells={"2025-05 rows": 0, "2025-05 intra_month": 50000}),
    Case("E24", quarantine={"E24-1": "end_before_start"}),
    Case("E25", quarantine={"E25-1": "term_lt_28d"}),
    Case("E26", moves=("2025-04 new 100000",), cells={"2026-06 mrr": 100000, "2026-07 rows": 0}),
    Case(
        "E27",
        moves=("2025-06 new 100000",),
        cells={
            "2025-02 cmrr": 0,
            "2025-03 cmrr": 100000,
            "2025-05 cmrr": 100000,
            "2025-06 cmrr": 100000,
        },
    ),
    Case("E28", moves=("2025-04 new 100000",)),
    # 6.3 Gaps and overlaps
    Case(
        "E30",
        moves=("2024-10 new 100000",),
        cells={
            "2025-02 is_gap_filled": False,
            "2025-03 is_gap_filled": True,
            "2025-03 expiring_mrr": 100000,
            "2025-03 renewed_mrr": 100000,
        },
        rates={"1m 2025-03": ("1", "1")},
    ),
    Case("E31", moves=("2024-10 new 100000",), cells={"2025-03 is_gap_filled": True}),
    Case(
        "E32",
        moves=("2024-10 new 100000", "2025-03 churn -100000", "2025-04 reactivation 100000"),
        cells={"2025-03 expiring_mrr": 100000, "2025-03 renewed_mrr": 0},
    ),
    # The renewal was recorded on 20 May: March closed as churn, May's books bring it back.
    Case(
        "E33",
        moves=("2024-10 new 100000",),
        cells={"2025-03 mrr": 100000, "2025-03 is_gap_filled": True, "2025-04 mrr": 100000},
        rates={"1m 2025-03": ("1", "1"), "3m 2025-05": ("1", "1")},
        reported=(
            "2024-10 new 100000",
            "2025-03 churn -100000",
            "2025-05 prior_period 100000 reactivation",
        ),
        reported_drivers=("2025-05 EDGE-BASE prior_period 100000",),
        reported_cells={"2025-03 mrr": 0, "2025-03 is_gap_filled": False, "2025-04 mrr": 0},
        reported_rates={"1m 2025-03": ("0", "0")},
    ),
    Case(
        "E34",
        moves=("2024-04 new 100000", "2025-03 expansion 20000"),
        drivers=("2025-03 EDGE-BASE price 20000 win",),
        cells={"2025-03 expiring_mrr": 100000, "2025-03 renewed_mrr": 100000},
    ),
    Case(
        "E35",
        moves=("2025-04 new 100000", "2025-06 expansion 40000"),
        drivers=("2025-06 EDGE-OTHER cross_sell 40000 win",),
    ),
    # Signed in May: a win of May's sellers, counted in June as agreed before.
    Case(
        "E36",
        moves=("2025-04 new 100000", "2025-06 expansion 100000"),
        drivers=("2025-06 EDGE-BASE seats 100000 pre",),
        cells={"2025-06 unlinked_overlaps": 1},
    ),
    Case(
        "E37",
        moves=("2025-04 new 10000", "2025-05 expansion 5000"),
        drivers=("2025-05 EDGE-BASE seats 5000 win",),
        cells={"2025-05 quantity": 15},
    ),
    Case(
        "E38",
        moves=("2025-04 new 10000", "2025-05 expansion 5000"),
        drivers=("2025-05 EDGE-BASE seats 5000 win",),
        cells={
            "2026-04 quantity": 15,
            "2026-03 expiring_mrr": 15000,
            "2026-03 renewed_mrr": 15000,
        },
    ),
    Case(
        "E39",
        moves=("2025-01 new 100000", "2025-05 expansion 5059", "2026-01 contraction -5059"),
        drivers=(
            "2025-05 EDGE-ADD-ON add_on 5059 win",
            "2026-01 EDGE-ADD-ON product_drop -5059",
        ),
    ),
    # 6.4 Bad data
    Case("E40", moves=("2025-04 new 100000",), cells={"2025-04 duplicates": 1}),
    Case(
        "E41",
        moves=("2025-04 new 100000", "2025-05 expansion 20000"),
        drivers=("2025-05 EDGE-BASE price 20000 win",),
        cells={"2025-04 mrr": 100000, "2025-05 mrr": 120000},
    ),
    Case("E42", moves=("2025-04 new 100000", "2025-06 expansion 100000")),
    Case(
        "E43",
        quarantine={
            "E43-NULL": "null_customer 50000",
            "E43-EMPTY": "null_customer 50000",
            "E43-SPACE": "null_customer 50000",
        },
    ),
    Case("E44", quarantine={"E44-1": "orphan_customer 50000"}),
    Case("E45", moves=("2025-04 new 150000",)),
    Case("E46", quarantine={"E46-1": "negative_amount -20000"}),
    Case(
        "E47",
        moves=("2025-04 new 80000",),
        cells={"2025-04 gross_mrr": 100000, "2025-04 discount_mrr": 20000},
    ),
    Case("E48", quarantine={"E48-1": "net_negative 10000", "E48-D": "net_negative -20000"}),
    Case("E49", quarantine={"E49-1": "null_amount"}),
    Case("E50", cells={"2025-04 rows": 1, "2025-04 quantity": 0, "2025-04 mrr": 0}),
    Case("E51", cells={"2025-06 rows": 0}),
    Case(
        "E52",
        moves=("2025-04 new 100000", "2025-06 churn -100000"),
        rates={"1m 2025-05": ("1", "1"), "1m 2025-06": ("0", "0")},
    ),
    Case("E54", quarantine={"E54-1": "bad_date"}),
    Case("E55", moves=("2025-04 new 100000",)),
    Case("E56", cells={"2025-04 rows": 0}),
    # 6.5 Currency and refunds
    Case(
        "E58",
        moves=("2025-04 new 150000",),
        fx={"2026-04": -5000},
        cells={"2025-06 mrr_spot": 150000, "2025-07 mrr_spot": 140000},
        rates={"1m 2025-07": ("1", "1")},
    ),
    Case(
        "E59",
        moves=("2025-04 new 150000", "2025-10 expansion 10000"),
        drivers=("2025-10 EDGE-BASE price 10000 win",),
    ),
    Case(
        "E60",
        moves=("2025-10 new 150000",),
        fx={"2026-04": -5000},
        drivers=("2026-04 EDGE-BASE fx -5000",),
        rates={"1m 2026-04": ("1", "1"), "3m 2026-05": ("1", "1")},
    ),
    Case(
        "E61",
        moves=("2025-04 new 100000",),
        cells={"2025-06 refunded_amount": -100000, "2025-06 net_amount": -100000},
    ),
    Case(
        "E62",
        moves=("2025-04 new 100000", "2025-06 churn -100000"),
        cells={"2025-06 refunded_amount": -1200000},
    ),
    Case(
        "E63",
        moves=("2025-04 new 100000",),
        cells={
            "2025-06 credited_amount": -100000,
            "2025-06 net_amount": 0,
            "2025-07 net_amount": 100000,
        },
    ),
    # 6.6 Movements and retention
    Case(
        "E64",
        moves=("2025-04 new 100000", "2025-06 expansion 20000"),
        drivers=("2025-06 EDGE-BASE seats -10000", "2025-06 EDGE-OTHER cross_sell 30000 win"),
        cells={"2025-06 kept_by_product": 90000},
        rates={"1m 2025-06": ("1.2", "1")},
    ),
    Case(
        "E65",
        moves=("2025-04 new 10000", "2025-06 expansion 14000"),
        drivers=("2025-06 EDGE-BASE plan 9000 win", "2025-06 EDGE-BASE seats 5000 win"),
    ),
    Case(
        "E66",
        moves=("2025-04 new 150000", "2025-10 contraction -60000"),
        drivers=("2025-10 EDGE-BASE price -60000",),
        cells={"2025-09 expiring_mrr": 150000, "2025-09 renewed_mrr": 90000},
        rates={"1m 2025-10": ("0.6", "0.6")},
    ),
    Case(
        "E67",
        "E67-PLAIN",
        ("2025-04 new 50000",),
        drivers=(
            "2025-06 EDGE-BASE product_drop -50000",
            "2025-06 EDGE-THIRD cross_sell 50000 win",
        ),
        cells={"2025-06 kept_by_product": 0},
        rates={"1m 2025-06": ("1", "1")},
    ),
    Case(
        "E67",
        "E67-SUCCESSOR",
        ("2025-04 new 50000",),
        drivers=(),
        cells={"2025-05 expiring_mrr": 50000, "2025-05 renewed_mrr": 50000},
    ),
    Case(
        "E68",
        moves=("2025-04 new 100000", "2025-06 churn -100000"),
        cells={"2025-06 intra_month": 150000},
    ),
    Case("E69", moves=("2025-04 new 100000",), drivers=()),
    Case("E70", moves=("2025-05 new 150000",), drivers=()),
    Case("E71", moves=("2025-06 new 50000",), rates={"1m 2025-06": (None, None)}),
    Case(
        "E72",
        moves=("2025-04 new 100000", "2025-06 churn -100000"),
        rates={"1m 2025-06": ("0", "0")},
    ),
    Case(
        "E73",
        moves=("2025-01 new 100000", "2025-05 churn -100000", "2025-06 reactivation 100000"),
        rates={"1m 2025-05": ("0", "0"), "1m 2025-06": (None, None), "12m 2026-04": ("1", "1")},
    ),
    Case(
        "E74",
        moves=("2024-01 new 100000", "2024-07 churn -100000", "2025-08 reactivation 100000"),
        rates={"12m 2025-08": (None, None), "3m 2025-11": ("1", "1")},
    ),
    Case(
        "E75",
        "E75-UP E75-GONE E75-NEW",
        (
            "2025-01 new 1000",
            "2025-06 new 500",
            "2025-08 churn -400",
            "2025-09 expansion 100",
            "2025-12 churn -500",
        ),
        rates={"12m 2026-01": ("0.7", "0.6")},
    ),
    Case(
        "E76",
        "E76-UP E76-DOWN",
        ("2025-04 new 200", "2025-06 contraction -50", "2025-06 expansion 50"),
        rates={"1m 2025-06": ("1", "0.75")},
    ),
    Case(
        "E77",
        moves=("2025-04 new 100", "2025-06 contraction -20", "2025-09 expansion 20"),
        rates={"12m 2026-05": ("1", "1"), "12m 2026-05 flow": ("1", "0.8")},
    ),
    Case(
        "E78",
        moves=("2025-04 new 100000", "2025-09 churn -100000"),
        rates={"1m 2025-09": ("0", "0")},
    ),
    Case(
        "E79",
        moves=("2025-04 new 100000", "2025-10 expansion 200000"),
        rates={"1m 2025-10": ("3", "1")},
    ),
    Case(
        "E80",
        moves=("2025-04 new 100000", "2025-06 pause -100000", "2025-08 resume 100000"),
        drivers=("2025-06 EDGE-BASE pause -100000", "2025-08 EDGE-BASE resume 100000"),
        cells={"2025-05 is_paused": False, "2025-06 is_paused": True, "2025-07 is_paused": True},
    ),
    # Due on 30 April; the sixtieth day after is 29 June.
    Case(
        "E81",
        moves=("2025-04 new 100000", "2025-06 churn -100000"),
        rates={"1m 2025-06": ("0", "0")},
    ),
    # A payment brings the customer back from its day on; June stays churn on both bases.
    Case(
        "E81",
        "E81-PAID",
        ("2025-04 new 100000", "2025-06 churn -100000", "2025-07 reactivation 100000"),
        rates={"1m 2025-06": ("0", "0"), "1m 2025-07": (None, None)},
    ),
    Case(
        "E82",
        moves=("2024-09 new 100000", "2025-09 churn -100000"),
        cells={
            "2025-04 pending_churn_mrr": 0,
            "2025-05 pending_churn_mrr": 100000,
            "2025-08 pending_churn_mrr": 100000,
            "2025-09 pending_churn_mrr": 0,
            "2025-04 cmrr": 100000,
            "2025-05 cmrr": 0,
            "2025-08 expiring_mrr": 100000,
            "2025-08 renewed_mrr": 0,
        },
    ),
    # Ended before its term: nothing was up for renewal, then or later.
    Case(
        "E83",
        moves=("2025-04 new 100000", "2025-05 churn -100000"),
        cells={"2025-05 expiring_mrr": 0, "2026-03 expiring_mrr": 0},
    ),
    Case(
        "E84",
        moves=("2024-07 new 100000",),
        cells={"2025-06 expiring_mrr": 0, "2026-06 expiring_mrr": 0},
        rates={"12m 2026-06": ("1", "1")},
    ),
    Case(
        "E85",
        moves=("2024-01 new 750000", "2024-07 expansion 250000", "2025-07 contraction -50000"),
        cells={
            "2025-05 expiring_mrr": 0,
            "2025-06 mrr": 1000000,
            "2025-06 expiring_mrr": 250000,
            "2025-06 renewed_mrr": 200000,
            "2025-07 expiring_mrr": 0,
        },
        rates={"1m 2025-07": ("0.95", "0.95")},
    ),
    # Two units at 75,000 become one at 150,000; as reported, June merges what May had apart.
    Case(
        "E86",
        "E86-A",
        ("2025-04 new 150000",),
        drivers=("2025-06 EDGE-BASE price 75000", "2025-06 EDGE-BASE seats -75000"),
        rates={"1m 2025-06": ("1", "1")},
        reported=("2025-04 new 100000", "2025-06 merge 50000"),
        reported_drivers=(
            "2025-06 EDGE-BASE merge 50000",
            "2025-06 EDGE-BASE price 75000",
            "2025-06 EDGE-BASE seats -75000",
        ),
    ),
    Case(
        "E86",
        "E86-B",
        reported=("2025-04 new 50000", "2025-06 merge -50000"),
        reported_drivers=("2025-06 EDGE-BASE merge -50000",),
    ),
    # Recorded on 20 July: June closed with two customers.
    Case(
        "E86",
        "E86-LATE-A",
        ("2025-04 new 150000",),
        cells={"2025-06 mrr": 150000},
        rates={"1m 2025-07": ("1", "1")},
        reported=("2025-04 new 100000", "2025-07 merge 50000"),
        reported_drivers=("2025-07 EDGE-BASE merge 50000",),
        reported_cells={"2025-06 mrr": 100000},
    ),
    Case(
        "E86",
        "E86-LATE-B",
        cells={"2025-06 mrr": 0, "2025-07 mrr": 0},
        reported=("2025-04 new 50000", "2025-07 merge -50000"),
        reported_drivers=("2025-07 EDGE-BASE merge -50000",),
        reported_cells={"2025-06 mrr": 50000},
    ),
    Case(
        "E87",
        "E87-A",
        ("2025-04 new 150000", "2025-06 contraction -20000"),
        drivers=("2025-06 EDGE-BASE price 55000", "2025-06 EDGE-BASE seats -75000"),
        rates={"1m 2025-06": ("13/15", "13/15"), "12m 2026-04": ("13/15", "13/15")},
        reported=("2025-04 new 100000", "2025-06 merge 50000", "2025-06 contraction -20000"),
        reported_drivers=(
            "2025-06 EDGE-BASE merge 50000",
            "2025-06 EDGE-BASE price 55000",
            "2025-06 EDGE-BASE seats -75000",
        ),
    ),
    Case(
        "E87",
        "E87-B",
        reported=("2025-04 new 50000", "2025-06 merge -50000"),
        reported_drivers=("2025-06 EDGE-BASE merge -50000",),
    ),
    Case("E88", "E88-X", ("2025-04 new 100000",)),
    Case("E88", "E88-Y", ("2025-04 new 100000",)),
    Case("E88", "E88-RESELLER", cells={"2025-04 rows": 0}),
    Case(
        "E89",
        moves=("2025-04 new 1", "2025-06 expansion 99999"),
        rates={"1m 2025-06": ("100000", "1")},
    ),
    # 6.7 Time travel: what was recorded on 10 June is news of June's books, not of those closed.
    Case(
        "E90",
        moves=("2024-04 new 100000", "2025-04 expansion 20000"),
        drivers=("2025-04 EDGE-BASE price 20000 win",),
        cells={"2025-04 mrr": 120000, "2025-05 mrr": 120000, "2025-06 mrr": 120000},
        rates={
            "1m 2025-04": ("1.2", "1"),
            "12m 2025-05": ("1.2", "1"),
            "1m 2025-06": ("1", "1"),
            "12m 2025-06": ("1.2", "1"),
        },
        reported=("2024-04 new 100000", "2025-06 prior_period 20000 expansion"),
        reported_drivers=("2025-06 EDGE-BASE prior_period 20000",),
        reported_cells={"2025-04 mrr": 100000, "2025-05 mrr": 100000},
        reported_rates={"1m 2025-04": ("1", "1"), "12m 2025-05": ("1", "1")},
    ),
    Case(
        "E90",
        "E90-LESS",
        ("2024-04 new 100000", "2025-04 contraction -30000"),
        drivers=("2025-04 EDGE-BASE price -30000",),
        rates={"1m 2025-04": ("0.7", "0.7"), "1m 2025-06": ("1", "1")},
        reported=("2024-04 new 100000", "2025-06 prior_period -30000 contraction"),
        reported_drivers=("2025-06 EDGE-BASE prior_period -30000",),
        reported_rates={"1m 2025-04": ("1", "1")},
    ),
    # 200 dollars more from March on, heard of in April: at 150 as news, then all of it at 145.
    Case(
        "E90",
        "E90-USD",
        ("2025-04 new 150000", "2026-03 expansion 30000"),
        fx={"2026-04": -6000},
        drivers=("2026-03 EDGE-BASE price 30000 win", "2026-04 EDGE-BASE fx -6000"),
        cells={"2026-03 mrr": 180000, "2026-04 mrr": 174000},
        rates={"1m 2026-03": ("1.2", "1"), "1m 2026-04": ("1", "1")},
        reported=("2025-04 new 150000", "2026-04 prior_period 30000 expansion"),
        reported_drivers=("2026-04 EDGE-BASE fx -6000", "2026-04 EDGE-BASE prior_period 30000"),
        reported_cells={"2026-03 mrr": 150000},
        reported_rates={"1m 2026-03": ("1", "1")},
    ),
    Case(
        "E91",
        moves=("2024-04 new 100000", "2025-05 churn -100000"),
        cells={"2025-05 mrr": 0, "2025-06 mrr": 0},
        rates={
            "1m 2025-05": ("0", "0"),
            "12m 2025-05": ("0", "0"),
            "1m 2025-06": (None, None),
            "12m 2025-06": ("0", "0"),
        },
        reported=("2024-04 new 100000", "2025-06 prior_period -100000 churn"),
        reported_drivers=("2025-06 EDGE-BASE prior_period -100000",),
        reported_cells={"2025-05 mrr": 100000},
        reported_rates={"1m 2025-05": ("1", "1"), "12m 2025-05": ("1", "1")},
    ),
    Case(
        "E92",
        moves=("2025-05 new 100000",),
        cells={"2025-05 mrr": 100000},
        rates={"1m 2025-06": ("1", "1")},
        reported=("2025-06 prior_period 100000 new",),
        reported_drivers=("2025-06 EDGE-BASE prior_period 100000",),
        reported_cells={"2025-05 mrr": 0},
    ),
    Case("E95", moves=("2025-04 new 18000",), quarantine={"E95-1": "future_event"}),
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Marts:
    """Rows of one basis of the published marts, by account."""

    movements: dict[str, list[Row]]
    drivers: dict[str, list[Row]]
    cells: dict[str, list[Row]]
    retention: dict[str, list[Row]]
    quarantine: list[Row]

    def months(self, case: Case) -> Iterator[Row]:
        """Account-months of a case, each account in the order of its months."""
        for account in case.account_ids:
            yield from self.movements.get(account, [])


@pytest.fixture(scope="module")
def marts(sample_company: Company) -> dict[str, Marts]:
    with duckdb.connect(str(sample_company.marts), read_only=True) as connection:
        connection.execute(f"attach '{sample_company.database}' as build (read_only)")
        return {basis: read_marts(connection, basis) for basis in BASES}


def read_marts(connection: duckdb.DuckDBPyConnection, basis: str) -> Marts:
    """What one basis shows of the edge accounts."""

    def rows(query: str) -> list[Row]:
        found = connection.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def by_account(query: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows(query):
            found[row["account_id"]].append(row)
        return dict(found)

    mine = "account_id similar to 'E[0-9]{2}(-.*)?'"
    shown = f"basis = '{basis}' and {mine}"
    known = "'restated'" if basis == "restated" else "strftime(month, '%Y-%m')"
    return Marts(
        movements=by_account(f"from fct_mrr_movements where {shown} order by account_id, month"),
        drivers=by_account(f"from fct_mrr_drivers where {shown}"),
        cells=by_account(
            f"select account_id, month, product_id, quantity, mrr, gross_mrr, discount_mrr, "
            f"mrr_spot, arr, is_gap_filled, is_paused, usage_mrr_3m_avg, cmrr, pending_churn_mrr, "
            f"1 as rows "
            f"from fct_mrr where {shown} "
            f"union all by name from fct_nonrecurring_revenue where {mine} "
            f"union all by name from fct_billings where {mine} "
            f"union all by name select account_id, first_month as month, 1 as unlinked_overlaps "
            f"from build.intermediate.int_unlinked_overlaps where {mine} "
            f"union all by name select account_id, month, expiring_mrr, renewed_mrr "
            f"from build.intermediate.int_renewals where {mine} "
            f"union all by name select account_id, month, amount_native as intra_month "
            f"from fct_intra_month_activity where {mine} "
            f"union all by name select 'E40' as account_id, month, row_count as duplicates "
            f"from fct_source_reconciliation "
            f"where raw_table = 'contract_lines' and reason = 'duplicate'"
        ),
        retention=by_account(
            "select account_id, retention_window, month, opening_mrr, closing_mrr, kept_mrr, "
            "kept_flow_mrr, coalesce(uplift_mrr, 0) as uplift_mrr "
            "from build.intermediate.int_account_retention "
            "left join build.intermediate.int_contracted_uplifts "
            "using (knowledge_id, account_id, retention_window, month) "
            f"where knowledge_id = {known} and {mine}"
        ),
        quarantine=rows("select raw_key, reason, amount from dq_quarantine"),
    )


def name_of(case: Case) -> str:
    return case.accounts.replace(" ", "+") or case.code


@pytest.mark.slow
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_edge_case(case: Case, basis: str, marts: dict[str, Marts]) -> None:
    wanted, found = case.on(basis), marts[basis]
    assert movements(case, found) == sorted(wanted.moves)
    assert closings(case, found) == expected_closings(wanted, basis)
    if wanted.drivers is not None:
        assert drivers(wanted, found) == sorted(wanted.drivers)
    assert {key: cell(case, found, key) for key in wanted.cells} == wanted.cells
    expected = {key: tuple(map(fraction, pair)) for key, pair in wanted.rates.items()}
    assert {key: known_rates(case, found, key) for key in expected} == expected
    if basis == "restated":
        assert {key: rates(case, found, key) for key in expected} == expected
        assert rejected(case, found) == case.quarantine


@pytest.mark.slow
def test_bridge_of_the_edge_accounts_shows_late_news_and_mergers_apart(
    sample_company: Company,
) -> None:
    """E33, E86, E87, E90 to E92: neither new nor churn is overstated by them."""
    columns = "sum(prior_period_mrr), sum(prior_period_accounts), sum(merge_mrr)"
    with duckdb.connect(str(sample_company.marts), read_only=True) as connection:
        found = connection.execute(
            f"select month, {columns}, sum(merged_accounts) from kpi_mrr_bridge "
            "where segment_type = 'industry' and segment = 'edge_case' and basis = 'as_reported' "
            "group by month having sum(abs(prior_period_mrr)) + sum(abs(merged_accounts)) <> 0 "
            "order by month"
        ).fetchall()
        restated = connection.execute(
            f"select {columns}, sum(merged_accounts) from kpi_mrr_bridge where basis = 'restated'"
        ).fetchall()
    assert [(f"{month:%Y-%m}", *amounts) for month, *amounts in found] == [
        ("2025-05", 100000, 1, 0, 0),
        ("2025-06", -10000, 0, 0, -2),
        ("2025-07", 0, 0, 0, -1),
        ("2026-04", 30000, 0, 0, 0),
    ]
    assert restated == [(0, 0, 0, 0)]


@pytest.mark.slow
def test_windows_are_valued_at_the_rates_of_their_last_fiscal_year(sample_company: Company) -> None:
    with duckdb.connect(str(sample_company.marts), read_only=True) as connection:
        found = connection.execute(
            "select month, min(fx_basis), max(fx_basis) from kpi_nrr "
            "where month between date '2026-03-01' and date '2026-04-01' group by month order by 1"
        ).fetchall()
    assert found == [(date(2026, 3, 1), "FY25", "FY25"), (date(2026, 4, 1), "FY26", "FY26")]


def test_the_map_names_every_case_and_only_tests_that_exist() -> None:
    text = (PROJECT / "docs" / "edge-cases.md").read_text(encoding="utf-8")
    mapped = {int(code) for code in re.findall(r"\bE(\d+)\b", text)}
    for first, last in re.findall(r"\bE(\d+)–E(\d+)\b", text):
        mapped |= set(range(int(first), int(last) + 1))
    assert mapped == set(range(1, LAST_CASE + 1))
    named = set(re.findall(r"`(\w{12,})`", text))
    assert named - known_tests() == set()


def test_every_case_of_the_ledger_has_a_proof_in_the_map() -> None:
    text = (PROJECT / "docs" / "edge-cases.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (E\d+) [^|]+\| ([^|]+) \|$", text, flags=re.MULTILINE))
    ledger = [f"E{number:02}" for number in range(1, 97)]
    assert [code for code in rows if code in ledger] == ledger
    sampled = {case.code for case in CASES}
    for code, proof in rows.items():
        if code in ledger:
            assert ("sample" in proof) == (code in sampled), code
        assert "sample" in proof or re.search(r"`\w{12,}`", proof), code


def known_tests() -> set[str]:
    """Names of all unit tests, data tests and Python tests of the project."""
    models = [file.read_text(encoding="utf-8") for file in (PROJECT / "models").rglob("*.yml")]
    python = [file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("*.py")]
    return {
        *(file.stem for file in (PROJECT / "tests" / "singular").rglob("*.sql")),
        *(name for text in models for name in re.findall(r"- name: (\w+)", text)),
        *(name for text in python for name in re.findall(r"^def (test_\w+)", text, flags=re.M)),
    }


def movements(case: Case, marts: Marts) -> list[str]:
    """Moves of all accounts together; equal classes of one month add up."""
    total: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in marts.months(case):
        month = f"{row['month']:%Y-%m}"
        if row["movement"] != "flat":
            kind = row["sub_movement"] or row["movement"]
            total[month, kind, ""] += row[f"{row['movement']}_mrr"]
        if row["prior_period_mrr"]:
            total[month, "prior_period", f" {row['ppa_origin']}"] += row["prior_period_mrr"]
        if row["merge_mrr"]:
            total[month, "merge", ""] += row["merge_mrr"]
    return sorted(
        f"{month} {kind} {amount:.0f}{origin}" for (month, kind, origin), amount in total.items()
    )


def closings(case: Case, marts: Marts) -> dict[str, Decimal]:
    """Month-end MRR of all accounts together."""
    total: dict[str, Decimal] = defaultdict(Decimal)
    for row in marts.months(case):
        total[f"{row['month']:%Y-%m}"] += row["closing_mrr"]
    return dict(total)


def expected_closings(case: Case, basis: str) -> dict[str, Decimal]:
    """The running sum of the expected moves and revaluations, from the first move to the last.

    As reported, an account has no rows from where it has merged into another.
    """
    changes: dict[str, Decimal] = defaultdict(Decimal)
    for move in case.moves:
        month, _, amount, *_ = move.split()
        changes[month] += Decimal(amount)
    for month, revaluation in case.fx.items():
        changes[month] += revaluation
    if not changes:
        return {}
    last = f"{AS_OF_DATE:%Y-%m}"
    if basis == "as_reported" and not sum(changes.values()) and " merge " in case.moves[-1]:
        last = max(changes)
    months = months_between(min(changes), last)
    return dict(zip(months, accumulate(changes[month] for month in months), strict=True))


def months_between(first: str, last: str) -> list[str]:
    start, end = (int(x[:4]) * 12 + int(x[5:]) - 1 for x in (first, last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(start, end + 1)]


def drivers(case: Case, marts: Marts) -> list[str]:
    """Drivers, without those that repeat the movement of an account that opens or closes at 0."""
    return sorted(
        f"{row['month']:%Y-%m} {row['product_id']} {row['driver']} {row['amount']:.0f}"
        + " pre" * row["is_pre_contracted"]
        + " win" * row["is_upsell_win"]
        for account in case.account_ids
        for row in marts.drivers.get(account, [])
        if row["driver"] not in ("new", "churn", "reactivation")
        and not (row["driver"] == "fx" and case.drivers is None)
    )


def cell(case: Case, marts: Marts, key: str) -> int | bool:
    """A column of the month, summed over products; flags are true where any product's is."""
    month, column = key.split()
    if column == "kept_by_product":
        return kept_by_product(case, marts, month)
    values = [
        row[column]
        for account in case.account_ids
        for row in marts.cells.get(account, [])
        if f"{row['month']:%Y-%m}" == month and row[column] is not None
    ]
    if column.startswith("is_"):
        return any(values)
    return int(sum(values, Decimal(0)))


def kept_by_product(case: Case, marts: Marts, month: str) -> int:
    """What GRR at product grain keeps: the lesser of both month-ends, product by product."""
    before = months_between("2000-01", month)[-2]
    ends: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for account in case.account_ids:
        for row in marts.cells.get(account, []):
            if row["mrr"] is not None:
                ends[f"{row['month']:%Y-%m}"][row["product_id"]] = row["mrr"]
    return int(sum(min(old, ends[month].get(key, 0)) for key, old in ends[before].items()))


def fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def share(part: Decimal, whole: Decimal) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


def known_rates(case: Case, marts: Marts, key: str) -> tuple[Fraction | None, Fraction | None]:
    """NRR and GRR as the retention windows behind `kpi_nrr` have them; see `rates` for the key."""
    window, closing_month, *reading = key.split()
    opening = closing = kept = Decimal(0)
    for account in case.account_ids:
        for row in marts.retention.get(account, []):
            if (row["retention_window"], f"{row['month']:%Y-%m}") == (window, closing_month):
                opening += row["opening_mrr"]
                closing += row["closing_mrr"] - row["uplift_mrr"] * ("unsigned" in reading)
                kept += row["kept_flow_mrr" if "flow" in reading else "kept_mrr"]
    return share(closing, opening), share(min(kept, closing), opening)


def rates(case: Case, marts: Marts, key: str) -> tuple[Fraction | None, Fraction | None]:
    """NRR and GRR of the closed cohort, from its restated movements alone.

    A third word asks for another reading: `unsigned` leaves out growth that was signed before,
    `flow` counts every loss on the way.
    """
    window, closing_month, *reading = key.split()
    months = months_between("2000-01", closing_month)[-int(window.removesuffix("m")) - 1 :]
    opening = closing = kept = Decimal(0)
    for account in case.account_ids:
        by_month = {f"{row['month']:%Y-%m}": row for row in marts.movements[account]}
        start = by_month[months[0]]["closing_mrr"] if months[0] in by_month else Decimal(0)
        if start == 0:
            continue
        inside = [by_month[month] for month in months[1:]]
        start += sum(row["fx_mrr"] for row in inside)
        end = start + sum(row[f"{kind}_mrr"] for row in inside for kind in MONEY)
        losses = sum(row[f"{kind}_mrr"] for row in inside for kind in ("contraction", "churn"))
        if "unsigned" in reading:
            end -= sum(
                row["amount"]
                for row in marts.drivers[account]
                if row["is_pre_contracted"] and f"{row['month']:%Y-%m}" in months[1:]
            )
        opening += start
        closing += end
        kept += max(Decimal(0), start + losses) if "flow" in reading else min(start, end)
    return share(closing, opening), share(kept, opening)


def rejected(case: Case, marts: Marts) -> dict[str, str]:
    """Quarantined rows of the case; the amount only where the expectation names one."""
    return {
        row["raw_key"]: f"{row['reason']} {row['amount']:.0f}"
        if " " in case.quarantine.get(row["raw_key"], "")
        else row["reason"]
        for row in marts.quarantine
        if str(row["raw_key"]).startswith(f"{case.code}-")
    }
