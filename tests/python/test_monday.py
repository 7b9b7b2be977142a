"""The Monday pack: what it says is what the marts say, whoever wrote the names in them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from builds import Company, ask
from expansion_warehouse import cli
from expansion_warehouse.commands.build import add_monday
from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.errors import BadInput
from expansion_warehouse.monday.files import pack_files, read_pack, write_pack
from expansion_warehouse.monday.marts import READ
from expansion_warehouse.monday.names import owner_files
from expansion_warehouse.monday.words import cell, markdown
from expansion_warehouse.publish.publisher import publish_run
from expansion_warehouse.publish.runs import damages_of, list_runs

DAY = date(2026, 6, 30)
STORY: dict[str, Any] = {
    "as_of_date": "2026-06-30",
    "vars": {"reporting_currency": "JPY"},
    "coverage": [{"table": "surveys", "state": "absent", "marts": []}],
    "checks": [
        {
            "results": [
                {
                    "name": "raw.accounts",
                    "status": "warning",
                    "description": "rows",
                    "observed": "fewer",
                }
            ]
        }
    ],
}
TYPES = {
    **dict.fromkeys(("mrr", "delta_mrr", "expected_value", "closing_mrr"), "decimal(19, 3)"),
    **dict.fromkeys(("health_score", "component_score", "effective_weight"), "decimal(9, 4)"),
    **dict.fromkeys(("delta_1m", "delta_3m"), "decimal(5, 1)"),
    **dict.fromkeys(("hit_rate", "hit_rate_lower", "hit_rate_upper", "base_rate"), "double"),
    **dict.fromkeys(("median_lead_days",), "double"),
    **dict.fromkeys(("next_renewal_on", "overdue_since", "oldest_ticket_on"), "date"),
    **dict.fromkeys(("last_contacted_on", "last_proposed_on", "quiet_since"), "date"),
    **dict.fromkeys(
        ("as_of_date", "began_on", "ended_on", "done_on", "month", "first_won_on"), "date"
    ),
    **dict.fromkeys(("is_renewal_due", "has_cancel_notice", "do_not_contact"), "boolean"),
    **dict.fromkeys(("is_open", "has_score_drop"), "boolean"),
    **dict.fromkeys(("severe_tickets", "open_proposals", "priority"), "integer"),
    **dict.fromkeys(("place_in_account", "paying_accounts"), "integer"),
    **dict.fromkeys(("horizon_days", "alerts", "hits"), "integer"),
}
Rows = Mapping[str, list[dict[str, Any]]]


def account(name: str, mrr: int, **facts: Any) -> dict[str, Any]:
    return {
        "account_id": name,
        "account_name": f"{name} Ltd",
        "csm_owner": "Sato",
        "sales_owner": "Mori",
        "mrr": mrr,
        "as_of_date": DAY,
        "has_cancel_notice": False,
        "do_not_contact": False,
        "severe_tickets": 0,
        "open_proposals": 0,
        "health_score": Decimal("80.0"),
        "health_band": "green",
        **facts,
    }


def alert(name: str, kind: str, began: date, severity: str, **facts: Any) -> dict[str, Any]:
    return {
        "alert_id": f"{name}|{kind}|{began}",
        "account_id": name,
        "account_name": f"{name} Ltd",
        "alert_kind": kind,
        "severity": severity,
        "subject": None,
        "sentence": f"Evidence of {kind}.",
        "what_to_do": f"Do {kind}.",
        "owner_role": "csm",
        "owner": "Sato",
        "mrr": 0,
        "began_on": began,
        "is_open": "ended_on" not in facts,
        **facts,
    }


def offer(name: str, priority: int | None, place: int | None = 1, **facts: Any) -> dict[str, Any]:
    return {
        "account_id": name,
        "account_name": f"{name} Ltd",
        "offer_id": f"add_on|P{place}|",
        "offer_class": "add_on",
        "product_id": f"P{place}",
        "owner_role": "cs",
        "csm_owner": "Sato",
        "sales_owner": "Mori",
        "play": "add_on_demo",
        "sentence": "Seats are full.",
        "delta_mrr": 500,
        "expected_value": Decimal("1234.560"),
        "priority": priority,
        "place_in_account": place,
        **facts,
    }


# Two high alerts on 300 and 900 in force (other amounts when they began), so BIG is called first;
# RED is red, QUIET asked for silence.
BOOK: Rows = {
    "fct_accounts_today": [
        account("BIG", 900, next_renewal_on=DAY + timedelta(90), last_proposed_on=DAY),
        account(
            "RED",
            300,
            health_band="red",
            health_score=Decimal("21.5"),
            next_renewal_on=DAY + timedelta(1),
            has_cancel_notice=True,
            overdue_since=date(2026, 5, 1),
        ),
        account("QUIET", 700, health_band="red", do_not_contact=True),
        account("LATE", 50, next_renewal_on=DAY + timedelta(91), csm_owner=None),
        account("NOBODY", 10, csm_owner=None, sales_owner=" "),
    ],
    "fct_alerts": [
        alert("RED", "cancel_notice", date(2026, 6, 24), "high", mrr=1000),
        alert("RED", "detractor", date(2026, 6, 1), "medium", mrr=300),
        alert("BIG", "turned_red", date(2026, 6, 23), "high", mrr=20),
        alert("QUIET", "turned_red", date(2026, 6, 30), "high", mrr=700),
        alert("LATE", "limit_near", date(2026, 6, 30), "low", owner="Mori", subject="GB"),
        alert("LATE", "offer_ready", date(2026, 6, 30), "low", mrr=50, owner="Mori"),
        alert("BIG", "detractor", date(2026, 5, 1), "medium", ended_on=date(2026, 6, 24)),
        alert("BIG", "one_user_left", date(2026, 5, 1), "medium", ended_on=date(2026, 6, 23)),
    ],
    "fct_upsell_opportunities": [
        offer("LATE", 3, 1, owner_role="sales"),
        offer("LATE", 4, 2),
        offer("BIG", 1, 1),
        offer("RED", None, None),
    ],
    "fct_health_components": [
        {
            "account_id": "RED",
            "month": date(2026, 6, 1),
            "component": component,
            "component_score": score,
            "effective_weight": weight,
            "explanation": f"{component} is weak.",
        }
        for component, score, weight in (
            ("logins", 40, 1),
            ("tickets", 10, Decimal("0.1")),
            ("features", 50, 1),
            ("nps", 100, 1),
        )
    ],
    "fct_health_scores": [
        {
            "account_id": "RED",
            "month": date(2026, 6, 1),
            "has_score_drop": True,
            "delta_1m": Decimal("-12.5"),
        }
    ],
    "kpi_mrr_bridge": [
        {
            "month": date(2026, 6, 1),
            "segment_type": "all",
            "basis": "restated",
            "closing_mrr": 1960,
            "paying_accounts": 5,
        }
    ],
    "dim_products": [{"product_id": "P1", "product_name": "Reports"}],
    "dim_plans": [],
    "kpi_alert_backtest": [
        {
            "alert_kind": "turned_red",
            "outcome": "loss",
            "horizon_days": 90,
            "alerts": 40,
            "hits": 10,
            "hit_rate": 0.25,
            "hit_rate_lower": 0.14,
            "hit_rate_upper": 0.4,
            "base_rate": 0.05,
            "median_lead_days": 45.5,
            "verdict": "earns_its_place",
        }
    ],
    "fct_actions": [
        {
            "action_id": "X1",
            "account_id": "BIG",
            "alert_id": "BIG|detractor|2026-05-01",
            "kind": "call",
            "done_on": date(2026, 6, 20),
            "done_by": "Abe",
            "outcome": "reached",
            "first_won_on": date(2026, 6, 22),
        },
        {
            "action_id": "X2",
            "account_id": "BIG",
            "kind": "call",
            "done_on": date(2026, 6, 2),
            "done_by": "Sato",
        },
    ],
}


def make_marts(file: Path, rows: Rows = BOOK) -> Path:
    """A file of marts with these rows, each mart with the columns that the pack reads."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as con:
        for mart, listed in rows.items():
            columns = [f"{name} {TYPES.get(name, 'varchar')}" for name in READ[mart]]
            con.execute(f"create table {mart} ({', '.join(columns)})")
            for row in listed:
                marks = ", ".join("?" for _ in row)
                con.execute(
                    f"insert into {mart} ({', '.join(row)}) values ({marks})", list(row.values())
                )
    return file


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pack of the book above."""
    file = make_marts(tmp_path_factory.mktemp("book") / "marts.duckdb")
    return pack_files(read_pack(file, STORY, None))


def section(page: str, title: str) -> str:
    """A section of a page, without what is below the next title of its level."""
    level = title.partition(" ")[0]
    rest = page[page.index(f"{title}\n") + len(title) :]
    return re.split(rf"^{level} ", rest, maxsplit=1, flags=re.MULTILINE)[0].strip()


def table(page: str, title: str) -> list[list[str]]:
    """Rows of the first table of a section."""
    lines = [line for line in section(page, title).splitlines() if line.startswith("|")]
    return [[value.strip() for value in line.strip("|").split(" | ")] for line in lines[2:]]


def rows_of(files: Mapping[str, str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["calls.csv"])))


# ---- what the pages say ----


def test_the_pack_has_a_page_for_the_team_and_each_owner(files: dict[str, str]) -> None:
    assert sorted(files) == [
        "calls.csv",
        "digest.json",
        "owners/mori.md",
        "owners/sato.md",
        "owners/without-an-owner.md",
        "team.md",
    ]


def test_the_first_lines_count_what_follows(files: dict[str, str]) -> None:
    assert files["team.md"].splitlines()[:5] == [
        "# Monday: the team",
        "",
        "As of 2026-06-30. 2 accounts to call first, 2 renewals in 90 days, 2 offers ready, "
        "1 account to rescue.",
        "",
        "MRR at the end of June 2026: JPY 1,960 from 5 accounts.",
    ]


def test_who_is_called_first_has_the_largest_mrr_at_risk(files: dict[str, str]) -> None:
    assert table(files["team.md"], "## Call first") == [
        [
            *("1", "BIG Ltd", "Sato", "900", "2026-06-23"),
            *("Evidence of turned_red.", "Do turned_red."),
        ],
        [
            *("2", "RED Ltd", "Sato", "300", "2026-06-24"),
            "Evidence of cancel_notice. Evidence of detractor.",
            "Do cancel_notice.",
        ],
    ]


def test_lesser_alerts_follow_but_for_offers_which_have_a_list(files: dict[str, str]) -> None:
    assert table(files["team.md"], "## Then") == [
        [
            *("1", "LATE Ltd", "Mori", "50", "2026-06-30"),
            *("Evidence of limit_near.", "Do limit_near."),
        ]
    ]


def test_who_asked_for_silence_is_named_apart_and_never_called(files: dict[str, str]) -> None:
    apart = "## Do not call: asked not to be contacted"
    assert table(files["team.md"], apart) == [["QUIET Ltd", "Sato", "700", "red 80.0000"]]
    assert "QUIET" not in section(files["team.md"], "## Call first")
    assert "QUIET" not in section(files["team.md"], "## Rescue")
    assert "QUIET" not in files["calls.csv"]


def test_the_week_has_seven_days(files: dict[str, str]) -> None:
    """From 24 to 30 June: BIG turned red on the 23rd, one alert ended that day, one on the 24th."""
    assert section(files["team.md"], "### In the last seven days").split("\n\n")[1:] == [
        "Began, of lesser severity: 1 limit near, 1 offer ready.",
        "Ended, of lesser severity: 1 detractor.",
    ]
    began = table(files["team.md"], "### In the last seven days")
    assert [row[:2] for row in began] == [["2026-06-30", "QUIET Ltd"], ["2026-06-24", "RED Ltd"]]
    sato = section(files["owners/sato.md"], "### In the last seven days").split("\n\n")
    assert re.findall(r"^\| (2026\S+) \| (\w+) Ltd \| (\w+)", sato[1], re.MULTILINE) == [
        ("2026-06-24", "BIG", "medium")
    ]


def test_the_newest_alert_of_an_account_says_what_to_do(tmp_path: Path) -> None:
    alerts = [
        alert("BIG", "cancel_notice", date(2026, 3, 31), "high"),
        alert("BIG", "turned_red", date(2026, 6, 1), "high"),
        alert("BIG", "detractor", date(2026, 6, 9), "medium"),
    ]
    file = make_marts(tmp_path / "marts.duckdb", {**BOOK, "fct_alerts": alerts})
    made = pack_files(read_pack(file, STORY, None))
    ((*_, since, why, advice),) = table(made["team.md"], "## Call first")
    assert (since, why, advice) == (
        "2026-06-01",
        "Evidence of turned_red. Evidence of cancel_notice.",
        "Do turned_red.",
    )
    ((*_, advice),) = table(made["owners/sato.md"], "## Call first")
    assert advice == "Do turned_red. Do cancel_notice. Do detractor."


def test_renewals_of_ninety_days_show_health_notice_and_proposal(files: dict[str, str]) -> None:
    title = "## Renewals of the next 90 days"
    assert table(files["team.md"], title) == [
        ["2026-07-01", "RED Ltd", "Sato", "300", "red 21.5000", "notice given", "none"],
        ["2026-09-28", "BIG Ltd", "Sato", "900", "green 80.0000", "none", "2026-06-30"],
    ]


def test_one_offer_for_each_account_by_the_name_of_its_product(files: dict[str, str]) -> None:
    rest = ["500", "1,235", "Seats are full.", "add on demo"]
    assert table(files["team.md"], "## Offers that are ready") == [
        ["1", "BIG Ltd", "Sato", "add on: Reports", *rest],
        ["2", "LATE Ltd", "Mori", "add on: Reports", *rest],
    ]


def test_the_rescue_list_says_why(files: dict[str, str]) -> None:
    """Logins lost 60 points, features 50, tickets 9 after their weight; nps none."""
    assert table(files["owners/sato.md"], "## Rescue") == [
        [
            *("RED Ltd", "300", "red 21.5000", "–"),
            "Notice is given. An invoice is overdue since 2026-05-01. "
            "The health score fell: -12.5 points in one month. logins is weak.",
        ]
    ]


def test_the_page_shows_what_was_done_and_what_followed(files: dict[str, str]) -> None:
    assert table(files["team.md"], "## Done in the last 28 days") == [
        [
            *("2026-06-20", "BIG Ltd", "Sato", "Abe", "call", "reached"),
            "won on 2026-06-22, the alert ended on 2026-06-24",
        ]
    ]


def test_the_page_of_the_team_says_how_far_to_believe_alerts(files: dict[str, str]) -> None:
    assert table(files["team.md"], "## How far to believe the alerts") == [
        [
            *("turned red", "loss", "90 days", "10 of 40", "25.0 %", "14.0 % to 40.0 %", "5.0 %"),
            *("45.5 days", "earns its place"),
        ]
    ]


def test_the_page_says_what_to_know_about_the_data(files: dict[str, str]) -> None:
    data = section(files["team.md"], "## About the data")
    assert "- Everything is as of 2026-06-30" in data
    assert "- Raw: expected: rows; found: fewer" in data
    assert "- Not delivered, so nothing here knows of it: surveys" in data


def test_an_owner_sees_what_is_his_and_nothing_else(files: dict[str, str]) -> None:
    page = files["owners/mori.md"]
    assert page.startswith("# Monday: Mori\n")
    assert set(re.findall(r"\b(\w+) Ltd", page)) == {"LATE"}
    assert "No alert of high severity is open." in page
    assert "| Owner |" not in page
    nobody = files["owners/without-an-owner.md"]
    assert set(re.findall(r"\b(\w+) Ltd", nobody)) == set()


def test_the_page_of_the_team_lists_owners_with_their_pages(files: dict[str, str]) -> None:
    assert table(files["team.md"], "## Owners") == [
        ["Mori", "0", "0", "1", "0", "[page](owners/mori.md)"],
        ["Sato", "2", "2", "1", "1", "[page](owners/sato.md)"],
        ["Without an owner", "0", "0", "0", "0", "[page](owners/without-an-owner.md)"],
    ]


def test_every_task_stands_in_one_row(files: dict[str, str]) -> None:
    rows = rows_of(files)
    assert [(row["rank"], row["priority"], row["task_id"]) for row in rows] == [
        ("1", "High", "BIG|turned_red|2026-06-23"),
        ("2", "High", "RED|cancel_notice|2026-06-24"),
        ("3", "Normal", "RED|detractor|2026-06-01"),
        ("4", "Low", "LATE|limit_near|2026-06-30"),
        ("5", "Normal", "BIG|add_on|P1|"),
        ("6", "Normal", "LATE|add_on|P1|"),
    ]
    assert rows[1] == {
        "task_id": "RED|cancel_notice|2026-06-24",
        "rank": "2",
        "owner": "Sato",
        "owner_role": "csm",
        "priority": "High",
        "due_on": "2026-07-07",
        "subject": "RED Ltd: cancel notice",
        "description": "Evidence of cancel_notice. Do cancel_notice.",
        "account_id": "RED",
        "account_name": "RED Ltd",
        "kind": "alert",
        "topic": "cancel_notice",
        "since": "2026-06-24",
        "mrr": "300",
        "adds_mrr": "",
        "expected_value": "",
        "currency": "JPY",
    }
    assert rows[3]["subject"] == "LATE Ltd: limit near (GB)"
    assert [row["since"] for row in rows[4:]] == ["", "2026-06-30"]
    assert [(row["owner"], row["owner_role"], row["expected_value"]) for row in rows[4:]] == [
        ("Sato", "csm", "1234.56"),
        ("Mori", "sales", "1234.56"),
    ]


def test_the_digest_says_the_same_to_programs(files: dict[str, str]) -> None:
    digest = json.loads(files["digest.json"])
    assert [task["task_id"] for task in digest["tasks"]] == [
        row["task_id"] for row in rows_of(files)
    ]
    assert digest["tasks"][4]["expected_value"] == 1234.56
    assert digest["as_of_date"] == "2026-06-30"
    assert [item["account_id"] for item in digest["renewals"]] == ["RED", "BIG"]
    assert [item["reasons"][0] for item in digest["rescue"]] == ["Notice is given."]
    assert digest["text"].splitlines() == [
        "Monday, the team, as of 2026-06-30: 2 accounts to call first, 2 renewals in 90 days, "
        "2 offers ready, 1 account to rescue.",
        "1. BIG Ltd (Sato, JPY 900): Evidence of turned_red.",
        "2. RED Ltd (Sato, JPY 300): Evidence of cancel_notice.",
    ]


def test_a_long_table_of_the_team_says_how_much_more_there_is(tmp_path: Path) -> None:
    many = [account(f"A{at:02}", at, health_band="red") for at in range(30)]
    file = make_marts(tmp_path / "marts.duckdb", {**BOOK, "fct_accounts_today": many})
    made = pack_files(read_pack(file, STORY, None))
    assert "5 more rows on the pages of the owners." in section(made["team.md"], "## Rescue")
    assert len(table(made["team.md"], "## Rescue")) == 25
    assert len(table(made["owners/sato.md"], "## Rescue")) == 30


# ---- the run before ----


def before(folder: Path, **changed: Any) -> tuple[Path, dict[str, Any]]:
    """The same book as it was a week earlier: BIG was red, paid 800, and RED had no notice."""
    accounts = [dict(row) for row in BOOK["fct_accounts_today"] if row["account_id"] != "NOBODY"]
    accounts[0].update(mrr=800, health_band="red")
    gone = account("GONE", 5)
    alerts = [
        alert("BIG", "detractor", date(2026, 5, 1), "medium"),
        alert("GONE", "turned_red", date(2026, 5, 1), "high"),
        BOOK["fct_alerts"][1],
    ]
    book = [{**BOOK["kpi_mrr_bridge"][0], "closing_mrr": 1950}]
    rows = {
        **BOOK,
        "fct_accounts_today": [*accounts, gone],
        "fct_alerts": alerts,
        "kpi_mrr_bridge": book,
    }
    file = make_marts(folder / "before.duckdb", rows)
    return file, {**STORY, "as_of_date": "2026-06-23", **changed}


def pack_since(folder: Path, than: tuple[Path, dict[str, Any]] | None) -> dict[str, str]:
    return pack_files(read_pack(make_marts(folder / "marts.duckdb"), STORY, than))


def test_the_run_before_is_compared_row_by_row(tmp_path: Path) -> None:
    made = pack_since(tmp_path, before(tmp_path))
    since = section(made["team.md"], "### Since the run before (as of 2026-06-23)")
    assert "| BIG Ltd | Sato | red | green |" in since
    assert "| BIG Ltd | Sato | 800 | 900 |" in since
    assert "| GONE Ltd | Sato | 5 | not in force |" in since
    assert "| NOBODY Ltd | Without an owner | not in force | 10 |" in since
    assert "(the run before said 1,950)" in made["team.md"]
    told = json.loads(made["digest.json"])["since_the_run_before"]
    assert [row["alert_id"] for row in told["began"]] == [
        "BIG|turned_red|2026-06-23",
        "LATE|limit_near|2026-06-30",
        "LATE|offer_ready|2026-06-30",
        "QUIET|turned_red|2026-06-30",
        "RED|cancel_notice|2026-06-24",
    ]
    assert [(row["alert_id"], row["ended_on"]) for row in told["ended"]] == [
        ("BIG|detractor|2026-05-01", "2026-06-24"),
        ("GONE|turned_red|2026-05-01", None),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"as_of_date": "2026-07-01"}, "the run before is as of a later day, 2026-07-01"),
        ({"vars": {"reporting_currency": "USD"}}, "the run before has another reporting currency"),
    ],
)
def test_what_cannot_be_compared_is_said(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    page = pack_since(tmp_path, before(tmp_path, **changed))["team.md"]
    assert f"Not compared: {said}." in page
    assert "| 800 |" not in page


def test_without_a_run_before_there_is_nothing_to_compare(tmp_path: Path) -> None:
    page = pack_since(tmp_path, None)["team.md"]
    assert "Not compared: no earlier run is here." in page


def test_a_run_before_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_text("no database")
    page = pack_since(tmp_path, (broken, STORY))["team.md"]
    assert "Not compared: the marts of the run before cannot be read" in page


def test_an_old_run_before_without_alerts_is_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    old = {mart: rows for mart, rows in BOOK.items() if mart != "fct_alerts"}
    page = pack_since(tmp_path, (make_marts(tmp_path / "old.duckdb", old), STORY))["team.md"]
    assert "Not compared: fct_alerts is not in both runs." in page


# ---- runs that hold less ----


def test_an_old_run_without_alerts_says_so_and_shows_the_rest(tmp_path: Path) -> None:
    old = {mart: rows for mart, rows in BOOK.items() if mart != "fct_alerts"}
    made = pack_files(read_pack(make_marts(tmp_path / "marts.duckdb", old), STORY, None))
    said = "Not known: an earlier version made this run, without `fct_alerts` as it is now."
    assert section(made["team.md"], "## Call first") == said
    assert len(table(made["team.md"], "## Rescue")) == 1
    assert json.loads(made["digest.json"])["absent_marts"] == ["fct_alerts"]


def test_marts_without_rows_and_a_run_without_marts_have_a_pack(tmp_path: Path) -> None:
    empty = make_marts(tmp_path / "empty.duckdb", {mart: [] for mart in READ})
    none = make_marts(tmp_path / "none.duckdb", {})
    for file in (empty, none):
        made = pack_files(read_pack(file, {"checks": [{}]}, None))
        assert sorted(made) == ["calls.csv", "digest.json", "team.md"]
        assert len(made["calls.csv"].splitlines()) == 1
        assert "its warnings cannot be read" in made["team.md"]
    assert "No offer is ready." in pack_files(read_pack(empty, STORY, None))["team.md"]


# ---- what others write ----

HOSTILE = "../../etc/=x|`<b>\x1b[2J\u202e\n# T*"


def test_names_of_files_are_safe_and_never_the_same() -> None:
    owners = [
        *("Sato", "SATO", "ＳＡＴＯ", "sato/..", "../../etc/passwd", "\x00\x1b\u202e", "con"),
        *("佐藤 花子", "x" * 500, "sato-0a1b2c3d", None, "Without an owner"),
    ]
    named = owner_files(owners)
    assert len(set(named.values())) == len(owners)
    for name in named.values():
        assert re.fullmatch(r"[\w-]{1,140}\.md", name)
        assert name == name.casefold()
    assert named["佐藤 花子"] == "佐藤-花子.md"
    assert named["../../etc/passwd"] == "etc-passwd.md"
    assert named["con"] == "owner-con.md"
    assert re.fullmatch(r"sato-[0-9a-f]{8}\.md", named["SATO"])
    assert named == owner_files(reversed(owners))


def test_a_file_is_named_apart_even_from_a_name_that_imitates_it() -> None:
    imitated = owner_files(["Sato", "SATO"])["SATO"].removesuffix(".md")
    named = owner_files(["Sato", "SATO", imitated])
    assert len(set(named.values())) == 3


def test_hostile_names_reach_no_page_as_they_are(tmp_path: Path) -> None:
    accounts = [account("A", 10, account_name=HOSTILE, csm_owner=HOSTILE, health_band="red")]
    alerts = [
        alert("A", "turned_red", DAY, "high", account_name=HOSTILE, owner=HOSTILE, sentence=HOSTILE)
    ]
    offers = [offer("A", 1, account_name=HOSTILE, csm_owner=HOSTILE, sentence=HOSTILE)]
    rows = {
        **BOOK,
        "fct_accounts_today": accounts,
        "fct_alerts": alerts,
        "fct_upsell_opportunities": offers,
    }
    made = pack_files(read_pack(make_marts(tmp_path / "marts.duckdb", rows), STORY, None))
    assert sorted(name for name in made if name.startswith("owners/")) == [
        "owners/etc-x-b-2j-t.md",
        "owners/mori.md",
    ]
    steers = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
    assert [name for name, text in made.items() if steers.search(text)] == []
    page = made["team.md"]
    assert len(table(page, "## Call first")) == 1
    for meant in (r"(?<!\\)<b>", r"(?<!\\)`<", r"^# T", r"(?<!\\)\|`"):
        assert not re.search(meant, page, re.MULTILINE)
    (row, *_) = rows_of(made)
    assert row["account_name"] == HOSTILE.replace("\n", "\\n").replace("\x1b", "\\x1b").replace(
        "\u202e", "\\u202e"
    )
    text = json.loads(made["digest.json"])["text"]
    assert "<" not in text
    write_pack(tmp_path / "out", made)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marts.duckdb", "out"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\u200b=1+1", "\\u200b=1+1"),
        ("＝cmd", "'＝cmd"),
        ("@x", "'@x"),
        ("-5", "'-5"),
        ("\t+5", "\\t+5"),
        ("a=b", "a=b"),
        ("", ""),
        (Decimal("-5.500"), "-5.5"),
        (Decimal("1200"), "1200"),
        (None, ""),
    ],
)
def test_no_cell_begins_a_formula(text: object, safe: str) -> None:
    assert cell(text) == safe


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a|b", "a\\|b"),
        ("[x](y)", "\\[x\\](y)"),
        ("# x", "\\# x"),
        ("1. x", "1\\. x"),
        ("10) x", "10\\) x"),
        ("5.0 %", "5.0 %"),
        ("http://x", "http\\://x"),
        ("&amp; <i>", "\\&amp; \\<i\\>"),
        ("a\nb", "a\\\\nb"),
        ("a_name", "a_name"),
        ("_a_ b__c", "\\_a\\_ b\\_\\_c"),
        ("", "–"),
    ],
)
def test_no_text_is_markdown(text: str, safe: str) -> None:
    assert markdown(text) == safe


# ---- the command ----


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["monday", "--home", str(home), *arguments])


def refused(home: Path, *arguments: str) -> str:
    done = call(home, *arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    return done.stderr.removeprefix("error: ").strip()


def publish(home: Path, run_id: str, rows: Rows = BOOK, **story: Any) -> Path:
    """A published run of these rows, with its pack."""
    database = make_marts(home / f"{run_id}.duckdb", rows)
    (home / "quality").mkdir(exist_ok=True)
    return publish_run(
        database=database,
        published=home / "published",
        run_id=run_id,
        marts=[Mart(name, "main", name, (), "", {}) for name in rows],
        quality=home / "quality",
        describe=lambda _: {**STORY, **story},
        add=add_monday,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two published runs; to be read, not written."""
    folder = tmp_path_factory.mktemp("home")
    _, story = before(folder / "then")
    with duckdb.connect(str(folder / "then" / "before.duckdb"), read_only=True) as con:
        rows = {}
        for mart in READ:
            found = con.execute(f"from {mart}")
            names = [column[0] for column in found.description or []]
            rows[mart] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    publish(folder, "run-1", rows, **story)
    publish(folder, "run-2")
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_run_holds_its_pack_hashed_and_private(home: Path) -> None:
    (run, _) = list_runs(home / "published")
    listed = {name for name in run.manifest["files"] if name.startswith("monday/")}
    assert listed == {f"monday/{name}" for name in texts(run.path / "monday")}
    assert len(listed) == 6
    assert damages_of(run) == []
    modes = {path.stat().st_mode & 0o077 for path in (run.path / "monday").rglob("*")}
    assert modes == {0}


def test_a_changed_page_of_a_run_is_noticed(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "published", tmp_path / "published", symlinks=True)
    (run, _) = list_runs(tmp_path / "published")
    (run.path / "monday" / "team.md").write_text("all is well")
    assert ["monday/team.md is not the file" in line for line in damages_of(run)] == [True]


def test_a_published_pack_compares_with_the_run_before(home: Path) -> None:
    page = (home / "published" / "run-2" / "monday" / "team.md").read_text(encoding="utf-8")
    assert "| BIG Ltd | Sato | 800 | 900 |" in page
    first = (home / "published" / "run-1" / "monday" / "team.md").read_text(encoding="utf-8")
    assert "no earlier run is here" in first


def test_the_same_run_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    for place in ("one", "two"):
        assert call(home, "--to", str(tmp_path / place)).exit_code == 0
    published = texts(home / "published" / "run-2" / "monday")
    assert texts(tmp_path / "one") == texts(tmp_path / "two") == published


def test_the_page_is_printed_or_the_digest(home: Path) -> None:
    published = texts(home / "published" / "run-2" / "monday")
    assert call(home).stdout == published["team.md"]
    assert call(home, "--json").stdout == published["digest.json"]
    assert call(home, "--owner", "Mori").stdout == published["owners/mori.md"]


def test_one_owner_gets_his_part_alone(home: Path, tmp_path: Path) -> None:
    done = call(home, "--owner", "Mori", "--to", str(tmp_path / "mori"), "--json")
    told = json.loads(done.stdout)
    assert told == {
        "run_id": "run-2",
        "path": str(tmp_path / "mori"),
        "files": ["calls.csv", "digest.json", "owners/mori.md"],
    }
    made = texts(tmp_path / "mori")
    assert sorted(made) == told["files"]
    assert {row["owner"] for row in rows_of(made)} == {"Mori"}
    assert [part["owner"] for part in json.loads(made["digest.json"])["owners"]] == ["Mori"]
    assert "Sato" not in made["digest.json"].replace('"csm_owner": "Sato"', "")


def test_a_copy_of_a_run_is_enough(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "published" / "run-2", tmp_path / "copy")
    page = call(tmp_path / "copy").stdout
    assert "1 account to rescue" in page
    assert "no earlier run is here" in page


def test_an_earlier_pack_is_replaced_and_nothing_else(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "pack"
    assert call(home, "--to", str(target)).exit_code == 0
    assert call(home, "--to", str(target), "--owner", "Mori").exit_code == 0
    assert sorted(texts(target)) == ["calls.csv", "digest.json", "owners/mori.md"]
    (target / "notes.txt").write_text("mine")
    said = "is not empty and no earlier Monday pack: name another"
    assert said in refused(home, "--to", str(target))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "digest.json").write_text("{}")
    assert said in refused(home, "--to", str(tmp_path / "full"))
    assert texts(tmp_path / "full") == {"digest.json": "{}"}


def test_pages_are_not_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.md").write_text("mine")
    target = tmp_path / "pack"
    target.mkdir()
    (target / "digest.json").write_text('{"kind": "monday pack"}')
    (target / "owners").symlink_to(elsewhere)
    with pytest.raises(BadInput, match="is not empty"):
        write_pack(target, {"owners/x.md": "x"})
    assert texts(elsewhere) == {"mine.md": "mine"}


def test_what_is_published_is_never_written_to(home: Path) -> None:
    for place in ("published/run-2/monday", "published/current/monday", "published"):
        said = refused(home, "--to", str(home / place))
        assert "is part of what is published: name another folder" in said
    assert damages_of(list_runs(home / "published")[0]) == []


def test_the_command_refuses_in_one_line(home: Path, tmp_path: Path) -> None:
    assert refused(home, "--owner", "Satou") == (
        "nobody is named 'Satou' in this run (owners: Mori, Sato)"
    )
    assert "nothing is published in" in refused(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    assert "is a file, not a folder" in refused(home, "--to", str(tmp_path / "file"))
    shutil.copytree(home / "published" / "run-2", tmp_path / "copy")
    (tmp_path / "copy" / "marts.duckdb").write_text("no database")
    assert "cannot be opened" in refused(tmp_path / "copy")
    (tmp_path / "copy" / "marts.duckdb").unlink()
    assert "marts.duckdb is gone: copy it again" in refused(tmp_path / "copy")
    (tmp_path / "copy" / "run.json").write_text("{")
    assert "run copy is damaged: " in refused(tmp_path / "copy")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(home: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "permission denied" in refused(home, "--to", str(tmp_path / "pack"))


# ---- a whole company ----


@pytest.fixture(scope="module")
def pack(sample_company: Company) -> Path:
    """The pack of the sample company's published run."""
    return sample_company.home / "published" / "current" / "monday"


@pytest.mark.slow
def test_the_pack_of_a_company_is_that_of_its_marts(sample_company: Company, pack: Path) -> None:
    """Who is red, renews or is offered something, as other queries find them."""
    digest = json.loads((pack / "digest.json").read_text(encoding="utf-8"))
    red = ask(
        sample_company.marts,
        "select account_id from fct_accounts_today "
        "where health_band = 'red' and not do_not_contact order by mrr desc, account_id",
    )
    assert [item["account_id"] for item in digest["rescue"]] == [row[0] for row in red]
    soon = ask(
        sample_company.marts,
        "select count(*), min(next_renewal_on) from fct_accounts_today "
        "where days_to_renewal between 0 and 90",
    )
    assert (len(digest["renewals"]), digest["renewals"][0]["next_renewal_on"]) == (
        soon[0][0],
        soon[0][1].isoformat(),
    )
    first = ask(
        sample_company.marts,
        "select account_id, min_by(offer_id, priority) from fct_upsell_opportunities "
        "where priority is not null group by 1 order by min(priority)",
    )
    assert [(item["account_id"], item["offer_id"]) for item in digest["offers"]] == first
    assert digest["absent_marts"] == []


@pytest.mark.slow
def test_the_pack_of_a_company_is_made_again_by_the_byte(
    sample_company: Company, pack: Path, tmp_path: Path
) -> None:
    done = call(sample_company.home, "--to", str(tmp_path / "again"))
    assert done.exit_code == 0, done.output
    assert texts(tmp_path / "again") == texts(pack)
    assert damages_of(list_runs(sample_company.home / "published")[0]) == []
