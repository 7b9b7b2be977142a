"""Sections 6.2 and 6.3: first and last days, gaps and overlaps."""

from __future__ import annotations

from expansion_warehouse.sample.edge_cases.rows import OTHER_PRODUCT, account, case, line

CASES = (
    case("E18", "starts on the last day of a month", line("E18", 1, starts_on="2025-04-30")),
    case(
        "E19",
        "ends on the last day or the day before",
        account("E19-LAST"),
        account("E19-BEFORE"),
        line("E19-LAST", 1, starts_on="2025-01-01", ends_on="2025-04-30"),
        line("E19-BEFORE", 1, starts_on="2025-01-01", ends_on="2025-04-29"),
    ),
    case(
        "E20",
        "starts on a leap day",
        line(
            "E20",
            1,
            unit_price="1200000",
            billing_unit="term",
            starts_on="2024-02-29",
            ends_on="2025-02-28",
        ),
    ),
    case(
        "E21",
        "term of 366 days",
        line(
            "E21",
            1,
            unit_price="1200000",
            billing_unit="term",
            starts_on="2024-01-01",
            ends_on="2024-12-31",
        ),
    ),
    case("E22", "month-end anchor", line("E22", 1, starts_on="2024-01-31")),
    case(
        "E23",
        "in and out within one month",
        line("E23", 1, unit_price="50000", starts_on="2025-05-05", ends_on="2025-05-20"),
    ),
    case(
        "E24",
        "end before start",
        line("E24", 1, starts_on="2025-06-01", ends_on="2025-05-31"),
    ),
    case(
        "E25",
        "one-day contract priced for its term",
        line(
            "E25",
            1,
            unit_price="10000",
            billing_unit="term",
            starts_on="2025-05-31",
            ends_on="2025-05-31",
        ),
    ),
    case("E26", "open-ended", line("E26", 1)),
    case(
        "E27",
        "signed long before it starts",
        line(
            "E27",
            1,
            starts_on="2025-06-01",
            signed_on="2025-03-10",
            recorded_at="2025-03-10 01:00:00",
        ),
    ),
    case(
        "E28",
        "start given as a moment in UTC",
        line("E28", 1, starts_on="2025-03-31T15:30Z"),
    ),
    case(
        "E30",
        "gap of one day over a month-end",
        line("E30", 1, starts_on="2024-10-01", ends_on="2025-03-30"),
        line("E30", 2, replaces_line_id="E30-1"),
    ),
    case(
        "E31",
        "gap of 30 days",
        line("E31", 1, starts_on="2024-10-01", ends_on="2025-03-15"),
        line("E31", 2, starts_on="2025-04-15"),
    ),
    case(
        "E32",
        "gap of 31 days",
        line("E32", 1, starts_on="2024-10-01", ends_on="2025-03-15"),
        line("E32", 2, starts_on="2025-04-16"),
    ),
    case(
        "E33",
        "renewal recorded after the close",
        line(
            "E33",
            1,
            starts_on="2024-10-01",
            ends_on="2025-03-15",
            recorded_at="2024-10-01 01:00:00",
        ),
        line(
            "E33",
            2,
            starts_on="2025-04-01",
            recorded_at="2025-05-20 01:00:00",
            replaces_line_id="E33-1",
        ),
    ),
    case(
        "E34",
        "early renewal overlaps",
        line("E34", 1, starts_on="2024-04-01", ends_on="2025-03-31"),
        line(
            "E34",
            2,
            unit_price="120000",
            starts_on="2025-03-15",
            replaces_line_id="E34-1",
        ),
    ),
    case(
        "E35",
        "second product beside the first",
        line("E35", 1),
        line("E35", 2, product_id=OTHER_PRODUCT, unit_price="40000", starts_on="2025-06-01"),
    ),
    case(
        "E36",
        "two unlinked base lines of one product",
        line("E36", 1, signed_on="2025-03-01"),
        line("E36", 2, starts_on="2025-06-01", signed_on="2025-05-20", contract_id="C-E36-2"),
    ),
    case(
        "E37",
        "add-on seats",
        line("E37", 1, quantity="10", unit_price="1000"),
        line("E37", 2, quantity="5", unit_price="1000", starts_on="2025-05-10"),
    ),
    case(
        "E38",
        "add-on seats folded into the renewal",
        line("E38", 1, quantity="10", unit_price="1000", ends_on="2026-03-31"),
        line(
            "E38",
            2,
            quantity="5",
            unit_price="1000",
            starts_on="2025-05-10",
            ends_on="2026-03-31",
        ),
        line(
            "E38",
            3,
            quantity="15",
            unit_price="1000",
            starts_on="2026-04-01",
            replaces_line_id="E38-1",
        ),
    ),
    case(
        "E39",
        "stub until the common end",
        line("E39", 1, starts_on="2025-01-01"),
        line(
            "E39",
            2,
            product_id="EDGE-ADD-ON",
            unit_price="39000",
            billing_unit="term",
            starts_on="2025-05-10",
            ends_on="2025-12-31",
        ),
    ),
)
