"""Use counted by the source gives the same numbers, cell by cell, as the events that it counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from builds import Company, ask, dbt, project_manifest
from engine import Engine, connect, run
from tiny_project import RAW, write_raw

pytestmark = pytest.mark.slow

# What becomes of use, for everything behind it.
RESULTS = (
    "int_usage_windows",
    "int_feature_users",
    "int_feature_uses",
    "int_usage_starts",
    "int_usage_outages",
    "int_quiet_accounts",
    "int_last_value_events",
    "int_value_event_weeks",
)
LEAST = {"int_usage_outages": -1, "int_quiet_accounts": 0, "int_usage_starts": 30}
NAMING = ("dq_oddities",)
# What tells of the raw rows themselves.
OF_RAW_ROWS = {
    "dq_oddities",
    "int_odd_rows",
    "int_orphan_usage_events",
    "int_quarantined_rows",
    "int_source_rows",
    "int_usage_event_outcomes",
}
# What lies between the rows and the results.
DAYS = {
    "int_counted_usage_days",
    "int_daily_counts",
    "int_matched_usage_days",
    "int_matched_user_days",
    "int_rejected_usage_events",
    "int_unpeopled_days",
    "int_usage_daily",
    "int_usage_day_marks",
    "int_usage_file_days",
    "int_usage_first_months",
    "int_user_days",
}

# Events that count, each once, with the business days of use and of knowledge.
COUNTED = """
create temp table counted as
select
    *,
    cast(occurred_at + interval 9 hours as date) as used_on,
    cast(recorded_at + interval 9 hours as date) as known_on
from '{events}'
qualify event_id is null or row_number() over (
    partition by event_id, used_on
    order by recorded_at nulls first, occurred_at, account_id, feature_key, user_id nulls last,
        product_id nulls last, quantity
) = 1
"""
# One row for every day on which more became known: the whole count until then.
DAILY = """
select
    account_id, user_id, product_id, feature_key, used_on,
    sum(events) over so_far as event_count,
    sum(uses) over so_far as quantity,
    known_on + interval 3 hours as recorded_at
from (
    select
        account_id, user_id, product_id, feature_key, used_on, known_on,
        count(*) as events, sum(coalesce(quantity, 1)) as uses
    from counted
    where {chosen}
    group by all
)
window so_far as (
    partition by account_id, user_id, product_id, feature_key, used_on
    order by known_on nulls first
)
"""
# Some accounts, some days and some features as counts, and the rest as events.
HALF = (
    "case hash(account_id) % 3 when 0 then true when 1 then used_on >= date '2025-03-01' "
    "else feature_key = 'login' end"
)


def counted_by_source(raw: Path, target: Path, chosen: str) -> None:
    """A raw folder in which the chosen events are counts; the others stay events."""
    shutil.copytree(raw, target, ignore=shutil.ignore_patterns("hidden_truth"))
    events = target / "usage_events.parquet"
    with duckdb.connect() as connection:
        connection.execute(COUNTED.format(events=events))
        connection.execute(
            f"copy ({DAILY.format(chosen=chosen)}) to '{target}/usage_daily.parquet'"
        )
        rest = f"select * exclude (used_on, known_on) from counted where not ({chosen})"
        left = connection.execute(f"select count(*) from ({rest})").fetchall()[0][0]
        if left:
            connection.execute(f"copy ({rest}) to '{target}/rest.parquet'")
    events.unlink()
    if left:
        (target / "rest.parquet").rename(events)


@pytest.mark.parametrize("chosen", ["true", HALF], ids=["all", "half"])
def test_daily_counts_are_the_events_that_they_count(
    engine: Engine, sample_company: Company, tmp_path: Path, chosen: str
) -> None:
    counted_by_source(sample_company.raw, tmp_path / "raw", chosen)
    company = Company(tmp_path / "raw", tmp_path / "home")
    company.home.mkdir()
    shutil.copy(sample_company.database, company.database)
    dbt(company, company.home, "run-operation", "register_raw_folder")
    compiled = engine.models(company)
    touched = {
        model.name
        for source in ("stg_usage_events", "stg_usage_daily")
        for model in compiled.from_(source)
    }
    with connect(company.database) as connection:
        run(
            connection,
            [model for model in compiled.behind([*RESULTS, *NAMING]) if model.name in touched],
        )
    counts = "select count(*) from intermediate.int_daily_counts where is_counted"
    assert ask(company.database, counts)[0][0] > 3_000
    assert ask(
        company.database, "select count(*) from dq_oddities where reason = 'counted_in_events'"
    ) == [(0,)]
    assert differences(company, sample_company) == []


def differences(ours: Company, theirs: Company) -> list[str]:
    """The results that are not equal, row by row."""
    found = []
    with duckdb.connect() as connection:
        for name, built in (("ours", ours), ("theirs", theirs)):
            connection.execute(f"attach '{built.database}' as {name} (read_only)")
        for model in RESULTS:
            one, other = (f"from {side}.intermediate.{model}" for side in ("ours", "theirs"))
            assert connection.sql(f"select count(*) {one}").fetchall()[0][0] > LEAST.get(model, 50)
            for rows in (f"{one} except all {other}", f"{other} except all {one}"):
                if connection.sql(f"select count(*) from ({rows})").fetchall()[0][0]:
                    found.append(model)
    return found


def test_nothing_else_reads_use() -> None:
    """By lineage: whoever is equal here is equal in every mart behind it."""
    readers: dict[str, set[str]] = {}
    for key, node in project_manifest().nodes.items():
        if node.resource_type == "model":
            for parent in node.depends_on_nodes:
                readers.setdefault(parent, set()).add(key)
    waiting = [
        f"model.expansion_warehouse.{name}" for name in ("stg_usage_events", "stg_usage_daily")
    ]
    reached: set[str] = set()
    while waiting:
        for key in readers.get(waiting.pop(), set()) - reached:
            reached.add(key)
            if key.rpartition(".")[2] not in {*RESULTS, *OF_RAW_ROWS}:
                waiting.append(key)
    names = {key.rpartition(".")[2] for key in reached}
    assert {name for name in names if not name.startswith("int_")} == {"dq_oddities"}
    assert set(RESULTS) <= names
    assert names - set(RESULTS) - OF_RAW_ROWS == DAYS


ROWS = """
account_id,feature_key,used_on,event_count,recorded_at
A1,login,2025-06-01,5,2025-06-02T00:00:00Z
A1,login,2025-06-01,7,2025-07-20T00:00:00Z
A1,report,2025-06-01,3,2025-06-02T00:00:00Z
A1,report,2025-06-01,0,2025-07-20T00:00:00Z
A2,report,2025-06-01,4,2025-06-02T00:00:00Z
"""
EVENTS = """
account_id,feature_key,occurred_at,recorded_at
A2,report,2025-06-01T03:00:00Z,2025-07-20T00:00:00Z
"""


def test_a_month_knows_the_count_that_its_close_knew(
    engine: Engine, sample_company: Company, tmp_path: Path
) -> None:
    """A correction, a withdrawal and late events: June keeps what it saw, and so does known_at."""
    company = Company(tmp_path / "raw", tmp_path / "home")
    write_raw(company.raw, {**RAW, "usage_daily": ROWS.lstrip(), "usage_events": EVENTS.lstrip()})
    shutil.copy(sample_company.raw / "settings.yml", company.raw)
    seen = (
        "select account_id, feature_key, first_month::varchar, last_month::varchar "
        "from intermediate.int_usage_first_months order by all"
    )
    engine.build(company, ["int_usage_first_months"], as_of_date="2025-08-31")
    assert ask(company.database, seen) == [
        ("A1", "login", "2025-06-01", "2025-06-01"),
        ("A1", "login", "2025-07-01", None),
        ("A1", "report", "2025-06-01", "2025-06-01"),
        ("A2", "report", "2025-06-01", "2025-06-01"),
        ("A2", "report", "2025-07-01", None),
    ]
    reasons = (
        "select account_id, feature_key, event_count, exclusion_reason "
        "from intermediate.int_daily_counts order by all"
    )
    assert ask(company.database, reasons) == [
        ("A1", "login", 5, "superseded"),
        ("A1", "login", 7, None),
        ("A1", "report", 0, "no_use"),
        ("A1", "report", 3, "superseded"),
        ("A2", "report", 4, "counted_in_events"),
    ]
    then = Company(company.raw, tmp_path / "then")
    engine.build(then, ["int_usage_first_months"], as_of_date="2025-06-30")
    assert [row[:3] for row in ask(then.database, seen)] == [
        ("A1", "login", "2025-06-01"),
        ("A1", "report", "2025-06-01"),
        ("A2", "report", "2025-06-01"),
    ]
    assert {row[3] for row in ask(then.database, reasons)} == {None, "not_yet_known"}
