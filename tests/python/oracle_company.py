"""A random company, built by the warehouse and recomputed by the oracle, for every comparison."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from oracle.compute import Basis, Knowledge, Result, compute
from oracle.generator import Shape, random_book, settings_for
from oracle.raw_files import write_raw
from oracle.rows import Book

PROJECT = Path(__file__).parents[2]
SHAPE = Shape(accounts=500, months=36)
SEED = 20230401


@dataclass(frozen=True)
class OracleCompany:
    """One book, built by both; `home` holds the build's own database beside what it published."""

    book: Book
    result: Result
    home: Path

    @property
    def marts(self) -> Path:
        """The published DuckDB file."""
        return self.home / "published" / "current" / "marts.duckdb"

    @property
    def database(self) -> Path:
        """The database of the build, with every model behind the marts."""
        return self.home / "build.duckdb"


def build(raw: Path, home: Path) -> None:
    """Run `warehouse build` in a process of its own."""
    command = [sys.executable, "-m", "expansion_warehouse.cli", "build", "--quiet"]
    command += ["--raw", str(raw), "--home", str(home)]
    paths = [str(PROJECT / "scripts"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"build ended with {done.returncode}:\n{done.stderr[-4000:]}"


def make_company(folder: Path) -> OracleCompany:
    """A company of at least 500 accounts over 36 months, on both bases."""
    book, settings = random_book(SEED, SHAPE), settings_for(SHAPE)
    write_raw(book, folder / "raw", settings, shuffle_seed=SEED)
    result = compute(book, settings, Knowledge(bases=frozenset(Basis)))
    build(folder / "raw", folder / "home")
    return OracleCompany(book, result, folder / "home")
