"""What `warehouse diff` and `plan` say of health, offers, segments, tiers and alerts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from expansion_warehouse.cli import app

OLDER = "20260501T000000Z-aaaaaaaa"
EARLIER = "20260601T000000Z-bbbbbbbb"
LATER = "20260701T000000Z-cccccccc"

# A run before these marts, and one of a later version with them; A to C keep their MRR.
BOOK = """
create table dim_months as select month, month < date '2026-06-01' as is_closed
    from (values (date '2026-05-01'), (date '2026-06-01')) as t(month);
create table dim_accounts as select * from (values
    ('A', 'Alder', 1000.0), ('B', 'Beech', 30.0), ('C', 'Cedar\n[red]', 50.0)
) as t(account_id, account_name, current_mrr);
create table fct_mrr as select account_id, month, 'restated' as basis, current_mrr as mrr
    from dim_accounts, dim_months;
create table kpi_mrr_bridge as select month, basis, 'all' as segment_type, 'all' as segment,
    sum(mrr) as closing_mrr, 3 as paying_accounts
    from (select * from fct_mrr union all select * replace ('as_reported' as basis) from fct_mrr)
    group by all;
"""
JUDGED = """
create table fct_health_scores as
    select account_id, month, health_score, health_band from dim_months, (values
        ('A', {a}, 'green'), ('B', {b}, '{b_band}'), ('C', null, 'insufficient_data')
    ) as t(account_id, health_score, health_band);
create table fct_health_components as
    select account_id, month, component, contribution from dim_months, (values
        ('A', 'nps', 10.0), ('A', 'key_features', {a} - 10.0),
        ('B', 'nps', 10.0), ('B', 'key_features', {b} - 10.0)
    ) as t(account_id, component, contribution);
create table fct_rfm as
    select account_id, month, 'billing' as rfm_basis, '{segment}' as rfm_segment
    from fct_health_scores where account_id = 'C';
create table fct_customer_tiers as
    select account_id, month, '{tier}' as customer_tier from fct_health_scores
    where account_id = 'B';
create table fct_upsell_opportunities as select * from (values
    ('B', 'add_on|API|', '{guard}', '{guard}' = '', if('{guard}' = '', 1, null)),
    ('B', 'add_on|BI|', 'holdout', false, null)
) as t(account_id, offer_id, blocked_reasons, is_eligible, priority);
alter table fct_upsell_opportunities add column place_in_account integer;
update fct_upsell_opportunities set place_in_account = priority;
create table fct_alerts as select 'B' as account_id, alert_kind, is_open from (values
    ('offer_ready', true), ('turned_red', {b_band_is_red})
) as t(alert_kind, is_open);
create table kpi_upsell as select month, basis, 'all' as segment_type, 'all' as segment,
    {rate} as upsell_rate, 0.1 as cross_sell_rate
    from dim_months, (values ('restated'), ('as_reported')) as t(basis);
"""
WAS: dict[str, Any] = {
    "a": 80.0,
    "b": 60.0,
    "b_band": "green",
    "b_band_is_red": False,
    "segment": "loyal",
    "tier": "best",
    "guard": "",
    "rate": 0.05,
}
NOW: dict[str, Any] = {
    "a": 80.5,
    "b": 40.0,
    "b_band": "red",
    "b_band_is_red": True,
    "segment": "at_risk",
    "tier": "dormant",
    "guard": "health_red|detractor",
    "rate": 0.05,
}


def make_run(home: Path, run_id: str, sql: str) -> None:
    folder = home / "published" / run_id
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"run_id": run_id}), encoding="utf-8")
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        con.execute(sql)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: one without the marts, one with them, one of other rules."""
    home = tmp_path_factory.mktemp("judged")
    make_run(home, OLDER, BOOK)
    make_run(home, EARLIER, BOOK + JUDGED.format(**WAS))
    make_run(home, LATER, BOOK + JUDGED.format(**NOW))
    (home / "published" / "current").symlink_to(LATER)
    return home


def diff(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments, "--home", str(home)])


def test_counts_are_compared_month_by_month(home: Path) -> None:
    found = json.loads(diff(home, "--json").stdout)
    counts = {
        (row["subject"], row["month"], row["value"]): (row["was"], row["now"])
        for row in found["counts"]
    }
    monthly = {
        ("health_band_accounts", "green"): (2, 1),
        ("health_band_accounts", "red"): (0, 1),
        ("health_band_mrr", "green"): (1030, 1000),
        ("health_band_mrr", "red"): (0, 30),
        ("rfm_segment_accounts", "loyal by billing"): (1, 0),
        ("rfm_segment_accounts", "at_risk by billing"): (0, 1),
        ("customer_tier_accounts", "best"): (1, 0),
        ("customer_tier_accounts", "dormant"): (0, 1),
    }
    expected: dict[tuple[str, str | None, str], tuple[int, int]] = {
        **{
            (subject, month, value): numbers
            for (subject, value), numbers in monthly.items()
            for month in ("2026-05-01", "2026-06-01")
        },
        ("offers", None, "ready"): (1, 0),
        ("offers", None, "blocked"): (1, 2),
        ("blocked_offers", None, "health_red"): (0, 1),
        ("blocked_offers", None, "detractor"): (0, 1),
        ("open_alerts", None, "turned_red"): (0, 1),
    }
    assert counts == expected


def test_accounts_are_named_with_what_differs_and_why(home: Path) -> None:
    found = json.loads(diff(home, "--json").stdout)
    assert found["judged_accounts"] == 3
    first, second, third = found["largest_judged_accounts"]
    # A is the largest, but only its score differs.
    assert [row["account_id"] for row in (first, second, third)] == ["C", "B", "A"]
    assert second == {
        "account_id": "B",
        "account_name": "Beech",
        "mrr": 30,
        "changes": [
            {"what": "health_band", "was": "green", "now": "red"},
            {
                "what": "health_score",
                "was": "60.0",
                "now": "40.0",
                "component": {"component": "key_features", "was": 50, "now": 30},
            },
            {
                "what": "first_offer",
                "was": "add_on|API|",
                "now": None,
                "guards": {"offer_id": "add_on|API|", "was": "", "now": "health_red|detractor"},
            },
            {"what": "customer_tier", "was": "best", "now": "dormant"},
            {"what": "open_alerts", "was": "offer_ready", "now": "offer_ready, turned_red"},
        ],
    }
    assert third["changes"][0]["what"] == "health_score"


def test_the_page_is_read_on_eighty_columns(home: Path) -> None:
    page = diff(home).stdout
    begin = page.index("Accounts by health band")
    told = page[begin : page.index("Marts that differ")]
    assert told == (
        "Accounts by health band, 2026-06\n"
        "  green: 2 -> 1\n"
        "  red: 0 -> 1\n"
        "  and 1 earlier month (all with --json)\n"
        "\n"
        "MRR by health band, 2026-06\n"
        "  green: 1,030 -> 1,000\n"
        "  red: 0 -> 30\n"
        "  and 1 earlier month (all with --json)\n"
        "\n"
        "Accounts by RFM segment, 2026-06\n"
        "  at risk by billing: 0 -> 1\n"
        "  loyal by billing: 1 -> 0\n"
        "  and 1 earlier month (all with --json)\n"
        "\n"
        "Accounts by customer tier, 2026-06\n"
        "  best: 1 -> 0\n"
        "  dormant: 0 -> 1\n"
        "  and 1 earlier month (all with --json)\n"
        "\n"
        "Offers, as of the day\n"
        "  blocked: 1 -> 2\n"
        "  ready: 1 -> 0\n"
        "\n"
        "Offers by what blocks them, as of the day\n"
        "  detractor: 0 -> 1\n"
        "  health red: 0 -> 1\n"
        "\n"
        "Open alerts by kind, as of the day\n"
        "  turned red: 0 -> 1\n"
        "\n"
        "Accounts whose health, offer, segment, tier or alerts differ: 3\n"
        "  Cedar\\n[red] (C), MRR 50\n"
        "    RFM by billing: loyal -> at risk\n"
        "  Beech (B), MRR 30\n"
        "    health: green -> red\n"
        "    score: 60.0 -> 40.0 (key features 50.0 -> 30.0 points)\n"
        "    first offer: add_on|API| -> – (free -> blocked: health red, detractor)\n"
        "    tier: best -> dormant\n"
        "    alerts: offer ready -> offer ready, turned red\n"
        "  Alder (A), MRR 1,000\n"
        "    score: 80.0 -> 80.5 (key features 70.0 -> 70.5 points)\n"
        "\n"
        "Closed months: 1, as-reported figures are the same\n"
        "Health, segments, tiers, offers and alerts are never sealed\n"
        "\n"
    )


def test_a_closed_month_whose_as_reported_figures_differ_is_counted(tmp_path: Path) -> None:
    make_run(tmp_path, EARLIER, BOOK + JUDGED.format(**WAS))
    make_run(tmp_path, LATER, BOOK + JUDGED.format(**{**NOW, "rate": 0.06}))
    (tmp_path / "published" / "current").symlink_to(LATER)
    page = diff(tmp_path).stdout
    assert "  2026-05  as_reported  upsell rate: 5.0 % -> 6.0 %\n" in page
    assert "Closed months: 1, as-reported figures of 1 differ\n" in page
    found = json.loads(diff(tmp_path, "--json").stdout)
    assert [row["month"] for row in found["closed_figures"]] == ["2026-05-01"]


def test_many_accounts_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    many = (
        "insert into dim_accounts select 'N' || i, 'N' || i, i from range(30) as t(i);"
        "create table fct_customer_tiers as select account_id, month, '{}' as customer_tier "
        "from dim_months, dim_accounts;"
    )
    make_run(tmp_path, EARLIER, BOOK + many.format("best"))
    make_run(tmp_path, LATER, BOOK + many.format("other"))
    (tmp_path / "published" / "current").symlink_to(LATER)
    found = json.loads(diff(tmp_path, "--json").stdout)
    assert found["judged_accounts"] == 33
    assert [row["account_id"] for row in found["largest_judged_accounts"]][:4] == [
        *("A", "C", "B", "N29"),
    ]
    assert "  and 21 more\n" in diff(tmp_path).stdout


@pytest.mark.parametrize("current", [OLDER, LATER], ids=["gone", "new"])
def test_marts_that_one_run_lacks_are_left_out(home: Path, tmp_path: Path, current: str) -> None:
    other = EARLIER if current == OLDER else OLDER
    published = tmp_path / "published"
    published.mkdir()
    for run_id in (current, other):
        shutil.copytree(home / "published" / run_id, published / run_id)
    (published / "current").symlink_to(current)
    page = diff(tmp_path, other)
    assert page.exit_code == 0, page.output
    assert "differ: 0" not in page.stdout
    assert "health band" not in page.stdout
    found = json.loads(diff(tmp_path, other, "--json").stdout)
    assert (found["counts"], found["judged_accounts"]) == ([], 0)


def test_columns_that_one_run_lacks_are_left_out(tmp_path: Path) -> None:
    fewer = (
        "alter table fct_health_scores drop health_score;"
        "drop table fct_health_components; drop table dim_accounts;"
        "alter table fct_upsell_opportunities drop blocked_reasons;"
        "alter table fct_rfm drop rfm_basis;"
    )
    make_run(tmp_path, EARLIER, BOOK + JUDGED.format(**WAS) + fewer)
    make_run(tmp_path, LATER, BOOK + JUDGED.format(**NOW))
    (tmp_path / "published" / "current").symlink_to(LATER)
    page = diff(tmp_path)
    assert page.exit_code == 0, page.output
    assert (
        "Accounts whose health, offer, segment, tier or alerts differ: 1\n"
        "  B (B)\n"
        "    health: green -> red\n"
        "    first offer: add_on|API| -> –\n"
    ) in page.stdout
    assert "RFM" not in page.stdout
