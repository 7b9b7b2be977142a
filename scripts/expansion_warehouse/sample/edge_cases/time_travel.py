"""Section 6.7: what is recorded long after, or before, it happens."""

from __future__ import annotations

from expansion_warehouse.sample.edge_cases.rows import account, case, event, line

CASES = (
    case(
        "E90",
        "amendment recorded after two closes",
        account("E90"),
        account("E90-LESS"),
        account("E90-USD", country="US"),
        line("E90", 1, starts_on="2024-04-01", recorded_at="2024-04-01 01:00:00"),
        line(
            "E90",
            1,
            unit_price="120000",
            starts_on="2024-04-01",
            effective_from="2025-04-01",
            recorded_at="2025-06-10 01:00:00",
        ),
        line("E90-LESS", 1, starts_on="2024-04-01", recorded_at="2024-04-01 01:00:00"),
        line(
            "E90-LESS",
            1,
            unit_price="70000",
            starts_on="2024-04-01",
            effective_from="2025-04-01",
            recorded_at="2025-06-10 01:00:00",
        ),
        # Late news about the last month of a fiscal year, known at the first close of the next.
        line("E90-USD", 1, unit_price="1000", currency="USD", recorded_at="2025-04-01 01:00:00"),
        line(
            "E90-USD",
            1,
            unit_price="1200",
            currency="USD",
            effective_from="2026-03-01",
            recorded_at="2026-04-20 01:00:00",
        ),
    ),
    case(
        "E91",
        "cancellation recorded late",
        line("E91", 1, starts_on="2024-04-01", recorded_at="2024-04-01 01:00:00"),
        line(
            "E91",
            1,
            starts_on="2024-04-01",
            terminated_on="2025-04-30",
            effective_from="2025-04-30",
            recorded_at="2025-06-10 01:00:00",
        ),
    ),
    case(
        "E92",
        "new contract recorded late",
        line("E92", 1, starts_on="2025-05-15", recorded_at="2025-06-10 01:00:00"),
    ),
    case(
        "E95",
        "event recorded before it happened",
        line("E95", 1, product_id="CRM", plan_id="CRM-STANDARD", quantity="3", unit_price="6000"),
        event("E95", "1", 1, "2026-01-01 02:00:00", recorded_at="2025-06-01 02:00:00"),
    ),
)
