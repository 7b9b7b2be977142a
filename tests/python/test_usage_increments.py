"""Usage days kept from build to build equal a full refresh, whatever happens to the files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import Company, dbt
from tiny_project import write_raw

pytestmark = pytest.mark.slow

TABLES = (
    "int_usage_file_days",
    "int_usage_day_marks",
    "int_rejected_usage_events",
    "int_user_days",
    "int_usage_daily",
    "int_orphan_usage_events",
)
TABLES_TO_COMPARE = TABLES[1:]
STAGING = ("stg_accounts", "stg_reference_ids", "stg_usage_events")
VIEWS = ("int_matched_usage_days", "stg_usage_daily", "int_daily_counts", "int_matched_user_days")
TAMPERED = -7
EVENT_COLUMNS = (
    "event_id",
    "account_id",
    "user_id",
    "product_id",
    "feature_key",
    "occurred_at",
    "quantity",
    "recorded_at",
)

RAW = {
    "accounts": "account_id\nA1\nA2\n",
    "products": "product_id\nP1\n",
    "plans": "plan_id,product_id,tier_rank\nL1,P1,1\n",
    "contract_lines": (
        "contract_line_id,contract_id,account_id,product_id,charge_type,quantity,unit_price,"
        "billing_unit,currency,starts_on\n"
        "C1,K1,A1,P1,recurring,1,100000,month,JPY,2025-01-01\n"
    ),
}


class Days:
    """One raw folder and the warehouse that is built from it again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.company = Company(folder / "raw", folder / "home")
        write_raw(self.company.raw, RAW)
        self.company.home.mkdir()

    @property
    def events(self) -> Path:
        return self.company.raw / "usage_events"

    def write(self, name: str, *events: str) -> None:
        """A file of events, each "id account user feature moment quantity recorded"."""
        file = self.company.raw / name
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = ", ".join(
            "('{}', '{}', '{}', 'P1', '{}', timestamp '{}', {}, timestamp '{}')".format(
                *event.split()
            )
            for event in events
        )
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (select * from (values {rows}) as t({', '.join(EVENT_COLUMNS)})) "
                f"to '{file}' (format parquet)"
            )

    def build(self, home: Path | None = None, **settings: str) -> None:
        """Run the usage days, in the kept home or in another one."""
        wanted = json.dumps({"as_of_date": "2025-06-30", **settings})
        selected = ("--select", *STAGING, *TABLES, *VIEWS)
        company = Company(self.company.raw, home or self.company.home)
        dbt(company, self.folder, "run", *selected, "--threads", "1", "--vars", wanted)

    def meant(self) -> list[tuple[str, bool]]:
        """The accounts of the kept days, and whether they may mean several."""
        return self._ask("select distinct account_id, is_ambiguous from {}.int_matched_usage_days")

    def refused(self) -> list[tuple[str, str]]:
        """Accounts of the events that are set aside, and why."""
        return self._ask("select account_id, quarantine_reason from {}.int_orphan_usage_events")

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.company.home / "build.duckdb"), read_only=True) as connection:
            found = connection.execute(query.format("intermediate") + " order by all").fetchall()
        return found

    def tamper(self) -> None:
        """Mark every kept row, to see which days the next build counts again."""
        with duckdb.connect(str(self.company.home / "build.duckdb")) as connection:
            for table in ("int_user_days", "int_usage_daily"):
                connection.execute(f"update intermediate.{table} set quantity = {TAMPERED}")

    def recounted(self) -> set[str]:
        """Days that the last build counted; both tables must agree."""
        with duckdb.connect(str(self.company.home / "build.duckdb"), read_only=True) as connection:
            found = [
                {
                    str(day)
                    for (day,) in connection.execute(
                        f"select distinct occurred_on from intermediate.{table} "
                        f"where quantity <> {TAMPERED}"
                    ).fetchall()
                }
                for table in ("int_user_days", "int_usage_daily")
            ]
        assert found[0] == found[1]
        return found[0]


def everything(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        return {
            table: connection.execute(f"select * from intermediate.{table} order by all").fetchall()
            for table in TABLES_TO_COMPARE
        }


def first_days(days: Days) -> None:
    days.write(
        "usage_events/event_date=2025-06-01/events.parquet",
        "e1 A1 u1 login 2025-06-01T09:00 1 2025-06-01T09:01",
        "e2 A1 u2 report 2025-06-01T10:00 2 2025-06-01T10:01",
    )
    days.write(
        "usage_events/event_date=2025-06-02/events.parquet",
        "e3 A1 u1 login 2025-06-02T09:00 1 2025-06-02T09:01",
        "e4 A2 u9 login 2025-06-02T20:00 1 2025-06-02T20:01",
    )
    days.write(
        "usage_events/event_date=2025-06-03/events.parquet",
        "e5 A1 u1 login 2025-06-03T09:00 1 2025-06-03T09:01",
    )


def nothing(days: Days) -> None:
    """The folder stays as it is."""


def a_new_day(days: Days) -> None:
    days.write(
        "usage_events/event_date=2025-06-24/events.parquet",
        "e6 A1 u1 login 2025-06-24T09:00 1 2025-06-24T09:01",
    )


def events_three_weeks_late(days: Days) -> None:
    days.write(
        "usage_events/event_date=2025-06-25/events.parquet",
        "e7 A1 u3 login 2025-06-02T11:00 1 2025-06-25T09:01",
        "e8 A1 u3 login 2025-06-25T11:00 1 2025-06-25T11:01",
    )


def a_second_delivery(days: Days) -> None:
    days.write("usage_events/again.parquet", "e1 A1 u1 login 2025-06-01T09:00 1 2025-06-26T09:01")


def another_touch_of_the_same_content(days: Days) -> None:
    first_days(days)


def a_file_that_lost_a_row(days: Days) -> None:
    days.write(
        "usage_events/event_date=2025-06-01/events.parquet",
        "e2 A1 u2 report 2025-06-01T10:00 2 2025-06-01T10:01",
    )


def odd_events(days: Days) -> None:
    """One recorded before it happened, one of nobody we know."""
    days.write(
        "usage_events/odd.parquet",
        "e9 A1 u1 login 2025-06-20T09:00 1 2025-06-05T09:01",
        "e10 A9 u1 login 2025-06-24T09:00 1 2025-06-24T09:01",
    )


def other_odd_events(days: Days) -> None:
    days.write(
        "usage_events/odd.parquet",
        "e11 A1 u1 login 2025-06-21T09:00 1 2025-06-05T09:01",
    )


def a_file_that_is_gone(days: Days) -> None:
    shutil.rmtree(days.events / "event_date=2025-06-03")


STEPS: tuple[tuple[Callable[[Days], None], set[str]], ...] = (
    (nothing, set()),
    (a_new_day, {"2025-06-24"}),
    (events_three_weeks_late, {"2025-06-02", "2025-06-25"}),
    (a_second_delivery, {"2025-06-01"}),
    (another_touch_of_the_same_content, set()),
    (a_file_that_lost_a_row, {"2025-06-01"}),
    (odd_events, {"2025-06-24"}),
    (other_odd_events, {"2025-06-24"}),
    (a_file_that_is_gone, set()),
)
ALL_DAYS = {"2025-06-01", "2025-06-02", "2025-06-24", "2025-06-25"}


@pytest.fixture(scope="module")
def after_steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """The folder after every step, each of which is checked against a full refresh."""
    days = Days(tmp_path_factory.mktemp("days"))
    first_days(days)
    days.build()
    for number, (step, expected) in enumerate(STEPS):
        step(days)
        fresh = days.folder / f"fresh_{number}"
        fresh.mkdir()
        days.build(fresh)
        kept = days.folder / f"kept_{number}"
        shutil.copytree(days.company.home, kept)
        days.build(kept)
        assert everything(kept) == everything(fresh), step.__name__
        days.tamper()
        days.build()
        assert days.recounted() == expected, step.__name__
        shutil.rmtree(days.company.home)
        shutil.copytree(kept, days.company.home)
    yield days


def test_every_step_equals_a_full_refresh_and_counts_only_what_changed(after_steps: Days) -> None:
    assert {
        str(row[4]) for row in everything(after_steps.company.home)["int_user_days"]
    } == ALL_DAYS


@pytest.mark.parametrize(
    "settings",
    [{"business_timezone": "Asia/Tokyo"}, {"known_at": "2025-06-29"}],
    ids=lambda settings: next(iter(settings)),
)
def test_another_fingerprint_counts_everything(
    after_steps: Days, tmp_path: Path, settings: dict[str, str]
) -> None:
    days = after_steps
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    shutil.copytree(days.company.home, kept)
    fresh.mkdir()
    days.build(fresh, **settings)
    days.build(kept, **settings)
    before = everything(days.company.home)["int_usage_day_marks"]
    after = everything(kept)["int_usage_day_marks"]
    assert {mark for *_, mark in before}.isdisjoint({mark for *_, mark in after})
    assert everything(kept) == everything(fresh)


def test_accounts_in_another_spelling_count_nothing_again(tmp_path: Path) -> None:
    """The kept days keep their ids as written, and mean today's accounts."""
    days = Days(tmp_path)
    days.write(
        "usage_events.parquet",
        "e1 A1 u1 login 2025-06-01T09:00 1 2025-06-01T09:01",
        "e2 A2 u1 login 2025-06-02T09:00 1 2025-06-02T09:01",
        "e3 aB u1 login 2025-06-03T09:00 1 2025-06-03T09:01",
    )
    days.build()
    assert days.meant() == [("A1", False), ("A2", False), ("aB", False)]
    assert days.refused() == [("aB", "orphan_customer")]
    days.tamper()
    write_raw(days.company.raw, {"accounts": "account_id\na1\nA2\nab\nAB\n"})
    days.build()
    assert days.recounted() == set()
    assert days.meant() == [("A2", False), ("a1", False), ("aB", True)]
    assert days.refused() == [("aB", "ambiguous_id")]


def test_an_earlier_day_reads_every_file_again(after_steps: Days, tmp_path: Path) -> None:
    days = after_steps
    kept, fresh = tmp_path / "kept", tmp_path / "fresh"
    shutil.copytree(days.company.home, kept)
    fresh.mkdir()
    for home in (kept, fresh):
        days.build(home, as_of_date="2025-05-31")
    with duckdb.connect(str(kept / "build.duckdb"), read_only=True) as connection:
        query = "select distinct as_of_date from intermediate.int_usage_file_days"
        assert [str(day) for (day,) in connection.execute(query).fetchall()] == ["2025-05-31"]
    assert everything(kept) == everything(fresh)


def test_one_growing_file_counts_only_its_new_days(tmp_path: Path) -> None:
    days = Days(tmp_path)
    old = (
        "e1 A1 u1 login 2025-06-01T09:00 1 2025-06-01T09:01",
        "e2 A1 u1 login 2025-06-02T09:00 1 2025-06-02T09:01",
    )
    days.write("usage_events.parquet", *old)
    days.build()
    days.tamper()
    days.write("usage_events.parquet", *old, "e3 A1 u1 login 2025-06-03T09:00 1 2025-06-03T09:01")
    days.build()
    assert days.recounted() == {"2025-06-03"}


def test_content_decides_where_size_and_time_are_those_of_before(tmp_path: Path) -> None:
    """Also in a database that has kept files by their size and time."""
    days = Days(tmp_path)
    header = "event_id,account_id,feature_key,occurred_at,quantity\n"
    write_raw(days.company.raw, {"usage_events": f"{header}e1,A1,login,2025-06-01T09:00,1\n"})
    file = days.company.raw / "usage_events.csv"
    before = file.stat()
    days.build()
    with duckdb.connect(str(days.company.home / "build.duckdb")) as connection:
        table = "intermediate.int_usage_file_days"
        connection.execute(f"alter table {table} drop content_hash")
        connection.execute(f"alter table {table} add column modified_at bigint")
    for feature in ("login", "audit"):
        write_raw(
            days.company.raw, {"usage_events": f"{header}e1,A1,{feature},2025-06-01T09:00,7\n"}
        )
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (file.stat().st_size, file.stat().st_mtime_ns) == (
            before.st_size,
            before.st_mtime_ns,
        )
        days.build()
        fresh = tmp_path / f"fresh_{feature}"
        fresh.mkdir()
        days.build(fresh)
        assert everything(days.company.home) == everything(fresh)
        assert everything(fresh)["int_usage_daily"][0][2] == feature
