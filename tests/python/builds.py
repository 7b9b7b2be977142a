"""How tests build a warehouse, and where one lies."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

PROJECT = Path(__file__).parents[2]
# dbt reads the whole project again wherever its database has another path, which takes longer than
# most builds of the tests. So every warehouse is built at one place, a link to its home, and what
# dbt has read is kept beside that link.
_WORKBENCH = Path(tempfile.mkdtemp(prefix="warehouse-tests-"))
atexit.register(shutil.rmtree, _WORKBENCH, ignore_errors=True)
# For dbt's `build`: no test.
TABLES_ONLY = ("--resource-type", "seed", "--resource-type", "model")
# Options by which a run has other settings: dbt reads the project again for each value.
_SETTINGS = ("--vars", "--as-of", "--known-at")


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

    def run(link: Path) -> subprocess.CompletedProcess[str]:
        places = ("--raw", str(raw), "--home", str(link))
        return run_module("expansion_warehouse.cli", "build", *places, *options)

    done = _at_workbench(home, home / "target", options, run)
    assert done.returncode == 0, done.stdout + done.stderr
    return Company(raw, home)


def try_dbt(company: Company, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Plain dbt on a company, with its own files in a folder elsewhere."""

    def run(link: Path) -> subprocess.CompletedProcess[str]:
        places = {
            "WAREHOUSE_HOME": str(link),
            "WAREHOUSE_RAW": str(company.raw),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        return run_module("dbt.cli.main", *arguments, **places)

    return _at_workbench(company.home, folder / "target", arguments, run)


def _at_workbench(
    home: Path,
    target: Path,
    arguments: tuple[str, ...],
    run: Callable[[Path], subprocess.CompletedProcess[str]],
) -> subprocess.CompletedProcess[str]:
    """Run dbt with `home` at the common place, and with what it read of the project before."""
    home.mkdir(parents=True, exist_ok=True)
    link = _WORKBENCH / "home"
    link.unlink(missing_ok=True)
    link.symlink_to(home.absolute())
    settings = tuple(pair for pair in pairwise(arguments) if pair[0] in _SETTINGS)
    kept = _WORKBENCH / f"{abs(hash(settings))}.msgpack"
    read = target / "partial_parse.msgpack"
    if kept.exists() and not read.exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(kept, read)
    done = run(link)
    if read.exists() and not kept.exists():
        shutil.copy(read, kept)
    return done


def dbt(company: Company, folder: Path, *arguments: str) -> None:
    """The same; fails the test with what dbt said."""
    done = try_dbt(company, folder, *arguments)
    assert done.returncode == 0, done.stdout


def transform(company: Company, folder: Path, *arguments: str) -> None:
    """Seeds and models alone, without any test, in one run of dbt."""
    dbt(company, folder, "build", *TABLES_ONLY, *arguments)


def ask(database: Path, sql: str) -> list[Any]:
    """Rows of a query."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()
