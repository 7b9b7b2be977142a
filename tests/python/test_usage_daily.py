"""Use counted by the source gives the same numbers, cell by cell, as the events that it counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from builds import Company, ask, dbt
from engine import Engine
from tiny_project import write_raw

pytestmark = pytest.mark.slow

# What tells of the raw rows themselves.
OF_RAW_ROWS = {"fct_source_reconciliation", "dq_quarantine", "dq_oddities"}

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


def marts(company: Company) -> set[str]:
    query = (
        "select table_name from duckdb_tables() "
        "where schema_name = 'main' and database_name = 'build'"
    )
    return {name for (name,) in ask(company.database, query)}


@pytest.fixture(scope="module")
def as_events(
    engine: Engine, sample_company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    folder = tmp_path_factory.mktemp("as_events")
    return engine.build(Company(sample_company.raw, folder / "home"))


@pytest.mark.parametrize("chosen", ["true", HALF], ids=["all", "half"])
def test_daily_counts_are_the_events_that_they_count(
    engine: Engine, as_events: Company, tmp_path: Path, chosen: str
) -> None:
    counted_by_source(as_events.raw, tmp_path / "raw", chosen)
    company = engine.build(Company(tmp_path / "raw", tmp_path / "home"))
    assert ask(company.database, "select count(*) from raw.usage_daily")[0][0] > 3_000
    assert "counted_in_events" not in {
        reason for (reason,) in ask(company.database, "select reason from dq_oddities")
    }
    different = []
    with duckdb.connect() as connection:
        for name, built in (("ours", company), ("theirs", as_events)):
            connection.execute(f"attach '{built.database}' as {name} (read_only)")
        for mart in sorted(marts(company) - OF_RAW_ROWS):
            for one, other in (("ours", "theirs"), ("theirs", "ours")):
                rows = f"from {one}.main.{mart} except all from {other}.main.{mart}"
                if connection.sql(f"select count(*) from ({rows})").fetchall()[0][0]:
                    different.append(f"{mart} of {one}")
    assert different == []
    asked = "select count(*), sum(active_users) from fct_usage_monthly where active_users > 0"
    assert ask(company.database, asked)[0][0] > 500
