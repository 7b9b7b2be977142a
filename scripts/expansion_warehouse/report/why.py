"""What stands behind a number of a page: what was divided, and how its cell is asked for.

The pages load it when a number is clicked. It names columns and holds no number: the values are
those of the row that is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from expansion_warehouse.explain.claims import CLAIMS, Ratio

# The columns that are added up over the line and under it; "-" takes away.
Division = tuple[tuple[str, ...], tuple[str, ...]]


def _of(over: str, under: str) -> Division:
    return tuple(over.split()), tuple(under.split())


# Ratios of marts that `warehouse explain` does not know; a test divides each of them again.
RATIOS: Mapping[str, Mapping[str, Division]] = {
    "kpi_nrr_products": {
        "nrr": _of("closing_mrr", "opening_mrr"),
        "grr": _of("kept_mrr", "opening_mrr"),
    },
    "kpi_cohort_retention": {
        "nrr": _of("retained_mrr", "cohort_mrr"),
        "logo_retention": _of("retained_accounts", "cohort_accounts"),
    },
    "kpi_renewals": {"renewal_rate": _of("renewed_mrr", "expiring_mrr")},
    "kpi_cmrr_schedule": {
        "renewal_rate": _of("rate_renewed_mrr", "rate_expiring_mrr"),
        "outlook_error": _of("tracked_outlook_error_mrr", "tracked_actual_mrr"),
        "outlook_miss": _of("tracked_outlook_miss_mrr", "tracked_actual_mrr"),
        "naive_error": _of("tracked_naive_error_mrr", "tracked_actual_mrr"),
        "naive_miss": _of("tracked_naive_miss_mrr", "tracked_actual_mrr"),
    },
    "fct_nrr_restatements": {
        "as_reported_nrr": _of("as_reported_closing_mrr", "as_reported_opening_mrr"),
        "restated_nrr": _of("restated_closing_mrr", "restated_opening_mrr"),
    },
    "kpi_health_backtest": {
        "churn_rate": _of("churned", "accounts"),
        "upsell_rate": _of("upsold", "accounts"),
    },
    "kpi_red_reasons": {
        "loss_rate": _of("losses", "red_rows"),
        "base_rate": _of("base_losses", "base_rows"),
        "lift": _of("loss_rate", "base_rate"),
    },
    "kpi_alert_backtest": {
        "hit_rate": _of("hits", "alerts"),
        "base_rate": _of("base_hits", "base_rows"),
        "lift": _of("hit_rate", "base_rate"),
    },
    "kpi_guard_costs": {"similar_win_rate": _of("similar_wins", "similar_offers")},
    "kpi_product_affinity": {
        "confidence": _of("n_both", "n_antecedent"),
        "lift": _of("n_both", "expected_both"),
    },
    "kpi_experiments": {"win_rate": _of("wins", "accounts")},
}


def divisions() -> dict[str, dict[str, Division]]:
    """What each ratio of a mart divides by what."""
    explained = {
        mart: {
            column: (recipe.over, recipe.under)
            for column, recipe in claim.columns.items()
            if isinstance(recipe, Ratio)
        }
        for mart, claim in CLAIMS.items()
    }
    own = {mart: dict(columns) for mart, columns in RATIOS.items()}
    return {mart: {**explained.get(mart, {}), **own.get(mart, {})} for mart in explained | own}


def why_script() -> str:
    """The script that hands it to a page."""
    explained = {
        mart: {"key": claim.key, "by_row": claim.by_row, "cells": sorted(claim.columns)}
        for mart, claim in CLAIMS.items()
    }
    return f"report.reasons({json.dumps(divisions())},{json.dumps(explained)});\n"
