"""Which cells are explained, and by which recipe; whatever is not listed here is not explained.

A recipe says how a value follows from others that are published. It adds, counts or divides what is
printed beside it and computes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sum:
    """Rows of a mart whose amounts add up to the cell; `$name` is a column of the cell's row.

    `by` names a row, `amount` is what it adds. A row without an amount makes the cell unexplained:
    a seal did not keep it. `needs` are marts that a run of an earlier version lacks.
    """

    rows: str
    amount: str
    by: tuple[str, ...]
    where: str = "true"
    needs: tuple[str, ...] = ()
    kept_by_seals: bool = True
    empty_is_null: bool = False


@dataclass(frozen=True)
class Parts:
    """Columns of the cell's row that add up to it; a name that begins with `-` is taken away."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Ratio:
    """Columns over columns of the cell's row, as in `Parts`; empty where `under` adds up to 0.

    Where `when` names a column that is not true, the value is withheld: it is not ripe yet.
    """

    over: tuple[str, ...]
    under: tuple[str, ...]
    when: str | None = None


@dataclass(frozen=True)
class Same:
    """The cell of another mart, in the row that `at` names by columns, formats or texts in quotes.

    `otherwise` is the recipe where that mart has no such row.
    """

    mart: str
    column: str
    at: Mapping[str, str] = field(default_factory=dict)
    when: str | None = None
    otherwise: Parts | Ratio | None = None


@dataclass(frozen=True)
class Months:
    """Cells of `kpi_mrr_bridge` that add up to it, one for each month that `when` names."""

    column: str
    when: str = "month between $first_month and $last_month"
    empty_is_zero: bool = False


@dataclass(frozen=True)
class Interval:
    """An end of an interval: it follows by `rule` from sums over the rows of a cohort."""

    rule: str
    end: str
    cohort: Sum


Recipe = Sum | Parts | Ratio | Same | Months | Interval


@dataclass(frozen=True)
class Claim:
    """What is explained of a mart: its key, its columns, the rules, and what stands beside it.

    `lines` and `drivers` say over which months and accounts (conditions on `fct_mrr_lines` and
    `fct_mrr_drivers`) the contract lines and the drivers of a cell are listed; `opening` is the
    month-end that lines are compared with. `words` are columns of the row that say it in words,
    `by_row` names the column by whose value a cell has its recipe; `usual` says what is usual of a
    part of the key in this mart alone.
    """

    key: tuple[str, ...]
    columns: Mapping[str, Recipe]
    rules: tuple[str, ...]
    words: str = ""
    opening: str | None = None
    only: str = "true"
    by_row: str | None = None
    usual: Mapping[str, str] = field(default_factory=dict)


# What is said of a contract line that is added up.
_LINE = (
    "contract_line_id",
    "product_id",
    "currency",
    "mrr_native",
    "budget_rate",
    "source_file",
    "raw_key",
)
_MONTH_BEFORE = "$month - interval 1 month"


def _retained(amount: str, *shown: str) -> Sum:
    """A sum over the accounts of a cohort, in the segment in which each opened it."""
    return Sum(
        "fct_account_retention left join (from fct_account_segments select account_id, month, "
        "span as retention_window, basis, opening_segments) "
        "using (account_id, month, retention_window, basis)",
        amount,
        ("account_id", *shown),
        "month = $month and retention_window = $retention_window and basis = $basis and "
        + _in_segment("opening_segments"),
        ("fct_account_segments",),
        kept_by_seals=False,
    )


def _moved(amount: str, side: str = "opening_segments") -> Sum:
    """A sum over the movements of a month, in the segment in which each account began or ended."""
    return Sum(
        "fct_mrr_movements left join (from fct_account_segments select account_id, month, basis, "
        "opening_segments, closing_segments where span = 'month') using (account_id, month, basis)",
        amount,
        ("account_id",),
        f"month = $month and basis = $basis and {_in_segment(side)}",
        ("fct_account_segments",),
        kept_by_seals=False,
    )


def _in_segment(column: str) -> str:
    return (
        "($segment_type = 'all' or contains('|' || " + column + " || '|', "
        "'|' || $segment_type || '=' || replace($segment, '|', '¦') || '|'))"
    )


def _lines(amount: str, where: str) -> Sum:
    return Sum(
        "fct_mrr_lines",
        amount,
        _LINE,
        f"basis = $basis and {where}",
        ("fct_mrr_lines",),
    )


def _drivers(movement: str) -> Sum:
    """Drivers of an account and month: those of its one class of movement, or one of their own."""
    own = "('fx', 'merge', 'prior_period')"
    condition = (
        f"driver = '{movement}'"
        if movement in own
        else f"driver not in {own} and $movement = '{movement}'"
    )
    return Sum(
        "fct_mrr_drivers",
        "amount",
        ("product_id", "driver"),
        f"account_id = $account_id and month = $month and basis = $basis and {condition}",
    )


def _step(before: str, after: str) -> str:
    return f"case when {after} > 0 then 1 else 0 end - case when {before} > 0 then 1 else 0 end"


def _count(condition: str) -> str:
    return f"case when {condition} then 1 else 0 end"


_REVENUE = "specification/revenue.md#"
_INTERVALS = f"{_REVENUE}2.4-intervals"
_OFFERS = "specification/offers.md#"
_HEALTH = "specification/health.md#"
_ALL = {"segment_type": "'all'", "segment": "'all'", "basis": "basis", "month": "month"}
_YEAR = {**_ALL, "retention_window": "'12m'"}
_FLOWS = ("expansion_mrr", "contraction_mrr", "churn_mrr", "returned_mrr")
_TOOLS = "expansion_tool_cost_fytd"
_MULTIPLE, _FULL = "upsell_revenue_multiple", "is_full_fiscal_year"
_RATES = {
    "nrr": Ratio(("closing_mrr",), ("opening_mrr",)),
    "grr": Ratio(("kept_mrr",), ("opening_mrr",)),
    "grr_flow": Ratio(("kept_flow_mrr",), ("opening_mrr",)),
    "nrr_excl_pre_contracted": Ratio(("closing_excl_pre_contracted_mrr",), ("opening_mrr",)),
    "logo_retention": Ratio(("retained_accounts",), ("opening_accounts",)),
}
_ENDS = [f"{rate}_{end}" for rate in ("nrr", "grr", "logo_retention") for end in ("low", "high")]
_OPENING, _CLOSING, _KEPT = "opening_mrr", "closing_mrr", "kept_mrr"
_MOVEMENTS = [
    "new",
    "expansion",
    "contraction",
    "churn",
    "reactivation",
    "fx",
    "merge",
    "prior_period",
]

# What the interval of a cohort is made of, in the names of the specification.
COHORT_SUMS = {
    "n": "count(*)",
    "retained": f"sum({_count('is_retained')})",
    "O": f"sum({_OPENING})",
    "C": f"sum({_CLOSING})",
    "K": f"sum({_KEPT})",
    "sum of o^2": f"sum({_OPENING} * {_OPENING})",
    "sum of o c": f"sum({_OPENING} * {_CLOSING})",
    "sum of c^2": f"sum({_CLOSING} * {_CLOSING})",
    "sum of o k": f"sum({_OPENING} * {_KEPT})",
    "sum of k^2": f"sum({_KEPT} * {_KEPT})",
    "largest o": f"max({_OPENING})",
    "o of who grew": f"sum(case when {_CLOSING} > {_OPENING} then {_OPENING} else 0 end)",
    "who grew": f"sum({_count(f'{_CLOSING} > {_OPENING}')})",
}
_COHORT = {
    "month": "last_month",
    "retention_window": "{window_months}m",
    "segment_type": "segment_type",
    "segment": "segment",
    "basis": "basis",
}
_PERIOD = ("period_type", "period")


def _cohort(column: str) -> Same:
    """The cell of `kpi_nrr` that has the same cohort."""
    parts = Parts((_OPENING, *_FLOWS)) if column == _CLOSING else None
    return Same("kpi_nrr", column, _COHORT, otherwise=_RATES.get(column, parts))


_BEFORE_PERIOD = "$first_month - interval 1 month"
_ACCOUNT_STEPS = (
    *("new", "churned", "reactivated", "paused", "resumed", "expired_pause", "prior_period"),
    *("merged", "transferred_in", "transferred_out"),
)

CLAIMS: Mapping[str, Claim] = {
    "kpi_nrr": Claim(
        ("month", "retention_window", "segment_type", "segment", "basis"),
        {
            **{name: _retained(name) for name in ("opening_mrr", *_FLOWS, "closing_mrr")},
            "kept_mrr": _retained("kept_mrr"),
            "kept_flow_mrr": _retained("kept_flow_mrr"),
            "opening_accounts": _retained("1"),
            "retained_accounts": _retained(_count("is_retained")),
            **_RATES,
            **{
                end: Interval(
                    _INTERVALS, end, _retained("1", _OPENING, _CLOSING, _KEPT, "is_retained")
                )
                for end in _ENDS
            },
        },
        (f"{_REVENUE}2.4", _INTERVALS, *(f"{_REVENUE}2.7.{at}" for at in (3, 13, 16))),
        words="nrr_band is_small_sample fx_basis interval_note is_beyond_chance",
        opening="$month - to_months(cast(replace($retention_window, 'm', '') as integer))",
    ),
    "kpi_mrr_bridge": Claim(
        ("month", "segment_type", "segment", "basis"),
        {
            **{f"{name}_mrr": _moved(f"{name}_mrr") for name in ("opening", *_MOVEMENTS)},
            "closing_mrr": _moved("closing_mrr", "closing_segments"),
            "segment_transfer_mrr": _moved(
                f"closing_mrr * ({_count(_in_segment('closing_segments'))}"
                f" - {_count(_in_segment('opening_segments'))})",
                "concat_ws('|', opening_segments, closing_segments)",
            ),
            "paying_accounts": _moved(_count("closing_mrr <> 0"), "closing_segments"),
            "new_accounts": _moved(_count("movement = 'new'")),
            "churned_accounts": _moved(_count("movement = 'churn'")),
            "reactivated_accounts": _moved(_count("movement = 'reactivation'")),
            "paused_accounts": _moved(_count("sub_movement = 'pause'")),
            "resumed_accounts": _moved(
                _count("movement = 'expansion' and sub_movement = 'resume'")
            ),
            "expired_pause_accounts": _moved(_count("sub_movement = 'pause_expired'")),
            "prior_period_accounts": _moved(_step("opening_mrr", "opening_mrr + prior_period_mrr")),
            "quick_ratio": Ratio(
                ("new_mrr", "expansion_mrr", "reactivation_mrr"),
                ("-contraction_mrr", "-churn_mrr"),
            ),
        },
        (f"{_REVENUE}2.2", f"{_REVENUE}2.6.1", f"{_REVENUE}2.7.2", f"{_REVENUE}2.7.16"),
        opening=_MONTH_BEFORE,
    ),
    "kpi_mrr_bridge_periods": Claim(
        (*_PERIOD, "segment_type", "segment", "basis"),
        {
            "opening_mrr": Months("opening_mrr", "month = $first_month"),
            **{f"{name}_mrr": Months(f"{name}_mrr") for name in (*_MOVEMENTS, "segment_transfer")},
            "closing_mrr": Months("closing_mrr", "month = $last_month"),
            "opening_accounts": Months("paying_accounts", f"month = {_BEFORE_PERIOD}"),
            **{
                f"{name}_accounts": Months(f"{name}_accounts", empty_is_zero=True)
                for name in _ACCOUNT_STEPS
            },
            "paying_accounts": Months("paying_accounts", "month = $last_month"),
            "gained_mrr": Parts(("new_mrr", "expansion_mrr", "reactivation_mrr")),
            "lost_mrr": Parts(("-contraction_mrr", "-churn_mrr")),
            "quick_ratio": Ratio(("gained_mrr",), ("lost_mrr",)),
            "opening_arr": Months("opening_arr", "month = $first_month"),
            **{
                f"{name}_arr": Months(f"{name}_arr")
                for name in (*_MOVEMENTS, "rounding", "segment_transfer")
            },
            "closing_arr": Months("closing_arr", "month = $last_month"),
        },
        (f"{_REVENUE}2.7-periods", f"{_REVENUE}2.7-period-bridge", f"{_REVENUE}2.2"),
        words="period_label first_month last_month is_partial is_closed",
        opening=_BEFORE_PERIOD,
    ),
    "kpi_nrr_periods": Claim(
        (*_PERIOD, "retention_window", "segment_type", "segment", "basis"),
        {
            name: _cohort(name)
            for name in (
                *(_OPENING, *_FLOWS, _CLOSING, _KEPT, "kept_flow_mrr"),
                *("opening_accounts", "retained_accounts", *_RATES, *_ENDS),
            )
        },
        (f"{_REVENUE}2.7-period-retention", f"{_REVENUE}2.4", _INTERVALS),
        words="period_label opening_month last_month nrr_band is_small_sample fx_basis "
        "is_partial is_closed interval_note is_beyond_chance",
        opening="$opening_month",
        usual={"retention_window": "period"},
    ),
    "fct_account_retention": Claim(
        ("account_id", "month", "retention_window", "basis"),
        {
            "opening_mrr": Parts(
                ("published_opening_mrr", "restatement_mrr", "fx_mrr", "transferred_mrr")
            ),
            "closing_mrr": Parts(("opening_mrr", *_FLOWS)),
            "nrr": Ratio(("closing_mrr",), ("opening_mrr",)),
        },
        (f"{_REVENUE}2.7-account-retention", f"{_REVENUE}2.4"),
        words="explanation",
        opening="$opening_month",
        only="account_id = $account_id",
    ),
    "fct_mrr_movements": Claim(
        ("account_id", "month", "basis"),
        {
            "opening_mrr": _lines("mrr", f"account_id = $account_id and month = {_MONTH_BEFORE}"),
            **{f"{name}_mrr": _drivers(name) for name in _MOVEMENTS},
            "closing_mrr": _lines("mrr", "account_id = $account_id and month = $month"),
        },
        (f"{_REVENUE}2.2", f"{_REVENUE}2.6.4", f"{_REVENUE}2.7.2", f"{_REVENUE}2.7-lines"),
        words="movement sub_movement ppa_origin",
        opening=_MONTH_BEFORE,
        only="account_id = $account_id",
    ),
    "fct_mrr": Claim(
        ("account_id", "product_id", "month", "basis"),
        {
            name: _lines(
                name,
                "account_id = $account_id and product_id = $product_id and month = $month",
            )
            for name in ("quantity", "mrr", "gross_mrr", "discount_mrr", "excess_discount_mrr")
        },
        (f"{_REVENUE}2.1", f"{_REVENUE}2.7.17", f"{_REVENUE}2.7-lines"),
        words="plan_id is_gap_filled is_paused",
        opening=_MONTH_BEFORE,
        only="account_id = $account_id and product_id = $product_id",
    ),
    "dim_accounts": Claim(
        ("account_id",),
        {
            "current_mrr": Sum(
                "fct_mrr_lines",
                "mrr",
                _LINE,
                "basis = 'restated' and account_id = $account_id "
                "and month = (select max(month) from dim_months)",
                ("fct_mrr_lines",),
            )
        },
        (f"{_REVENUE}2.3", f"{_REVENUE}2.7.19", f"{_REVENUE}2.7-lines"),
        words="account_name lifecycle_stage csm_owner sales_owner",
    ),
    "kpi_scorecard": Claim(
        ("month", "metric", "basis"),
        {
            "nrr_12m": Same("kpi_nrr", "nrr", _YEAR),
            "grr_12m": Same("kpi_nrr", "grr", _YEAR),
            "quick_ratio": Same("kpi_mrr_bridge", "quick_ratio", _ALL),
            **{
                metric: Same("kpi_upsell", column, _ALL, when)
                for metric, column, when in (
                    ("upsell_rate", "upsell_rate", None),
                    ("proposal_win_rate", "proposal_win_rate", "is_cohort_matured"),
                    ("close_month_win_rate", "close_month_win_rate", None),
                    ("timing_hit_rate", "timing_hit_rate", None),
                    ("arpa_lift", "arpa_lift", None),
                    (_MULTIPLE, _MULTIPLE, _FULL),
                    (f"{_MULTIPLE}_12m", f"{_MULTIPLE}_12m", None),
                    (f"{_MULTIPLE}_fytd", _MULTIPLE, None),
                    (f"loaded_{_MULTIPLE}", f"loaded_{_MULTIPLE}", _FULL),
                    (f"linked_{_MULTIPLE}", f"linked_{_MULTIPLE}", _FULL),
                )
            },
        },
        ("specification/rules.md#1.1", "specification/rules.md#1.2"),
        words="n unit benchmark_low benchmark_high target status source",
        by_row="metric",
    ),
    "kpi_upsell": Claim(
        ("month", "segment_type", "segment", "basis"),
        {
            "upsell_rate": Ratio(("upsold_accounts",), ("opening_accounts",)),
            "cross_sell_rate": Ratio(("cross_sold_accounts",), ("opening_accounts",)),
            "proposal_win_rate": Ratio(
                ("won_proposals",), ("won_proposals", "lost_proposals", "expired_proposals")
            ),
            "won_to_date_rate": Ratio(("won_to_date",), ("proposals",)),
            "close_month_win_rate": Ratio(("won_in_month",), ("decided_in_month",)),
            "timing_hit_rate": Ratio(("timed_proposals",), ("judged_proposals",)),
            "arpa_lift": Ratio(
                ("upsold_mrr_after_1m", "-upsold_mrr_before_1m"), ("upsold_mrr_before_1m",)
            ),
            "arpa_lift_3m": Ratio(
                ("upsold_mrr_after_3m", "-upsold_mrr_before_3m"), ("upsold_mrr_before_3m",)
            ),
            _MULTIPLE: Ratio(("upsell_revenue_fytd",), (_TOOLS,)),
            f"{_MULTIPLE}_12m": Ratio(("upsell_revenue_12m",), ("expansion_tool_cost_12m",)),
            f"loaded_{_MULTIPLE}": Ratio(
                ("upsell_revenue_fytd",), (_TOOLS, "expansion_people_cost_fytd")
            ),
            f"linked_{_MULTIPLE}": Ratio(("linked_upsell_revenue_fytd",), (_TOOLS,)),
        },
        (f"{_OFFERS}5.4", "specification/rules.md#1.1"),
        words="is_cohort_matured is_full_fiscal_year",
    ),
    "fct_health_scores": Claim(
        ("account_id", "month"),
        {
            "health_score": Sum(
                "fct_health_components",
                "contribution",
                ("component", "component_score", "effective_weight", "explanation"),
                "account_id = $account_id and month = $month",
                empty_is_null=True,
            ),
            "present_weight": Sum(
                "fct_health_components",
                "weight",
                ("component", "situation"),
                "account_id = $account_id and month = $month and component_score is not null",
            ),
            "company_weight": Sum(
                "fct_health_components",
                "weight",
                ("component",),
                "account_id = $account_id and month = $month and is_in_company",
            ),
        },
        (f"{_HEALTH}3.2",),
        words="health_band override_reason unscored_because score_version",
        opening="$month",
        only="account_id = $account_id",
    ),
    "fct_upsell_opportunities": Claim(
        ("account_id", "offer_id"),
        {
            "delta_mrr": Parts(("target_mrr", "-current_mrr")),
            "price_gap": Ratio(("delta_mrr",), ("current_mrr",)),
        },
        (f"{_OFFERS}5.1", f"{_OFFERS}5.3", "specification/rules.md#1.3"),
        words="account_name sentence is_eligible blocked_reasons blocked_until is_timed "
        "timing_reason health_band advice price_gap_band play wins proposals p_win "
        "expected_value",
        opening="$month",
        only="account_id = $account_id",
    ),
}

# What a key is where nobody says it; month and period are the newest.
USUAL: Mapping[str, str] = {
    "retention_window": "12m",
    "segment_type": "all",
    "segment": "all",
    "basis": "restated",
}


def explained(mart: str) -> tuple[str, ...]:
    """The columns of a mart that are explained."""
    claim = CLAIMS.get(mart)
    if claim is None:
        return ()
    return ("value",) if claim.by_row else tuple(claim.columns)


def recipe_of(mart: str, column: str, row: Mapping[str, object]) -> Recipe | None:
    """How a cell of a row comes about, None where that is not explained."""
    claim = CLAIMS[mart]
    if claim.by_row is None:
        return claim.columns.get(column)
    return claim.columns.get(str(row[claim.by_row])) if column == "value" else None
