"""What the usage layer costs beside plain DuckDB on the same files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from expansion_warehouse.environment import find_places
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.sample import SampleOptions, write_sample

EVENTS_PER_ACCOUNT = 20_000
MONTHS = 36
# Everything that reads raw events or keeps their days.
USAGE_LAYER = (
    "stg_usage_events",
    "int_usage_file_days",
    "int_usage_day_marks",
    "int_rejected_usage_events",
    "int_user_days",
    "int_usage_daily",
)
# The least that anybody would have to do with the files: one row per person, feature and day.
_BARE_AGGREGATION = """
import duckdb, sys
connection = duckdb.connect(sys.argv[2])
connection.execute("set enable_progress_bar = false")
connection.execute(f\"\"\"
    create table user_days as
    select
        account_id, user_id, product_id, feature_key,
        cast(occurred_at as date) as occurred_on, cast(recorded_at as date) as known_on,
        count(*) as event_count, sum(quantity) as quantity
    from read_parquet('{sys.argv[1]}/usage_events/**/*.parquet')
    group by all
\"\"\")
"""


@dataclass(frozen=True)
class Measured:
    """One process: how long it took and the most memory it held."""

    seconds: float
    peak_gb: float


@dataclass(frozen=True)
class BenchResult:
    """One size; every time is of a whole process, with the start of dbt in it."""

    events: int
    accounts: int
    bare_seconds: float
    bare_memory_gb: float
    full_build_seconds: float
    full_build_memory_gb: float
    increment_seconds: float
    increment_memory_gb: float
    full_build_ratio: float
    increment_ratio: float
    peak_memory_gb: float


def run_bench(folder: Path, events: int, tell: Callable[[str], None]) -> BenchResult:
    """Measure one number of events in `folder`, which must be empty or absent.

    The files are those of the sample company, one per day. The increment is the last day, which is
    held back from the full build. Raises BadInput or CheckFailed.
    """
    require_empty(folder)
    raw, home = folder / "raw", folder / "home"
    home.mkdir(parents=True)
    accounts = max(100, events // EVENTS_PER_ACCOUNT)
    tell("sample")
    write_sample(SampleOptions(target=raw, accounts=accounts, months=MONTHS, events=events))
    tell("bare aggregation")
    bare = _measure(
        [sys.executable, "-c", _BARE_AGGREGATION, str(raw), str(folder / "bare.duckdb")]
    )
    last_day = max((raw / "usage_events").iterdir())
    held_back = folder / last_day.name
    last_day.rename(held_back)
    tell("full build")
    full = _measure(_dbt(home), home, raw)
    held_back.rename(last_day)
    tell("one day more")
    increment = _measure(_dbt(home), home, raw)
    return BenchResult(
        events=events,
        accounts=accounts,
        bare_seconds=bare.seconds,
        bare_memory_gb=bare.peak_gb,
        full_build_seconds=full.seconds,
        full_build_memory_gb=full.peak_gb,
        increment_seconds=increment.seconds,
        increment_memory_gb=increment.peak_gb,
        full_build_ratio=round(full.seconds / bare.seconds, 2),
        increment_ratio=round(increment.seconds / full.seconds, 3),
        peak_memory_gb=max(full.peak_gb, increment.peak_gb),
    )


def require_empty(folder: Path) -> None:
    """Raises BadInput where something is in the folder already."""
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty: the benchmark writes into a folder of its own")


def _dbt(home: Path) -> list[str]:
    project = str(find_places(home, None).project)
    return [
        *(sys.executable, "-c", "from dbt.cli.main import cli; cli()", "run", "--quiet"),
        *("--project-dir", project, "--profiles-dir", project),
        *("--target-path", str(home / "target"), "--log-path", str(home / "logs")),
        *("--select", *USAGE_LAYER),
    ]


def _measure(command: Sequence[str], home: Path | None = None, raw: Path | None = None) -> Measured:
    """Run a process to its end; raises CheckFailed where it fails."""
    places = {"WAREHOUSE_HOME": home, "WAREHOUSE_RAW": raw}
    variables = {**os.environ, **{name: str(path) for name, path in places.items() if path}}
    started = time.perf_counter()
    process = subprocess.Popen(command, env=variables)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise CheckFailed(f"the benchmark stopped: exit code {process.returncode}")
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(round(seconds, 1), round(usage.ru_maxrss * unit / 1e9, 2))
