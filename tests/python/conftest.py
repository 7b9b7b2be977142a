"""Builds that several files of tests share, and which worker runs which files."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from builds import Company, build, held
from engine import Engine
from expansion_warehouse.sample import SampleOptions, write_sample
from oracle_company import OracleCompany, make_company

pytest_plugins = ("pages.fixtures",)

# The project as dbt has read it and the oracle's books stay until the end: to look through them for
# what can be thrown away, at every 700th new object, is a tenth of the time.
gc.set_threshold(100_000, 20, 20)

# Where a developer's own warehouse is must not decide what the tests see.
for variable in ("WAREHOUSE_HOME", "WAREHOUSE_RAW"):
    os.environ.pop(variable, None)

# Files that compare one random company with the oracle, which takes long to make.
ORACLE = (
    *("test_oracle_against_warehouse", "test_oracle_drivers", "test_oracle_forward_kpis"),
    *("test_oracle_ahead", "test_oracle_bookings", "test_oracle_periods"),
)
# The longest files, first: what is short fills the gaps at the end. Those that build the sample
# company and the oracle's begin at the same time.
LONGEST = (
    "test_whole_run",
    *ORACLE,
    *("test_report_pages", "test_wheel", "test_time_travel", "test_cli", "test_upgrade"),
    *("test_downstream", "test_usage_increments", "test_report_finance", "test_import_kintone"),
    *("test_named_segments", "test_odd_rows", "test_linear", "test_fuzz", "test_report_details"),
    *("test_small_books", "test_fit", "test_property_books", "test_plan", "test_report_reasons"),
    *("test_health_evidence", "test_storage", "test_engine", "test_ids", "test_import_hubspot"),
    *("test_supply", "test_gates", "test_import_amounts", "test_metamorphic", "test_knowledge"),
)


@pytest.fixture(scope="session")
def sample_company(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Company:
    """The sample company at a small size, with every edge case in it; to be read, not written.

    All workers read the same one: the first to ask builds it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "sample"
    company = Company(folder / "raw", folder / "home")
    with held(folder.with_suffix(".lock")):
        if not company.marts.exists():
            options = SampleOptions(
                target=company.raw, accounts=60, months=36, events=20_000, edge_cases=True
            )
            write_sample(options)
            build(company.raw, company.home)
    return company


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Makes tables without a run of dbt for each."""
    return Engine()


@pytest.fixture(scope="session")
def company(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> OracleCompany:
    """The random company that the oracle has recomputed."""
    return make_company(tmp_path_factory.mktemp("company"), engine)


class _ByBuild(LoadScopeScheduling):  # type: ignore[misc]
    """Gives one worker all the tests that share a build: those of a file, those of the oracle."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0]).stem
        return "oracle" if file in ORACLE else file


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, and four at most: some always wait for a browser or a disk."""
    return min((os.cpu_count() or 1) + 1, 4)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByBuild:
    """The scheduler of all runs with several workers, whatever `--dist` says."""
    return _ByBuild(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first."""
    places = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))
