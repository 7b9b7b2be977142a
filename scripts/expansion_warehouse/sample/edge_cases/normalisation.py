"""Section 6.1: from a contract to its monthly amount."""

from __future__ import annotations

from expansion_warehouse.sample.edge_cases.rows import (
    A100,
    OTHER_PRODUCT,
    THIRD_PRODUCT,
    account,
    case,
    line,
    proposal,
    renewed_a100,
)

CASES = (
    # The only A100 that really ends: its case is the churn of April 2026.
    case("E01", "annual prepaid", line("E01", 1, **A100)),
    case("E02", "quarterly", line("E02", 1, unit_price="300000", billing_unit="quarter")),
    case(
        "E03",
        "three years prepaid",
        line("E03", 1, unit_price="3600000", billing_unit="term", ends_on="2028-03-31"),
    ),
    case(
        "E04",
        "yearly price that twelve does not divide",
        account("E04-JPY"),
        account("E04-USD", country="US"),
        line("E04-JPY", 1, unit_price="100000", billing_unit="year"),
        line("E04-USD", 1, unit_price="1000", billing_unit="year", currency="USD"),
    ),
    case("E05", "weekly plan", line("E05", 1, unit_price="10000", billing_unit="week")),
    case(
        "E06",
        "set-up fee beside a contract",
        line(
            "E06",
            "S",
            charge_type="one_time",
            unit_price="500000",
            ends_on="2025-04-01",
        ),
        *renewed_a100("E06"),
    ),
    case(
        "E07",
        "price includes tax",
        *renewed_a100("E07", unit_price="1320000", tax_rate="0.10", is_tax_inclusive=True),
    ),
    case("E08", "flat discount", *renewed_a100("E08", discount_rate="0.20")),
    case(
        "E09",
        "discount for three months",
        line("E09", 1),
        line(
            "E09",
            "D",
            charge_type="discount",
            unit_price="-50000",
            ends_on="2025-06-30",
            parent_line_id="E09-1",
        ),
    ),
    case(
        "E10",
        "ramp signed at once",
        account("E10"),
        *(
            line(
                "E10",
                year,
                unit_price=str(2000 * year),
                starts_on=f"{2023 + year}-04-01",
                ends_on=f"{2024 + year}-03-31",
                signed_on="2024-03-15",
                recorded_at="2024-03-15 01:00:00",
                replaces_line_id=f"E10-{year - 1}" if year > 1 else None,
            )
            for year in (1, 2, 3)
        ),
        # A first month for 1,000 and then 15,000; and half the price for as long as the term.
        account("E10-INTRO"),
        line("E10-INTRO", 1, unit_price="1000", recorded_at="2025-04-01 01:00:00"),
        line(
            "E10-INTRO",
            1,
            unit_price="15000",
            effective_from="2025-05-01",
            recorded_at="2025-04-01 01:00:00",
        ),
        account("E10-COUPON"),
        line("E10-COUPON", 1, ends_on="2026-03-31"),
        line(
            "E10-COUPON",
            "D",
            charge_type="discount",
            unit_price="-50000",
            ends_on="2026-03-31",
            parent_line_id="E10-COUPON-1",
        ),
    ),
    case(
        "E11",
        "trial then paid",
        line("E11", 1, is_trial=True, ends_on="2025-04-14"),
        line("E11", 2, starts_on="2025-04-15", replaces_line_id="E11-1"),
    ),
    case(
        "E12",
        "free plan then paid",
        line("E12", 1, plan_id="EDGE-FREE", unit_price="0", ends_on="2025-08-31"),
        line(
            "E12",
            2,
            plan_id="EDGE-BASIC",
            unit_price="30000",
            starts_on="2025-09-01",
            replaces_line_id="E12-1",
        ),
    ),
    case(
        "E13",
        "usage above the commitment",
        line("E13", 1),
        line(
            "E13",
            "U",
            charge_type="usage",
            unit_price="35000",
            starts_on="2025-05-01",
            ends_on="2025-05-31",
        ),
    ),
    case(
        "E14",
        "monthly to annual at 20 percent less",
        line("E14", 1, unit_price="10000", starts_on="2024-10-01", ends_on="2025-09-30"),
        line(
            "E14",
            2,
            unit_price="96000",
            billing_unit="year",
            starts_on="2025-10-01",
            ends_on="2026-09-30",
            replaces_line_id="E14-1",
        ),
        proposal(
            "E14",
            1,
            "won",
            offer_class="long_term",
            current_mrr="10000",
            proposed_mrr="8000",
            proposed_on="2025-09-10",
            closed_on="2025-09-25",
        ),
    ),
    case(
        "E15",
        "bundle split over three products",
        line("E15", 1, unit_price="33.34", currency="USD"),
        line("E15", 2, unit_price="33.33", currency="USD", product_id=OTHER_PRODUCT),
        line("E15", 3, unit_price="33.33", currency="USD", product_id=THIRD_PRODUCT),
    ),
    case(
        "E16",
        "odd term",
        line(
            "E16",
            1,
            unit_price="106000",
            billing_unit="term",
            starts_on="2025-01-15",
            ends_on="2025-04-30",
        ),
    ),
    case(
        "E17",
        "term one day too long",
        line("E17", 1, unit_price="1200000", billing_unit="term", ends_on="2026-04-01"),
        line(
            "E17",
            "R",
            unit_price="1200000",
            billing_unit="term",
            starts_on="2026-04-02",
            ends_on="2027-04-01",
            replaces_line_id="E17-1",
        ),
    ),
)
