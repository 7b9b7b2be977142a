"""Odd and broken rows as people deliver them, one of each kind, and what has to be said of each.

A kind is one thing that is wrong, in one place. Most rows stand in the books of good accounts: they
are set aside and leave no trace there. What counts in spite of its oddity belongs to accounts of
its own, whose ids begin with `ODD`. `REFUSED` rows are in `dq_quarantine` with the reason named
here, `ODDITIES` count and are in `dq_oddities`, `WARNED` ones are named by a warning of the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Row = dict[str, str]

# Rows like those of everybody, of accounts that the sample has.
GOOD = "A000001"
LINE: Row = {
    "contract_id": "ODD-C",
    "account_id": GOOD,
    "product_id": "CRM",
    "plan_id": "CRM-STANDARD",
    "charge_type": "recurring",
    "quantity": "1",
    "unit_price": "6000",
    "billing_unit": "month",
    "currency": "JPY",
    "starts_on": "2025-01-01",
}
INVOICE: Row = {
    "account_id": GOOD,
    "issued_on": "2026-01-10",
    "amount": "1000",
    "currency": "JPY",
    "kind": "invoice",
}
EVENT: Row = {
    "account_id": GOOD,
    "user_id": "ODD-USER",
    "product_id": "CRM",
    "feature_key": "login",
    "occurred_at": "2026-03-02T01:00:00Z",
}
COUNT: Row = {
    "account_id": GOOD,
    "user_id": "ODD-USER",
    "product_id": "CRM",
    "feature_key": "odd",
    "used_on": "2026-03-02",
    "event_count": "1",
    "recorded_at": "2026-03-03T01:00:00Z",
}
METER: Row = {
    "account_id": GOOD,
    "product_id": "CRM",
    "meter": "seats",
    "measured_on": "2026-03-02",
    "used": "1",
}
ATTRIBUTE: Row = {"account_id": GOOD, "attribute": "odd", "value": "east"}
# The sample delivers events; these are counts of other use beside them, with nothing wrong, and
# attributes that it does not have.
GOOD_ROWS: Mapping[str, tuple[Row, ...]] = {
    "usage_daily": tuple(
        {**COUNT, "feature_key": "counted", "used_on": f"2026-02-{day:02}"} for day in range(1, 29)
    ),
    "account_attributes": tuple(
        {**ATTRIBUTE, "attribute": "region", "valid_from": f"2025-{month:02}-01"}
        for month in range(1, 13)
    ),
    "budgets": tuple(
        {"month": f"2025-{month:02}-01", "metric": "new_mrr", "amount": "100"}
        for month in range(1, 13)
    ),
}
TICKET: Row = {"account_id": GOOD, "opened_at": "2026-03-02T01:00:00Z", "severity": "4"}
ANSWER: Row = {
    "account_id": GOOD,
    "responded_at": "2026-03-02T01:00:00Z",
    "survey": "nps",
    "score": "0",
}
USER: Row = {"kind": "service"}
CLICK: Row = {"account_id": GOOD, "occurred_at": "2026-03-02T01:00:00Z", "kind": "site_visit"}
SIGNAL: Row = {"account_id": GOOD, "occurred_at": "2026-03-02T01:00:00Z", "kind": "success"}
PERSON: Row = {"account_id": GOOD, "person_name": "Odd", "role": "user"}
DEED: Row = {"account_id": GOOD, "kind": "call", "done_on": "2026-03-02", "done_by": "csm-01"}
PROPOSAL: Row = {
    "account_id": GOOD,
    "offer_class": "cross_sell",
    "product_id": "CHAT",
    "current_mrr": "1000",
    "proposed_mrr": "2000",
    "currency": "JPY",
    "proposed_on": "2025-12-01",
    "outcome": "open",
}
ARM: Row = {
    "experiment_id": "ODD-X",
    "is_control": "true",
    "planned_share": "0.5",
    "starts_on": "2026-01-01",
}
ASSIGNED: Row = {
    "experiment_id": "EXP-ROI-SHEET",
    "variant": "control",
    "assigned_at": "2025-09-01T01:00:00Z",
}
COST: Row = {
    "incurred_on": "2026-01-15",
    "kind": "acquisition",
    "channel": "web",
    "amount": "1000",
    "currency": "JPY",
}
PLANNED: Row = {"metric": "new_mrr", "amount": "100"}
RATE: Row = {"currency": "USD", "rate_kind": "spot", "valid_from": "2026-02-14", "rate": "150"}
PLAN: Row = {"product_id": "CRM", "plan_name": "Odd", "tier_rank": "1", "is_public": "false"}
ACCOUNT: Row = {"account_name": "Odd", "created_on": "2025-01-01"}

# What each kind of row is told apart by.
KEYS = {
    "accounts": "account_id",
    "products": "product_id",
    "plans": "plan_id",
    "contract_lines": "contract_line_id",
    "service_pauses": "contract_line_id",
    "invoices": "invoice_id",
    "usage_events": "event_id",
    "support_tickets": "ticket_id",
    "survey_responses": "response_id",
    "engagement_events": "event_id",
    "users": "user_id",
    "account_signals": "signal_id",
    "contacts": "contact_id",
    "actions": "action_id",
    "proposals": "proposal_id",
    "costs": "cost_id",
}


# Columns of marts by account that depend on other accounts too: ranks, quantiles, peers, win rates.
COMPARING: Mapping[str, Sequence[str]] = {
    "fct_rfm": (
        *("r_score", "f_score", "m_score", "rfm_code", "rfm_segment", "monetary_rank_in_segment"),
        *("quantile_r_score", "quantile_f_score", "quantile_m_score", "fixed_measures"),
        "segment_from",
    ),
    "fct_customer_tiers": (
        *("customer_tier", "is_potential_by_plan", "active_days_cut"),
        *("is_best_by_billings", "billings_rank", "ranked_accounts"),
    ),
    "fct_proposals": ("customer_tier",),
    "fct_upsell_opportunities": ("expansion_score", "contract_amount_score", "tenure_score"),
    # Points of the company's NRR, which the odd accounts are a part of.
    "fct_account_retention": ("nrr_points",),
    "fct_nrr_restatement_lines": ("nrr_points",),
}

# Rows of an account without a fault of its own that an odd row changes all the same, and has to.
TOUCHED = {
    # What is refused and could forbid an offer closes the guard of its account.
    "fct_upsell_opportunities": " and account_id <> 'A000001'",
}


@dataclass(frozen=True)
class Odd:
    """One kind: the rows that show it, what is said of each, and where to look."""

    kind: str
    table: str
    said: str
    column: str
    rows: tuple[Row, ...] = field(default=())

    @property
    def value(self) -> str | None:
        """What stands in the column of the first row."""
        return self.rows[0].get(self.column) or None


def _rows(table: str, base: Row, *kinds: tuple[str, str, str, Row]) -> Iterator[Odd]:
    """Kinds of one table, one row each: (kind, what is said, column, what differs)."""
    for kind, said, column, differs in kinds:
        row = {**base, **differs}
        key = KEYS.get(table)
        if key and key not in row:
            row[key] = f"ODD-{kind}".upper().replace(" ", "-")
        yield Odd(kind, table, said, column, (row,))


def _pair(kind: str, table: str, said: str, column: str, *rows: Row) -> Odd:
    return Odd(kind, table, said, column, rows)


REFUSED: tuple[Odd, ...] = (
    *_rows(
        "accounts",
        {**ACCOUNT, "account_id": GOOD, "recorded_at": "2026-01-05T00:00:00Z"},
        ("account without an id", "null_customer", "account_id", {"account_id": ""}),
        ("day that does not exist", "bad_date", "created_on", {"created_on": "2025-02-30"}),
        ("moment in words", "bad_timestamp", "recorded_at", {"recorded_at": "yesterday"}),
        ("size in words", "bad_number", "employee_count", {"employee_count": "many"}),
        ("flag that is neither", "bad_boolean", "is_internal", {"is_internal": "perhaps"}),
        (
            "more people than there are",
            "number_out_of_range",
            "employee_count",
            {"employee_count": "1000000000000"},
        ),
    ),
    _pair(
        "account with two parents",
        "accounts",
        "conflicting_versions",
        "recorded_at",
        {**ACCOUNT, "account_id": "ODD-TWICE", "parent_account_id": GOOD},
        {**ACCOUNT, "account_id": "ODD-TWICE", "parent_account_id": "A000002"},
    ),
    *_rows(
        "account_attributes",
        ATTRIBUTE,
        ("attribute of nobody", "null_customer", "account_id", {"account_id": ""}),
        (
            "attribute of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("attribute without a name", "null_attribute", "attribute", {"attribute": ""}),
        ("attribute from never on", "bad_date", "valid_from", {"valid_from": "never"}),
    ),
    *_rows(
        "products",
        {"product_name": "Odd"},
        ("product without an id", "null_product_id", "product_id", {"product_id": ""}),
        ("product from never on", "bad_date", "available_from", {"available_from": "never"}),
    ),
    _pair(
        "product under two others",
        "products",
        "conflicting_versions",
        "recorded_at",
        {"product_id": "ODD-P2", "parent_product_id": "CRM"},
        {"product_id": "ODD-P2", "parent_product_id": "CHAT"},
    ),
    *_rows(
        "plans",
        PLAN,
        ("plan without a rank", "null_tier_rank", "tier_rank", {"tier_rank": ""}),
        ("plan of a rank in words", "bad_number", "tier_rank", {"tier_rank": "gold"}),
        ("plan of no product", "orphan_product", "product_id", {"product_id": "ODD-NOTHING"}),
        (
            "plan of a refused product",
            "conflicting_versions",
            "recorded_at",
            {"product_id": "ODD-P2"},
        ),
    ),
    *_rows(
        "plan_features",
        {"plan_id": "CRM-STANDARD", "feature_key": "odd", "is_key_feature": "true"},
        ("feature without a name", "null_feature_key", "feature_key", {"feature_key": ""}),
        ("feature of no plan", "orphan_plan", "plan_id", {"plan_id": "ODD-NOTHING"}),
    ),
    *_rows(
        "contract_lines",
        LINE,
        (
            "line without an id",
            "null_contract_line_id",
            "contract_line_id",
            {"contract_line_id": ""},
        ),
        ("line of nobody", "null_customer", "account_id", {"account_id": " "}),
        (
            "line of an unknown account long ago",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY", "starts_on": "1987-04-01"},
        ),
        (
            "line of a refused account",
            "conflicting_versions",
            "recorded_at",
            {"account_id": "ODD-TWICE"},
        ),
        (
            "line for an unknown end customer",
            "orphan_customer",
            "end_customer_account_id",
            {"end_customer_account_id": "ODD-NOBODY"},
        ),
        ("line without a product", "null_product_id", "product_id", {"product_id": ""}),
        ("line of no product", "orphan_product", "product_id", {"product_id": "ODD-NOTHING"}),
        ("line without a price", "null_amount", "unit_price", {"unit_price": ""}),
        ("line without a currency", "null_currency", "currency", {"currency": ""}),
        ("line without a first day", "null_starts_on", "starts_on", {"starts_on": ""}),
        ("line from the 30th of February", "bad_date", "starts_on", {"starts_on": "2025/02/30"}),
        ("line from before its era", "bad_date", "starts_on", {"starts_on": "R1.4.30"}),
        ("line with the year last", "bad_date", "starts_on", {"starts_on": "13/04/2025"}),
        ("line from a mere month", "bad_date", "starts_on", {"starts_on": "2025年4月"}),
        ("line until whenever", "bad_date", "ends_on", {"ends_on": "open"}),
        ("line from 1900", "start_out_of_range", "starts_on", {"starts_on": "1900-01-01"}),
        ("line from minus infinity", "bad_date", "starts_on", {"starts_on": "-infinity"}),
        ("line from the year 294247", "bad_date", "starts_on", {"starts_on": "294247-01-10"}),
        (
            "line that ends before it starts",
            "end_before_start",
            "ends_on",
            {"ends_on": "2024-12-31"},
        ),
        ("line until minus infinity", "bad_date", "ends_on", {"ends_on": "-infinity"}),
        ("price with a decimal comma", "bad_number", "unit_price", {"unit_price": "1.200,50"}),
        ("price in another currency", "bad_number", "unit_price", {"unit_price": "$100"}),
        ("price of a dash", "bad_number", "unit_price", {"unit_price": "－"}),
        ("price in percent", "bad_number", "unit_price", {"unit_price": "50%"}),
        ("price of two readings", "bad_number", "unit_price", {"unit_price": "1万2"}),
        ("price not a number", "bad_number", "unit_price", {"unit_price": "NaN"}),
        ("price of thirty digits", "amount_out_of_range", "unit_price", {"unit_price": "1e30"}),
        (
            "amount beyond all money",
            "amount_out_of_range",
            "unit_price",
            {"unit_price": "1e12", "quantity": "100000"},
        ),
        ("negative price", "negative_amount", "unit_price", {"unit_price": "-6000"}),
        (
            "price for a term without an end",
            "term_without_end",
            "ends_on",
            {"billing_unit": "term"},
        ),
        (
            "price for a term of five days",
            "term_lt_28d",
            "ends_on",
            {"billing_unit": "term", "ends_on": "2025-01-05"},
        ),
        (
            "digits that are worth money",
            "too_precise",
            "unit_price",
            {
                "charge_type": "usage",
                "quantity": "100000000000000",
                "unit_price": "0.00000000000049",
            },
        ),
        ("quantity in words", "bad_number", "quantity", {"quantity": "a few"}),
        ("quantity of twenty digits", "number_out_of_range", "quantity", {"quantity": "1e20"}),
        (
            "more units than a line holds",
            "number_out_of_range",
            "quantity",
            {"quantity": "2e12", "unit_price": "0.0001"},
        ),
        ("charge of an unknown kind", "bad_value", "charge_type", {"charge_type": "subscription"}),
        ("unit that nobody bills by", "bad_value", "billing_unit", {"billing_unit": "fortnight"}),
        ("state that nobody knows", "bad_value", "status", {"status": "sleeping"}),
        ("every zero months", "bad_interval", "billing_interval", {"billing_interval": "0"}),
        ("every 1,000 months", "bad_interval", "billing_interval", {"billing_interval": "1000"}),
        ("discount of 150 %", "discount_over_100", "discount_rate", {"discount_rate": "1.5"}),
        ("discount below nothing", "bad_rate", "discount_rate", {"discount_rate": "-0.1"}),
        ("tax below nothing", "bad_tax_rate", "tax_rate", {"tax_rate": "-0.1"}),
        ("trial perhaps", "bad_boolean", "is_trial", {"is_trial": "perhaps"}),
        (
            "discount of an unknown line",
            "orphan_discount",
            "parent_line_id",
            {"charge_type": "discount", "unit_price": "-100", "parent_line_id": "ODD-NOTHING"},
        ),
        (
            "discount of itself",
            "orphan_discount",
            "parent_line_id",
            {
                "charge_type": "discount",
                "unit_price": "-100",
                "discount_scope": "line",
                "contract_line_id": "ODD-SELF",
                "parent_line_id": "ODD-SELF",
            },
        ),
        (
            "discount that raises the price",
            "positive_discount",
            "unit_price",
            {"charge_type": "discount", "unit_price": "100"},
        ),
        (
            "discount of an unknown scope",
            "bad_value",
            "discount_scope",
            {"charge_type": "discount", "unit_price": "-100", "discount_scope": "world"},
        ),
    ),
    _pair(
        "line with two prices",
        "contract_lines",
        "conflicting_versions",
        "recorded_at",
        {**LINE, "contract_line_id": "ODD-PRICES"},
        {**LINE, "contract_line_id": "ODD-PRICES", "unit_price": "7000"},
    ),
    *_rows(
        "service_pauses",
        {"contract_line_id": "A000001-CHAT-1", "paused_from": "2025-10-01"},
        (
            "pause of no line",
            "orphan_line",
            "contract_line_id",
            {"contract_line_id": "ODD-NOTHING"},
        ),
        ("pause that ends before", "end_before_start", "paused_to", {"paused_to": "2025-09-01"}),
        ("pause from no day", "null_paused_from", "paused_from", {"paused_from": ""}),
        ("pause from never", "bad_date", "paused_from", {"paused_from": "soon"}),
    ),
    _pair(
        "pause of two lengths",
        "service_pauses",
        "conflicting_versions",
        "recorded_at",
        {
            "contract_line_id": "A000001-CHAT-2",
            "paused_from": "2026-03-01",
            "paused_to": "2026-03-31",
        },
        {
            "contract_line_id": "A000001-CHAT-2",
            "paused_from": "2026-03-01",
            "paused_to": "2026-04-30",
        },
    ),
    *_rows(
        "invoices",
        INVOICE,
        ("document without a number", "null_invoice_id", "invoice_id", {"invoice_id": ""}),
        ("document for nobody", "null_customer", "account_id", {"account_id": ""}),
        (
            "document for an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("document without an amount", "null_amount", "amount", {"amount": ""}),
        ("document of a sum in words", "bad_number", "amount", {"amount": "1.000,00"}),
        ("document of twenty digits", "amount_out_of_range", "amount", {"amount": "1e20"}),
        ("document of 10^15", "amount_out_of_range", "amount", {"amount": "1000000000000000"}),
        ("document issued in a month 13", "bad_date", "issued_on", {"issued_on": "2026-13-01"}),
        ("document of 1805", "day_out_of_range", "issued_on", {"issued_on": "1805-01-10"}),
        ("document paid at minus infinity", "bad_date", "paid_on", {"paid_on": "-infinity"}),
        ("document of an unknown kind", "bad_value", "kind", {"kind": "proforma"}),
        ("document in an unknown state", "bad_value", "status", {"status": "lost in the mail"}),
        ("document without a currency", "null_currency", "currency", {"currency": ""}),
    ),
    _pair(
        "document of two amounts",
        "invoices",
        "conflicting_versions",
        "recorded_at",
        {**INVOICE, "invoice_id": "ODD-AMOUNTS"},
        {**INVOICE, "invoice_id": "ODD-AMOUNTS", "amount": "2000"},
    ),
    *_rows(
        "usage_events",
        EVENT,
        ("event of nobody", "null_customer", "account_id", {"account_id": ""}),
        (
            "event of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("event of no feature", "null_feature_key", "feature_key", {"feature_key": ""}),
        ("event at no moment", "bad_timestamp", "occurred_at", {"occurred_at": "noon"}),
        (
            "event at the epoch",
            "day_out_of_range",
            "occurred_at",
            {"occurred_at": "1970-01-01T00:00:00Z"},
        ),
        ("event at a word", "bad_timestamp", "occurred_at", {"occurred_at": "epoch"}),
        (
            "event recorded before it happened",
            "future_event",
            "recorded_at",
            {"recorded_at": "2026-02-02T01:00:00Z"},
        ),
        ("event of a count in words", "bad_number", "quantity", {"quantity": "twice"}),
    ),
    *_rows(
        "usage_daily",
        COUNT,
        ("count of nobody", "null_customer", "account_id", {"account_id": ""}),
        (
            "count of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("count of no feature", "null_feature_key", "feature_key", {"feature_key": ""}),
        ("count of no day", "null_used_on", "used_on", {"used_on": ""}),
        ("count of the 30th of February", "bad_date", "used_on", {"used_on": "2026-02-30"}),
        ("count of 1900", "day_out_of_range", "used_on", {"used_on": "1900-01-01"}),
        (
            "count recorded before its day",
            "future_event",
            "recorded_at",
            {"recorded_at": "2026-02-02T01:00:00Z"},
        ),
        ("count in words", "bad_number", "event_count", {"event_count": "often"}),
        ("count of half a use", "bad_number", "event_count", {"event_count": "0.5"}),
        ("count below nothing", "negative_count", "event_count", {"event_count": "-1"}),
        ("count of nothing known", "null_event_count", "event_count", {"event_count": ""}),
    ),
    _pair(
        "day with two counts",
        "usage_daily",
        "conflicting_versions",
        "recorded_at",
        {**COUNT, "feature_key": "odd-twice"},
        {**COUNT, "feature_key": "odd-twice", "event_count": "2"},
    ),
    *_rows(
        "usage_meters",
        METER,
        ("reading of nobody", "null_customer", "account_id", {"account_id": ""}),
        (
            "reading of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("reading of an unknown meter", "bad_value", "meter", {"meter": "mood"}),
        ("reading of nothing", "null_used", "used", {"used": ""}),
        ("reading in words", "bad_number", "used", {"used": "plenty"}),
        ("reading on no day", "bad_date", "measured_on", {"measured_on": "2026-02-29"}),
        ("reading of 1900", "day_out_of_range", "measured_on", {"measured_on": "1900-01-01"}),
    ),
    *_rows(
        "support_tickets",
        TICKET,
        ("ticket without a number", "null_ticket_id", "ticket_id", {"ticket_id": ""}),
        (
            "ticket of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        (
            "ticket opened at no moment",
            "bad_timestamp",
            "opened_at",
            {"opened_at": "2026-03-02T25:00"},
        ),
        ("ticket about the weather", "bad_value", "topic", {"topic": "weather"}),
        (
            "ticket of the year 1",
            "day_out_of_range",
            "opened_at",
            {"opened_at": "0001-01-01T00:00:00Z"},
        ),
        ("ticket of a severity in words", "bad_number", "severity", {"severity": "high"}),
        (
            "ticket recorded before it was opened",
            "future_event",
            "recorded_at",
            {"recorded_at": "2026-02-02T01:00:00Z"},
        ),
    ),
    *_rows(
        "survey_responses",
        ANSWER,
        (
            "answer of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("answer to an unknown survey", "bad_value", "survey", {"survey": "happiness"}),
        (
            "answer of 1900",
            "day_out_of_range",
            "responded_at",
            {"responded_at": "1900-01-01T00:00:00Z"},
        ),
        ("answer above the scale", "score_out_of_range", "score", {"score": "11"}),
        ("answer below the scale", "score_out_of_range", "score", {"score": "-1"}),
        (
            "answer of 400 to another survey",
            "score_out_of_range",
            "score",
            {"survey": "csat", "score": "400"},
        ),
        (
            "answer on a scale of its own that ends before it",
            "score_out_of_range",
            "score",
            {"survey": "csat", "score": "8", "scale_min": "1", "scale_max": "7"},
        ),
        ("answer on a scale in words", "bad_number", "scale_max", {"scale_max": "ten"}),
        ("answer in words", "bad_number", "score", {"score": "good"}),
        ("answer of nothing", "null_score", "score", {"score": ""}),
    ),
    *_rows(
        "users",
        USER,
        ("user of a kind of its own", "bad_value", "kind", {"kind": "robot"}),
        ("user of no kind", "null_kind", "kind", {"kind": ""}),
    ),
    *_rows(
        "engagement_events",
        CLICK,
        (
            "click of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("click of an unknown kind", "bad_value", "kind", {"kind": "fax"}),
        (
            "click of 1605",
            "day_out_of_range",
            "occurred_at",
            {"occurred_at": "1605-11-05T00:00:00Z"},
        ),
        ("click at no moment", "null_occurred_at", "occurred_at", {"occurred_at": ""}),
    ),
    *_rows(
        "account_signals",
        SIGNAL,
        (
            "news of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("news of an unknown kind", "bad_value", "kind", {"kind": "rumour"}),
        (
            "news of 1605",
            "day_out_of_range",
            "occurred_at",
            {"occurred_at": "1605-11-05T00:00:00Z"},
        ),
        ("news at no moment", "bad_timestamp", "occurred_at", {"occurred_at": "lately"}),
    ),
    *_rows(
        "contacts",
        PERSON,
        ("person without an id", "null_contact_id", "contact_id", {"contact_id": ""}),
        (
            "person at an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("person of no role", "null_role", "role", {"role": ""}),
        ("person of an unknown role", "bad_value", "role", {"role": "friend"}),
        (
            "person who refuses perhaps",
            "bad_boolean",
            "do_not_contact",
            {"do_not_contact": "rather not"},
        ),
        ("person who left some day", "bad_date", "left_on", {"left_on": "last spring"}),
        ("person erased at no moment", "bad_timestamp", "erased_at", {"erased_at": "done"}),
    ),
    _pair(
        "person of two roles",
        "contacts",
        "conflicting_versions",
        "recorded_at",
        {**PERSON, "contact_id": "ODD-ROLES"},
        {**PERSON, "contact_id": "ODD-ROLES", "role": "champion"},
    ),
    *_rows(
        "actions",
        DEED,
        ("deed without an id", "null_action_id", "action_id", {"action_id": ""}),
        (
            "deed for an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("deed for nobody", "null_customer", "account_id", {"account_id": ""}),
        ("deed of an unknown kind", "bad_value", "kind", {"kind": "dinner"}),
        ("deed of an unknown outcome", "bad_value", "outcome", {"outcome": "hopeful"}),
        ("deed of no kind", "null_kind", "kind", {"kind": ""}),
        ("deed on no day", "null_done_on", "done_on", {"done_on": ""}),
        ("deed of 1900", "day_out_of_range", "done_on", {"done_on": "1900-01-01"}),
        (
            "deed recorded before it was done",
            "future_event",
            "recorded_at",
            {"recorded_at": "2026-02-02T01:00:00Z"},
        ),
    ),
    *_rows(
        "proposals",
        PROPOSAL,
        (
            "proposal to an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        ("proposal of an unknown class", "bad_value", "offer_class", {"offer_class": "gift"}),
        ("proposal of an unknown outcome", "bad_value", "outcome", {"outcome": "maybe"}),
        ("proposal on no day", "null_proposed_on", "proposed_on", {"proposed_on": ""}),
        (
            "lost before it was proposed",
            "closed_before_proposed",
            "closed_on",
            {"outcome": "lost", "closed_on": "2025-11-01"},
        ),
        ("proposal of 1900", "day_out_of_range", "proposed_on", {"proposed_on": "1900-01-01"}),
        ("proposal of 10^16", "number_out_of_range", "proposed_mrr", {"proposed_mrr": "1e16"}),
        ("proposal of a sum in words", "bad_number", "proposed_mrr", {"proposed_mrr": "a lot"}),
    ),
    *_rows(
        "experiments",
        ARM,
        ("arm without a name", "null_variant", "variant", {"variant": ""}),
        (
            "experiment that ends before it starts",
            "end_before_start",
            "ends_on",
            {"variant": "a", "ends_on": "2025-12-31"},
        ),
        (
            "arm that is control perhaps",
            "bad_boolean",
            "is_control",
            {"variant": "b", "is_control": "perhaps"},
        ),
        (
            "arm of a share in words",
            "bad_number",
            "planned_share",
            {"variant": "c", "planned_share": "half"},
        ),
    ),
    *_rows(
        "experiment_assignments",
        ASSIGNED,
        ("assignment of nobody", "null_customer", "account_id", {"account_id": ""}),
        (
            "assignment of an unknown account",
            "orphan_customer",
            "account_id",
            {"account_id": "ODD-NOBODY"},
        ),
        (
            "assignment to no experiment",
            "orphan_experiment",
            "experiment_id",
            {"experiment_id": "ODD-NOTHING", "account_id": GOOD},
        ),
        (
            "assignment at no moment",
            "bad_timestamp",
            "assigned_at",
            {"account_id": "A000003", "assigned_at": "then"},
        ),
    ),
    *_rows(
        "costs",
        COST,
        ("cost of an unknown kind", "bad_value", "kind", {"kind": "lunch"}),
        ("cost on no day", "bad_date", "incurred_on", {"incurred_on": "2026-06-31"}),
        ("cost at infinity", "bad_date", "incurred_on", {"incurred_on": "infinity"}),
        ("cost of the year 1", "day_out_of_range", "incurred_on", {"incurred_on": "0001-01-01"}),
        ("cost without an amount", "null_amount", "amount", {"amount": ""}),
        ("cost of thirty digits", "amount_out_of_range", "amount", {"amount": "1e30"}),
    ),
    *_rows(
        "budgets",
        PLANNED,
        (
            "plan of an unknown metric",
            "bad_value",
            "metric",
            {"month": "2031-01-01", "metric": "joy"},
        ),
        ("plan of no metric", "null_metric", "metric", {"month": "2031-02-01", "metric": ""}),
        (
            "plan by an unknown kind of segment",
            "bad_value",
            "segment_type",
            {"month": "2031-03-01", "segment_type": "mood"},
        ),
        ("plan without an amount", "null_amount", "amount", {"month": "2031-04-01", "amount": ""}),
        (
            "plan of thirty digits",
            "amount_out_of_range",
            "amount",
            {"month": "2031-05-01", "amount": "1e30"},
        ),
        ("plan of the year 1", "day_out_of_range", "month", {"month": "0001-01-01"}),
    ),
    *_rows(
        "fx_rates",
        RATE,
        ("rate of nothing", "rate_not_positive", "rate", {"rate": "0"}),
        (
            "rate below nothing",
            "rate_not_positive",
            "rate",
            {"rate": "-150", "valid_from": "2026-02-15"},
        ),
        ("rate in words", "bad_number", "rate", {"rate": "high", "valid_from": "2026-02-16"}),
        ("rate of an unknown kind", "bad_value", "rate_kind", {"rate_kind": "guess"}),
        ("rate from no day", "bad_date", "valid_from", {"valid_from": "2026-02-31"}),
        ("rate of no currency", "null_currency", "currency", {"currency": ""}),
    ),
    _pair(
        "two rates of one day",
        "fx_rates",
        "conflicting_versions",
        "recorded_at",
        {**RATE, "valid_from": "2026-02-17", "rate": "150"},
        {**RATE, "valid_from": "2026-02-17", "rate": "151"},
    ),
)

# Accounts of their own that pay 6,000 a month each, whatever is odd about them.
PAYER: Row = {**LINE, "contract_id": "", "currency": "JPY"}
ODD_ACCOUNTS: tuple[Row, ...] = (
    {**ACCOUNT, "account_id": "ODD-BOOKS"},
    {**ACCOUNT, "account_id": "ODD-PARENTLESS", "parent_account_id": "ODD-NOBODY"},
    {**ACCOUNT, "account_id": "ODD-ABOVE", "parent_account_id": "ODD-BELOW"},
    {**ACCOUNT, "account_id": "ODD-BELOW", "parent_account_id": "ODD-ABOVE"},
    {**ACCOUNT, "account_id": "ODD-BOUGHT", "merged_into_account_id": "ODD-NOBODY"},
    {**ACCOUNT, "account_id": "ODD-RING-1", "merged_into_account_id": "ODD-RING-2"},
    {**ACCOUNT, "account_id": "ODD-RING-2", "merged_into_account_id": "ODD-RING-3"},
    {**ACCOUNT, "account_id": "ODD-RING-3", "merged_into_account_id": "ODD-RING-1"},
    {**ACCOUNT, "account_id": "ODD-MONTH-13", "fiscal_year_end_month": "13"},
    {**ACCOUNT, "account_id": "ODD-YEAR-1", "created_on": "0001-01-01"},
    {**ACCOUNT, "account_id": "ODD-NAME", "account_name": "x" * 100_000},
    {**ACCOUNT, "account_id": "ODD-HUGE"},
)
BOOKS: Row = {**PAYER, "account_id": "ODD-BOOKS"}
ODD_LINES: tuple[Row, ...] = tuple(
    {**PAYER, "contract_line_id": f"{row['account_id']}-1", "account_id": row["account_id"]}
    for row in ODD_ACCOUNTS[:-1]
)

ODDITIES: tuple[Odd, ...] = (
    Odd("unknown parent", "accounts", "unknown_reference", "parent_account_id", (ODD_ACCOUNTS[1],)),
    Odd("parents in a circle", "accounts", "unused_link", "parent_account_id", ODD_ACCOUNTS[2:4]),
    Odd(
        "taken over by nobody",
        "accounts",
        "unknown_reference",
        "merged_into_account_id",
        (ODD_ACCOUNTS[4],),
    ),
    Odd(
        "taken over in a circle",
        "accounts",
        "unused_link",
        "merged_into_account_id",
        ODD_ACCOUNTS[5:8],
    ),
    Odd("month 13", "accounts", "out_of_range", "fiscal_year_end_month", (ODD_ACCOUNTS[8],)),
    Odd(
        "customer since the year 1", "accounts", "implausible_day", "created_on", (ODD_ACCOUNTS[9],)
    ),
    Odd(
        "name of 100,000 letters", "accounts", "overlong_text", "account_name", (ODD_ACCOUNTS[10],)
    ),
    *_rows(
        "products",
        {"product_name": "Odd"},
        (
            "add-on to nothing",
            "unknown_reference",
            "parent_product_id",
            {"parent_product_id": "ODD-NOTHING"},
        ),
        (
            "product that needs nothing",
            "unknown_reference",
            "requires_product_id",
            {"requires_product_id": "ODD-NOTHING"},
        ),
        (
            "product followed by nothing",
            "unknown_reference",
            "successor_product_id",
            {"successor_product_id": "ODD-NOTHING"},
        ),
        ("margin of 500 %", "out_of_range", "gross_margin_rate", {"gross_margin_rate": "5"}),
    ),
    *_rows(
        "plans",
        PLAN,
        (
            "plan below nothing",
            "out_of_range",
            "list_price_per_seat_month",
            {"list_price_per_seat_month": "-5", "currency": "JPY"},
        ),
        ("plan of rank 99", "out_of_range", "tier_rank", {"tier_rank": "99"}),
        (
            "plan in a currency without a rate",
            "no_rate",
            "currency",
            {"list_price_per_seat_month": "5", "currency": "GBP"},
        ),
    ),
    *_rows(
        "contract_lines",
        BOOKS,
        ("line on no plan", "unknown_reference", "plan_id", {"plan_id": "ODD-NOTHING"}),
        (
            "line that ended before it began",
            "days_in_wrong_order",
            "terminated_on",
            {"terminated_on": "2024-06-30"},
        ),
        (
            "line that renews nothing",
            "unknown_reference",
            "replaces_line_id",
            {"replaces_line_id": "ODD-NOTHING"},
        ),
        ("line taxed at 1000 %", "out_of_range", "tax_rate", {"tax_rate": "10"}),
    ),
    _pair(
        "line that replaces a later one",
        "contract_lines",
        "unused_link",
        "replaces_line_id",
        {**BOOKS, "contract_line_id": "ODD-EARLIER", "replaces_line_id": "ODD-LATER"},
    ),
    _pair(
        "lines that replace each other",
        "contract_lines",
        "unused_link",
        "replaces_line_id",
        {**BOOKS, "contract_line_id": "ODD-TWIN-1", "replaces_line_id": "ODD-TWIN-2"},
        {**BOOKS, "contract_line_id": "ODD-TWIN-2", "replaces_line_id": "ODD-TWIN-1"},
    ),
    *_rows(
        "invoices",
        {**INVOICE, "account_id": "ODD-BOOKS", "paid_on": "2026-02-01"},
        (
            "document of no product",
            "unknown_reference",
            "product_id",
            {"product_id": "ODD-NOTHING"},
        ),
        (
            "document of no line",
            "unknown_reference",
            "contract_line_id",
            {"contract_line_id": "ODD-NOTHING"},
        ),
        (
            "credit of nothing",
            "unknown_reference",
            "settles_invoice_id",
            {"kind": "credit_note", "settles_invoice_id": "ODD-NOTHING", "paid_on": ""},
        ),
        (
            "document due before it was issued",
            "days_in_wrong_order",
            "due_on",
            {"due_on": "2025-12-31"},
        ),
        ("document paid in the year 1", "implausible_day", "paid_on", {"paid_on": "0001-01-01"}),
        ("document of 9 x 10^12", "out_of_range", "amount", {"amount": "9000000000000"}),
        ("document in a currency without a rate", "no_rate", "currency", {"currency": "GBP"}),
    ),
    *_rows(
        "support_tickets",
        {**TICKET, "account_id": "ODD-BOOKS"},
        (
            "ticket closed before it was opened",
            "days_in_wrong_order",
            "closed_at",
            {"closed_at": "2026-03-01T01:00:00Z"},
        ),
        ("ticket of severity 9", "out_of_range", "severity", {"severity": "9"}),
        ("ticket rated 6 of 5", "score_out_of_range", "csat", {"csat": "6"}),
        ("ticket rated by nobody", "not_rated", "csat", {"csat": "0"}),
        (
            "ticket rated on no scale",
            "off_scale",
            "scale_max",
            {"csat": "4", "scale_min": "5", "scale_max": "1"},
        ),
        (
            "ticket closed in the year 2925",
            "implausible_day",
            "closed_at",
            {"closed_at": "2925-12-31T00:00:00Z"},
        ),
    ),
    *_rows(
        "survey_responses",
        {**ANSWER, "account_id": "ODD-BOOKS"},
        (
            "answer on no scale",
            "off_scale",
            "scale_max",
            {"score": "9", "scale_min": "10", "scale_max": "10"},
        ),
    ),
    *_rows(
        "users",
        USER,
        (
            "user erased in the year 1",
            "implausible_day",
            "erased_at",
            {"erased_at": "0001-01-01T00:00:00Z"},
        ),
    ),
    *_rows(
        "account_attributes",
        {**ATTRIBUTE, "account_id": "ODD-BOOKS"},
        (
            "attribute from the year 2500 on",
            "implausible_day",
            "valid_from",
            {"attribute": "odd-far", "valid_from": "2500-01-01"},
        ),
        (
            "attribute of 100,000 letters",
            "overlong_text",
            "value",
            {"attribute": "odd-long", "value": "A" * 100_000},
        ),
    ),
    *_rows(
        "usage_daily",
        {**COUNT, "account_id": "ODD-BOOKS"},
        ("count of no product", "unknown_reference", "product_id", {"product_id": "ODD-NOTHING"}),
    ),
    *_rows(
        "usage_meters",
        {**METER, "account_id": "ODD-BOOKS"},
        ("reading below nothing", "out_of_range", "used", {"used": "-5"}),
        ("reading of no product", "unknown_reference", "product_id", {"product_id": "ODD-NOTHING"}),
    ),
    *_rows(
        "contacts",
        {**PERSON, "account_id": "ODD-BOOKS"},
        (
            "person who left before coming",
            "days_in_wrong_order",
            "left_on",
            {"effective_from": "2026-01-02", "left_on": "2026-01-01"},
        ),
        (
            "person who refused in the year 1",
            "implausible_day",
            "opted_out_on",
            {"opted_out_on": "0001-01-01"},
        ),
        (
            "person of 100,000 letters",
            "overlong_text",
            "person_name",
            {"person_name": "A" * 100_000},
        ),
    ),
    *_rows(
        "actions",
        {**DEED, "account_id": "ODD-BOOKS"},
        (
            "deed about no alert",
            "unknown_reference",
            "alert_id",
            {"alert_id": "ODD-BOOKS|turned_red"},
        ),
        ("deed about no offer", "unknown_reference", "offer_id", {"offer_id": "more seats"}),
    ),
    *_rows(
        "proposals",
        {**PROPOSAL, "account_id": "ODD-BOOKS"},
        ("won without a day", "no_day", "closed_on", {"outcome": "won"}),
        (
            "proposal of no product",
            "unknown_reference",
            "product_id",
            {"product_id": "ODD-NOTHING"},
        ),
        ("proposal of no plan", "unknown_reference", "plan_id", {"plan_id": "ODD-NOTHING"}),
        (
            "proposal of no experiment",
            "unknown_reference",
            "experiment_id",
            {"experiment_id": "ODD-NOTHING"},
        ),
        (
            "duplicate of nothing",
            "lone_duplicate",
            "outcome",
            {"outcome": "duplicate", "offer_class": "add_on"},
        ),
        (
            "proposal in a currency that is not paid in",
            "currency_contradicted",
            "currency",
            {"currency": "USD", "current_mrr": "100000"},
        ),
        ("proposal below nothing", "out_of_range", "proposed_mrr", {"proposed_mrr": "-1000"}),
        ("proposal in a currency without a rate", "no_rate", "currency", {"currency": "GBP"}),
    ),
    *_rows(
        "experiments",
        ARM,
        (
            "arm of five shares",
            "out_of_range",
            "planned_share",
            {"experiment_id": "ODD-X5", "variant": "a", "planned_share": "5"},
        ),
        (
            "arm below nothing",
            "out_of_range",
            "planned_share",
            {"experiment_id": "ODD-X6", "variant": "a", "planned_share": "-0.5"},
        ),
    ),
    *_rows(
        "costs",
        COST,
        ("cost below nothing", "out_of_range", "amount", {"amount": "-1000"}),
        ("cost in a currency without a rate", "no_rate", "currency", {"currency": "GBP"}),
    ),
    *_rows(
        "budgets",
        PLANNED,
        (
            "budget in a currency without a rate",
            "no_rate",
            "currency",
            {
                "month": "2031-06-01",
                "segment_type": "all",
                "segment": "all",
                "currency": "GBP",
            },
        ),
    ),
)

# Rows that are named by a warning of the build: (kind, warning, row).
WARNED: tuple[Odd, ...] = (
    Odd(
        "line of the size of a country",
        "contract_lines",
        "outlier",
        "contract_line_id",
        (
            {
                **PAYER,
                "contract_line_id": "ODD-HUGE-1",
                "account_id": "ODD-HUGE",
                "unit_price": "900000000000",
                "quantity": "1000",
            },
        ),
    ),
)

# Rows that others need, and that are no kind of their own.
HELPERS: tuple[tuple[str, Row], ...] = (
    *(("accounts", row) for row in ODD_ACCOUNTS if not any(row in odd.rows for odd in ODDITIES)),
    *(("contract_lines", row) for row in ODD_LINES),
    ("contract_lines", {**BOOKS, "contract_line_id": "ODD-LATER", "starts_on": "2025-06-01"}),
)


def kinds() -> tuple[Odd, ...]:
    """All of them."""
    return (*REFUSED, *ODDITIES, *WARNED)


def rows_by_table() -> dict[str, list[Row]]:
    """What a raw folder gets, table by table, in the order of the lists."""
    found: dict[str, list[Row]] = {}
    for table, row in HELPERS:
        found.setdefault(table, []).append(row)
    for odd in kinds():
        found.setdefault(odd.table, []).extend(odd.rows)
    return found
