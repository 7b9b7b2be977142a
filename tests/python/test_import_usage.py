"""Events of Segment and PostHog: every row arrives or is left out by name, people are counted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from exports import posthog, segment

STAFF = {"internal_domains": "our.example"}
REASONS = {
    "segment": {
        "pages": "a page view",
        "screens": "a screen",
        "no account": "neither the event nor a group call",
    },
    "posthog": {
        "test": "recorded on a host",
        "autocapture": "a captured click",
        "page": "a page view",
        "system": "PostHog writes it of itself",
        "no account": "the event names no group",
    },
}


def imported(system: str, source: Path, raw: Path, **options: str | None) -> ImportSummary:
    told = ImportOptions(options={**STAFF, **options})
    return run_import(system, source, raw, told=told)


def rows(file: Path, columns: str) -> list[tuple[Any, ...]]:
    return duckdb.execute(f"select {columns} from '{file}' order by all").fetchall()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z"))


def require(
    system: str,
    raw: Path,
    done: ImportSummary,
    truth: Mapping[str, tuple[str, str | None, str, str]],
    left_out: Mapping[str, int],
) -> None:
    """The events are those of the truth, and the losses have its counts."""
    columns = "event_id, account_id, user_id, feature_key, cast(occurred_at as timestamp)"
    found = {
        event: (account, user, feature, when)
        for event, account, user, feature, when in rows(
            raw / "usage_events" / f"{system}.parquet", columns
        )
    }
    assert found == {event: (*facts[:3], moment(facts[3])) for event, facts in truth.items()}
    counted = {
        name: sum(loss.rows or 0 for loss in done.losses if loss.reason.startswith(words))
        for name, words in REASONS[system].items()
    }
    assert counted == {name: left_out.get(name, 0) for name in REASONS[system]}
    assert done.rows_out["usage_events"] == len(truth)
    assert sum(done.rows_left_out.values()) == sum(left_out.values())


def active_users(raw: Path, system: str) -> dict[tuple[str, str], int]:
    found = duckdb.execute(
        "select account_id, strftime(cast(occurred_at as timestamp), '%Y-%m') as month, "
        f"count(distinct user_id) from '{raw}/usage_events/{system}.parquet' "
        "where user_id is not null group by all"
    ).fetchall()
    return {(account, month): users for account, month, users in found}


def internal(raw: Path, system: str) -> set[str]:
    return {
        user
        for user, kind in rows(raw / "users" / f"{system}.parquet", "user_id, kind")
        if kind == "internal"
    }


@pytest.mark.parametrize(("seed", "form"), [(1, "csv"), (2, "jsonl"), (3, "parquet")])
def test_segment_is_what_its_calls_mean(seed: int, form: str, tmp_path: Path) -> None:
    use = segment.random_use(seed)
    segment.write_use(use.tables, tmp_path / "export", form)
    done = imported("segment", tmp_path / "export", tmp_path / "raw")
    require("segment", tmp_path / "raw", done, use.events, use.left_out)
    assert active_users(tmp_path / "raw", "segment") == use.active_users()
    assert internal(tmp_path / "raw", "segment") == use.internal


@pytest.mark.parametrize(("seed", "form"), [(1, "jsonl"), (2, "parquet")])
def test_posthog_is_what_its_events_mean(seed: int, form: str, tmp_path: Path) -> None:
    use = posthog.random_use(seed)
    posthog.write_use(use, tmp_path / "export", form)
    done = imported("posthog", tmp_path / "export", tmp_path / "raw")
    require("posthog", tmp_path / "raw", done, use.truth, use.left_out)
    assert active_users(tmp_path / "raw", "posthog") == use.active_users()
    assert internal(tmp_path / "raw", "posthog") == use.internal


def hashes(raw: Path) -> dict[str, str]:
    return {
        file.relative_to(raw).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in raw.rglob("*.parquet")
    }


@pytest.mark.parametrize("system", ["segment", "posthog"])
def test_the_order_of_rows_changes_no_byte(system: str, tmp_path: Path) -> None:
    if system == "segment":
        tables = segment.random_use(5).tables
        segment.write_use(tables, tmp_path / "one")
        segment.write_use({name: found[::-1] for name, found in tables.items()}, tmp_path / "two")
    else:
        use = posthog.random_use(5)
        posthog.write_use(use, tmp_path / "one")
        use.events.reverse()
        posthog.write_use(use, tmp_path / "two")
    for name in ("one", "two"):
        imported(system, tmp_path / name, tmp_path / f"raw_{name}")
    assert hashes(tmp_path / "raw_one") == hashes(tmp_path / "raw_two")


def test_a_repeated_and_a_broken_call_of_segment_arrive(tmp_path: Path) -> None:
    call: segment.Row = {
        "id": "a",
        "event": "x",
        "user_id": "u",
        "context_group_id": "A",
        "timestamp": "2025-02-30 10:00:00",
        "received_at": "2025-03-01 10:00:00",
    }
    segment.write_use({"tracks": [call, call]}, tmp_path / "export")
    imported("segment", tmp_path / "export", tmp_path / "raw")
    found = rows(tmp_path / "raw/usage_events/segment.parquet", "event_id, occurred_at")
    assert len(found) == 2
    assert "2025-02-30" in found[0][1]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [("A", "u", "signed in"), ("B", None, "x")]),
        ({"login_events": "Signed In,other"}, [("A", "u", "login"), ("B", None, "x")]),
        ({"ignored_events": "X"}, [("A", "u", "signed in")]),
        (
            {"without_account": "kept"},
            [("A", "u", "signed in"), ("B", None, "x"), (None, "w", "x")],
        ),
        ({"account_column": "context_plan"}, [("P", "u", "signed in")]),
        ({"group_calls": "ignored"}, [("B", None, "x")]),
        ({"pages": "counted"}, [("A", "u", "Home"), ("A", "u", "signed in"), ("B", None, "x")]),
    ],
)
def test_options_of_segment(
    options: dict[str, str], expected: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    day = {"timestamp": "2025-03-02 10:00:00", "received_at": "2025-03-02 10:00:01"}
    calls: list[segment.Row] = [
        {"id": "a", "event": "signed in", "user_id": "u", "context_plan": "P", **day},
        {"id": "b", "event": "x", "context_group_id": "B", **day},
        {"id": "c", "event": "x", "user_id": "w", **day},
    ]
    columns = dict.fromkeys(["id", "event", "user_id", "context_group_id", "context_plan"])
    joins: list[segment.Row] = [
        {"id": "g", "user_id": "u", "group_id": "A", "timestamp": "2025-03-01 00:00:00"}
    ]
    tables: dict[str, list[segment.Row]] = {
        "tracks": [{**columns, **call} for call in calls],
        "pages": [{"id": "p", "name": "Home", "user_id": "u", **day}],
        "groups": joins,
    }
    segment.write_use(tables, tmp_path / "export")
    imported("segment", tmp_path / "export", tmp_path / "raw", **options)
    found = rows(tmp_path / "raw/usage_events/segment.parquet", "account_id, user_id, feature_key")
    assert found == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [("A", "u", "saved")]),
        ({"anonymous": "named", "pages": "counted"}, [("A", "d", "/home"), ("A", "u", "saved")]),
        ({"pages": "counted"}, [("A", "u", "saved"), ("A", None, "/home")]),
        ({"autocapture": "counted"}, [("A", "u", "Save"), ("A", "u", "saved")]),
        ({"user": "person_id", "login_events": "saved"}, [("A", "person", "login")]),
        ({"group_type": "workspace", "group_index": "3"}, [("W", "u", "saved")]),
        ({"account_property": "tenant"}, [("T", "u", "saved")]),
        ({"ignored_hosts": ""}, [("A", "u", "saved"), ("A", "u", "tried")]),
    ],
)
def test_options_of_posthog(
    options: dict[str, str], expected: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    here = {"$host": "app.our.example", "$groups": {"company": "A"}}
    use = posthog.Use(persons=[{"distinct_id": "u", "properties": {}}])
    for event, distinct_id, properties in (
        ("saved", "u", {**here, "$groups": {"company": "A", "workspace": "W"}, "tenant": "T"}),
        ("$pageview", "d", {**here, "$pathname": "/home", "$device_id": "d"}),
        ("$autocapture", "u", {**here, "$el_text": "Save"}),
        ("tried", "u", {**here, "$host": "localhost:3000"}),
    ):
        use.events.append(
            {
                "uuid": event,
                "event": event,
                "distinct_id": distinct_id,
                "person_id": "person",
                "properties": properties,
                "timestamp": "2025-03-02T10:00:00Z",
            }
        )
    posthog.write_use(use, tmp_path / "export")
    imported("posthog", tmp_path / "export", tmp_path / "raw", **options)
    found = rows(tmp_path / "raw/usage_events/posthog.parquet", "account_id, user_id, feature_key")
    assert found == expected
