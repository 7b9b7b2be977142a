"""Which accounts two runs judge otherwise: health, first offer, segments, tier and open alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from expansion_warehouse.compare.sides import SIDES, Rows, have, rows_of
from expansion_warehouse.engine.sql import literal

SCORE, FIRST_OFFER = "health_score", "first_offer"


@dataclass(frozen=True)
class Judgement:
    """One value per account: of the newest month that both runs have, or of the as-of date."""

    mart: str
    value: str
    columns: tuple[str, ...]
    where: str = "true"
    is_monthly: bool = True

    def query(self, name: str, side: str) -> str:
        """Account, name of the judgement and its value, as one run has them."""
        newest = (
            f"month = (select max(month) from (select month from before.{self.mart} "
            f"intersect select month from now.{self.mart}))"
        )
        return (
            f"select account_id, {literal(name)} as what, cast({self.value} as varchar) as value "
            f"from {side}.{self.mart} where {newest if self.is_monthly else 'true'} "
            f"and {self.where}" + ("" if self.is_monthly else " group by account_id")
        )


_RFM = ("month", "rfm_basis", "rfm_segment")
JUDGEMENTS = {
    "health_band": Judgement("fct_health_scores", "health_band", ("month", "health_band")),
    SCORE: Judgement("fct_health_scores", "health_score", ("month", "health_score")),
    FIRST_OFFER: Judgement(
        "fct_upsell_opportunities",
        "min(offer_id)",
        ("offer_id", "place_in_account"),
        "place_in_account = 1",
        is_monthly=False,
    ),
    "rfm_segment_by_billing": Judgement("fct_rfm", "rfm_segment", _RFM, "rfm_basis = 'billing'"),
    "rfm_segment_by_value_event": Judgement(
        "fct_rfm", "rfm_segment", _RFM, "rfm_basis = 'value_event'"
    ),
    "customer_tier": Judgement("fct_customer_tiers", "customer_tier", ("month", "customer_tier")),
    "open_alerts": Judgement(
        "fct_alerts",
        "string_agg(distinct alert_kind, ', ' order by alert_kind)",
        ("alert_kind", "is_open"),
        "is_open",
        is_monthly=False,
    ),
}

_COMPONENTS = ("account_id", "month", "component", "contribution")
_OFFERS = ("account_id", "offer_id", "blocked_reasons")


def changed_judgements(con: duckdb.DuckDBPyConnection, most: int) -> tuple[int, Rows]:
    """How many accounts differ, and the first of them with everything that does.

    Those come first of whom more than the score differs, and among them the largest by MRR.
    """
    if not _compare(con):
        return 0, []
    [total] = rows_of(con, "select count(distinct account_id) as accounts from judgements")
    facts = (
        "(select account_id, account_name, current_mrr as mrr from now.dim_accounts)"
        if have(con, "dim_accounts", "account_id", "account_name", "current_mrr")
        else "(select null as account_id, null as account_name, null as mrr)"
    )
    accounts = rows_of(
        con,
        "select judgements.account_id, facts.account_name, facts.mrr from judgements "
        f"left join {facts} as facts using (account_id) group by all "
        f"order by bool_and(what = {literal(SCORE)}), facts.mrr desc nulls last, account_id "
        f"limit {most}",
    )
    for account in accounts:
        account["changes"] = rows_of(
            con,
            "select what, was, now from judgements where account_id = ? order by position",
            [account["account_id"]],
        )
        _add_reasons(con, account)
    return int(total["accounts"]), accounts


def _compare(con: duckdb.DuckDBPyConnection) -> bool:
    """Keep every value that differs as `judgements`; False where the runs have none in common."""
    known = {
        name: judgement
        for name, judgement in JUDGEMENTS.items()
        if have(con, judgement.mart, "account_id", *judgement.columns)
    }
    if not known:
        return False
    were, are = (
        " union all ".join(judgement.query(name, side) for name, judgement in known.items())
        for side in SIDES
    )
    con.execute(
        "create or replace temp table judgements as "
        "select account_id, what, were.value as was, are.value as now, "
        f"list_position({list(known)}, what) as position "
        f"from ({were}) as were full join ({are}) as are using (account_id, what) "
        "where were.value is distinct from are.value"
    )
    return True


def _add_reasons(con: duckdb.DuckDBPyConnection, account: dict[str, Any]) -> None:
    """What the marts say beside it: the component that differs most, and the guards of an offer."""
    for change in account["changes"]:
        if change["what"] == SCORE and have(con, "fct_health_components", *_COMPONENTS):
            change["component"] = _component(con, account["account_id"])
        if change["what"] == FIRST_OFFER and have(con, "fct_upsell_opportunities", *_OFFERS):
            change["guards"] = _guards(con, account["account_id"], change)


def _component(con: duckdb.DuckDBPyConnection, account: str) -> dict[str, Any] | None:
    """The component of the score whose points differ most."""
    found = rows_of(
        con,
        """
        select component, were.contribution as was, are.contribution as now
        from before.fct_health_components as were
        full join now.fct_health_components as are using (account_id, month, component)
        where account_id = ? and were.contribution is distinct from are.contribution
            and month = (
                select max(month) from (
                    select month from before.fct_health_scores
                    intersect select month from now.fct_health_scores
                )
            )
        order by abs(coalesce(are.contribution, 0) - coalesce(were.contribution, 0)) desc, component
        limit 1
        """,
        [account],
    )
    return found[0] if found else None


def _guards(
    con: duckdb.DuckDBPyConnection, account: str, change: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What blocks the offer that is first no more, else what blocked the one that is first now."""
    found = rows_of(
        con,
        """
        select offer_id, were.blocked_reasons as was, are.blocked_reasons as now
        from (from before.fct_upsell_opportunities where account_id = ?) as were
        full join (from now.fct_upsell_opportunities where account_id = ?) as are using (offer_id)
        where offer_id in (?, ?) and were.blocked_reasons is distinct from are.blocked_reasons
        order by offer_id <> coalesce(?, '')
        limit 1
        """,
        [account, account, change["was"], change["now"], change["was"]],
    )
    return found[0] if found else None
