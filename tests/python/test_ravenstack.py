"""The RavenStack import: nothing vanishes, and the published figures come out of its files.

The figures are computed here by hand, from the imported files alone, so that they hold whatever
the dbt models say. The data set is not part of the project.
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from expansion_warehouse.importers.importer import IMPORTERS, ImportSummary, run_import

SOURCE = Path(
    os.environ.get("WAREHOUSE_RAVENSTACK")
    or Path(__file__).parents[2] / ".." / "shared" / "data" / "ravenstack"
)
FILES = ("accounts", "subscriptions", "feature_usage", "support_tickets", "churn_events")

pytestmark = pytest.mark.skipif(
    not SOURCE.is_dir(), reason="RavenStack is not here: set WAREHOUSE_RAVENSTACK to its folder"
)

# Month-end balances per account: lines that cover the day add up. With bridging, a month-end in a
# hole of at most 30 days that no line covers keeps the balance of the last covered day.
BALANCES = """
create table balances as
with lines as (
    select
        account_id,
        starts_on,
        coalesce(ends_on, date '9999-12-30') as ends_on,
        case when is_trial then 0
            else cast(quantity * unit_price as decimal(28, 2))
                / case billing_unit when 'month' then 1 when 'year' then 12 end
        end as mrr,
    from contract_lines
    where ends_on is null or ends_on >= starts_on
),

month_ends as (
    select cast(last_day(month) as date) as month_end
    from range(date '2022-12-01', date '2025-01-01', interval 1 month) as months (month)
),

holes as (
    select
        account_id,
        last_covered,
        starts_on as next_start,
    from (
        select
            account_id,
            starts_on,
            max(ends_on) over (
                partition by account_id order by starts_on, ends_on
                rows between unbounded preceding and 1 preceding
            ) as last_covered,
        from lines
    )
    where starts_on - last_covered - 1 between 1 and 30
),

unbridged as (
    select lines.account_id, month_ends.month_end, sum(lines.mrr) as mrr
    from lines
    join month_ends on month_ends.month_end between lines.starts_on and lines.ends_on
    group by lines.account_id, month_ends.month_end
),

bridged as (
    select holes.account_id, month_ends.month_end, sum(lines.mrr) as mrr
    from holes
    join month_ends
        on month_ends.month_end > holes.last_covered and month_ends.month_end < holes.next_start
    join lines
        on holes.account_id = lines.account_id
        and holes.last_covered between lines.starts_on and lines.ends_on
    group by holes.account_id, month_ends.month_end
)

select account_id, month_end, round(mrr, 2) as mrr, false as is_bridged from unbridged
union all
select account_id, month_end, round(mrr, 2) as mrr, true as is_bridged from bridged
"""

RETENTION = """
with opening as (
    select account_id, sum(mrr) as mrr
    from balances
    where month_end = $opening and (not is_bridged or $bridging)
    group by account_id
    having sum(mrr) > 0
),

closing as (
    select account_id, sum(mrr) as mrr
    from balances
    where month_end = $closing and (not is_bridged or $bridging)
    group by account_id
)

select
    sum(coalesce(closing.mrr, 0)) / sum(opening.mrr) as nrr,
    sum(least(coalesce(closing.mrr, 0), opening.mrr)) / sum(opening.mrr) as grr,
from opening
left join closing on opening.account_id = closing.account_id
"""


@dataclass(frozen=True)
class Imported:
    summary: ImportSummary
    con: duckdb.DuckDBPyConnection
    source: dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """The import as views, and the source read once more without DuckDB."""
    target = tmp_path_factory.mktemp("ravenstack") / "raw"
    summary = run_import("ravenstack", SOURCE, target)
    source = {}
    for name in FILES:
        with (SOURCE / f"ravenstack_{name}.csv").open(encoding="utf-8", newline="") as lines:
            source[name] = list(csv.DictReader(lines))
    with duckdb.connect() as con:
        for table in summary.rows_out:
            con.execute(
                f"create view {table} as "
                f"select * from read_parquet('{target / table}/ravenstack.parquet')"
            )
        con.execute(BALANCES)
        yield Imported(summary, con, source)


def test_every_source_row_arrives_or_is_left_out(imported: Imported) -> None:
    summary = imported.summary
    assert summary.rows_in == {name: len(imported.source[name]) for name in FILES}
    assert summary.rows_in == {
        "accounts": 500,
        "subscriptions": 5000,
        "feature_usage": 25000,
        "support_tickets": 2000,
        "churn_events": 600,
    }
    assert summary.rows_out == {
        "accounts": 500,
        "contract_lines": 5000,
        "invoices": 142,
        "plans": 3,
        "products": 1,
        "support_tickets": 2000,
        "usage_events": 25000,
    }
    assert summary.rows_left_out == {"churn_events": 600 - 142}
    pairs = (
        ("accounts", "account_id", "accounts", "account_id"),
        ("subscriptions", "subscription_id", "contract_lines", "contract_line_id"),
        ("support_tickets", "ticket_id", "support_tickets", "ticket_id"),
    )
    for name, key, table, column in pairs:
        arrived = imported.con.execute(f"select {column} from {table}").fetchall()
        assert sorted(row[0] for row in arrived) == sorted(
            row[key] for row in imported.source[name]
        )


def test_every_source_column_is_used_or_left_out(imported: Imported) -> None:
    left_out = {what for what, _ in imported.summary.left_out}
    texts = []
    for path in (IMPORTERS / "ravenstack").glob("*.sql"):
        text = re.sub("--.*", "", path.read_text())
        # The fingerprint reads every column of a usage record without keeping any.
        texts.append(re.sub(r"concat_ws\(.*?\)", "", text, flags=re.DOTALL))
    for name in FILES:
        readers = [text for text in texts if f"source.{name}" in text]
        for column in imported.source[name][0]:
            used = any(re.search(rf"\b{column}\b", text) for text in readers)
            assert used != (f"{name}.{column}" in left_out), f"{name}.{column}"


def test_mrr_of_every_line_is_exact(imported: Imported) -> None:
    lines = imported.con.execute(
        "select contract_line_id, quantity, unit_price, billing_unit, is_trial, plan_id, currency, "
        "account_id, charge_type from contract_lines"
    ).fetchall()
    source = {row["subscription_id"]: row for row in imported.source["subscriptions"]}
    total = Decimal(0)
    for line_id, quantity, unit_price, unit, is_trial, plan, currency, account, charge in lines:
        row = source[line_id]
        annual = row["billing_frequency"] == "annual"
        amount = quantity * unit_price
        assert unit == ("year" if annual else "month")
        assert quantity == int(row["seats"])
        assert amount == Decimal(row["arr_amount" if annual else "mrr_amount"])
        assert amount == Decimal(row["mrr_amount"]) * (12 if annual else 1)
        assert is_trial == (row["is_trial"] == "True")
        assert (amount == 0) == is_trial
        assert (plan, account) == (row["plan_tier"], row["account_id"])
        assert (currency, charge) == ("USD", "recurring")
        total += amount / (12 if annual else 1)
    assert total == sum(Decimal(row["mrr_amount"]) for row in imported.source["subscriptions"])
    assert total == 11_338_747
    assert sum(row["is_trial"] == "True" for row in source.values()) == 778


def test_plans_carry_the_price_that_their_lines_charge(imported: Imported) -> None:
    assert imported.con.execute(
        "select plan_id, tier_rank, list_price_per_seat_month, currency, product_id from plans "
        "order by tier_rank"
    ).fetchall() == [
        ("Basic", 1, Decimal(19), "USD", "RavenStack"),
        ("Pro", 2, Decimal(49), "USD", "RavenStack"),
        ("Enterprise", 3, Decimal(199), "USD", "RavenStack"),
    ]


def test_end_dates_become_inclusive_and_empty_lines_stay_visible(imported: Imported) -> None:
    lines = imported.con.execute(
        "select contract_line_id, starts_on, ends_on from contract_lines"
    ).fetchall()
    source = {row["subscription_id"]: row for row in imported.source["subscriptions"]}
    for line_id, starts_on, ends_on in lines:
        row = source[line_id]
        assert starts_on == date.fromisoformat(row["start_date"])
        if row["end_date"]:
            assert ends_on == date.fromisoformat(row["end_date"]) - timedelta(days=1)
        else:
            assert ends_on is None
    backwards = [line for line in lines if line[2] is not None and line[2] < line[1]]
    assert len(backwards) == 13
    assert all(ends_on == starts_on - timedelta(days=1) for _, starts_on, ends_on in backwards)
    assert sum(int(source[line[0]]["mrr_amount"]) for line in backwards) == 46_324


def test_refunds_are_the_only_money_of_churn_events(imported: Imported) -> None:
    refunds = imported.con.execute(
        "select invoice_id, account_id, issued_on, kind, amount, currency from invoices"
    ).fetchall()
    expected = [
        (
            row["churn_event_id"],
            row["account_id"],
            date.fromisoformat(row["churn_date"]),
            "refund",
            Decimal(row["refund_amount_usd"]),
            "USD",
        )
        for row in imported.source["churn_events"]
        if Decimal(row["refund_amount_usd"]) != 0
    ]
    assert sorted(refunds) == sorted(expected)
    assert sum(row[4] for row in refunds) == Decimal("8652.25")


def test_usage_events_get_a_unique_and_stable_id(imported: Imported, tmp_path: Path) -> None:
    events = imported.con.execute(
        "select event_id, account_id, feature_key, occurred_at, quantity from usage_events"
    ).fetchall()
    assert len({row[0] for row in events}) == 25_000
    twice = Counter(row["usage_id"] for row in imported.source["feature_usage"])
    assert sum(count == 2 for count in twice.values()) == 21 and max(twice.values()) == 2

    account = {
        row["subscription_id"]: row["account_id"] for row in imported.source["subscriptions"]
    }
    arrived = sorted((row[0].rpartition("-")[0], *row[1:]) for row in events)
    assert arrived == sorted(
        (
            row["usage_id"],
            account[row["subscription_id"]],
            row["feature_name"],
            datetime.fromisoformat(row["usage_date"]),
            Decimal(row["usage_count"]),
        )
        for row in imported.source["feature_usage"]
    )

    half = copy_of_source(tmp_path / "half", every=2)
    run_import("ravenstack", half, tmp_path / "raw")
    fewer = imported.con.execute(
        f"select event_id from read_parquet('{tmp_path}/raw/usage_events/*.parquet')"
    ).fetchall()
    assert len(fewer) == 12_500
    assert {row[0] for row in fewer} < {row[0] for row in events}


def test_tickets_and_countries_are_translated(imported: Imported) -> None:
    severity = {"urgent": 1, "high": 2, "medium": 3, "low": 4}
    tickets = imported.con.execute(
        "select ticket_id, account_id, opened_at, closed_at, severity, csat from support_tickets"
    ).fetchall()
    assert sorted(tickets, key=lambda row: row[0]) == sorted(
        (
            (
                row["ticket_id"],
                row["account_id"],
                datetime.fromisoformat(row["submitted_at"]),
                datetime.fromisoformat(row["closed_at"]),
                severity[row["priority"]],
                Decimal(row["satisfaction_score"]) if row["satisfaction_score"] else None,
            )
            for row in imported.source["support_tickets"]
        ),
        key=lambda row: row[0],
    )
    countries = Counter(row["country"] for row in imported.source["accounts"])
    countries["GB"] = countries.pop("UK")
    found = imported.con.execute("select country, count(*) from accounts group by all").fetchall()
    assert dict(found) == countries


def test_the_reasons_for_leaving_out_are_true(imported: Imported) -> None:
    lines = imported.source["subscriptions"]
    assert all(int(row["arr_amount"]) == 12 * int(row["mrr_amount"]) for row in lines)
    assert all((row["churn_flag"] == "True") == bool(row["end_date"]) for row in lines)
    for row in imported.source["support_tickets"]:
        took = datetime.fromisoformat(row["closed_at"]) - datetime.fromisoformat(
            row["submitted_at"]
        )
        assert took == timedelta(hours=float(row["resolution_time_hours"]))

    paying = imported.con.execute(
        "select account_id from balances where month_end = '2024-12-31' and mrr > 0"
    ).fetchall()
    flagged = {
        row["account_id"] for row in imported.source["accounts"] if row["churn_flag"] == "True"
    }
    assert len(flagged) == 110 and flagged <= {row[0] for row in paying}
    assert {row["account_id"] for row in lines if row["is_trial"] == "False"} == {
        row["account_id"] for row in imported.source["accounts"]
    }
    open_lines = {
        (row["account_id"], row["plan_tier"], row["seats"]) for row in lines if not row["end_date"]
    }
    agreeing = [
        row
        for row in imported.source["accounts"]
        if (row["account_id"], row["plan_tier"], row["seats"]) in open_lines
    ]
    assert len(agreeing) < 400


def test_settings_are_those_of_the_company(imported: Imported) -> None:
    settings = yaml.safe_load((imported.summary.target / "settings.yml").read_text())
    assert settings == {
        "reporting_currency": "USD",
        "business_timezone": "UTC",
        "fiscal_year_start_month": 1,
        "as_of_date": date(2024, 12, 31),
    }


@pytest.mark.parametrize("bridging", [True, False])
def test_the_figures_that_finance_expects(imported: Imported, bridging: bool) -> None:
    closing, months = imported.con.execute(
        "select sum(mrr) filter (month_end = '2024-12-31'), "
        "count(distinct month_end) filter (mrr > 0) "
        "from balances where not is_bridged or $bridging",
        {"bridging": bridging},
    ).fetchall()[0]
    assert closing == 10_159_608
    assert months == 24
    retention = {}
    for window, opening in ((12, date(2023, 12, 31)), (1, date(2024, 11, 30))):
        retention[window] = imported.con.execute(
            RETENTION, {"opening": opening, "closing": date(2024, 12, 31), "bridging": bridging}
        ).fetchall()[0]
    assert round(retention[12][0], 6) == 2.922709
    assert round(retention[1][0], 6) == 1.142080
    assert round(retention[1][1], 6) == 0.980737


def test_bridging_touches_one_balance_of_january_2024(imported: Imported) -> None:
    """Why the four figures are the same with and without bridging."""
    bridged = imported.con.execute(
        "select account_id, month_end, mrr from balances where is_bridged"
    ).fetchall()
    assert [row[:2] for row in bridged] == [("A-40a557", date(2024, 1, 31))]
    assert bridged[0][2] > 0


def test_the_same_rows_give_the_same_bytes(imported: Imported, tmp_path: Path) -> None:
    shuffled = copy_of_source(tmp_path / "shuffled", seed=7)
    run_import("ravenstack", shuffled, tmp_path / "raw")
    for path in sorted(imported.summary.target.rglob("*.parquet")):
        again = tmp_path / "raw" / path.relative_to(imported.summary.target)
        assert (
            hashlib.sha256(path.read_bytes()).hexdigest()
            == hashlib.sha256(again.read_bytes()).hexdigest()
        ), path.name


def copy_of_source(folder: Path, every: int = 1, seed: int | None = None) -> Path:
    """The export once more, with every n-th usage row only, and all rows shuffled by `seed`."""
    folder.mkdir()
    for name in FILES:
        file = f"ravenstack_{name}.csv"
        head, *rows = (SOURCE / file).read_bytes().splitlines(keepends=True)
        if name == "feature_usage":
            rows = rows[::every]
        if seed is not None:
            random.Random(seed).shuffle(rows)
        (folder / file).write_bytes(head + b"".join(rows))
    return folder
