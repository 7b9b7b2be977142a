"""A small sample company, built and published once for every test that only reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from expansion_warehouse.sample import SampleOptions, write_sample
from oracle_company import OracleCompany, make_company

PROJECT = Path(__file__).parents[2]

# Where a developer's own warehouse is must not decide what the tests see.
for variable in ("WAREHOUSE_HOME", "WAREHOUSE_RAW"):
    os.environ.pop(variable, None)


@dataclass(frozen=True)
class Company:
    """A raw folder and the warehouse home that it was built in."""

    raw: Path
    home: Path

    @property
    def marts(self) -> Path:
        """The published DuckDB file."""
        return self.home / "published" / "current" / "marts.duckdb"

    @property
    def database(self) -> Path:
        """The database of the build, with every model behind the marts."""
        return self.home / "build.duckdb"


def run_module(module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module of the environment in the project folder."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def build(raw: Path, home: Path, *options: str) -> Company:
    """`warehouse build`; fails the test with what the command said."""
    done = run_module(
        "expansion_warehouse.cli", "build", "--raw", str(raw), "--home", str(home), *options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Company(raw, home)


@pytest.fixture(scope="session")
def sample_company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The sample company at a small size, with every edge case in it."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(SampleOptions(target=folder / "raw", accounts=60, months=36, events=20_000))
    return build(folder / "raw", folder / "home")


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> OracleCompany:
    """The random company that the oracle has recomputed."""
    return make_company(tmp_path_factory.mktemp("company"))
