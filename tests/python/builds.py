"""How tests build a warehouse, and where one lies."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

PROJECT = Path(__file__).parents[2]


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


def try_dbt(company: Company, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Plain dbt on a company, with its own files in a folder elsewhere."""
    company.home.mkdir(parents=True, exist_ok=True)
    return run_module(
        "dbt.cli.main",
        *arguments,
        WAREHOUSE_HOME=str(company.home),
        WAREHOUSE_RAW=str(company.raw),
        DBT_TARGET_PATH=str(folder / "target"),
        DBT_LOG_PATH=str(folder / "logs"),
    )


def dbt(company: Company, folder: Path, *arguments: str) -> None:
    """The same; fails the test with what dbt said."""
    done = try_dbt(company, folder, *arguments)
    assert done.returncode == 0, done.stdout


def ask(database: Path, sql: str) -> list[Any]:
    """Rows of a query."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()
