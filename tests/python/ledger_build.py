"""The revenue marts of a small raw folder, built with plain dbt in a home of their own."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builds import TABLES_ONLY, Company, ask, try_dbt
from oracle.raw_files import write_raw
from oracle.rows import Book
from oracle.settings import Settings

# Every mart of the ledger that has a basis, with what identifies a row beside it.
LEDGER: Mapping[str, tuple[str, ...]] = {
    "fct_mrr": ("account_id", "product_id", "month"),
    "fct_mrr_movements": ("account_id", "month"),
    "fct_mrr_drivers": ("account_id", "product_id", "month", "driver"),
    "kpi_mrr_bridge": ("month", "segment_type", "segment"),
    "kpi_nrr": ("month", "retention_window", "segment_type", "segment"),
}


@dataclass(frozen=True)
class Workshop:
    """One place in which ledgers are built one after another: dbt parses the project only once."""

    folder: Path

    def build(self, name: str, book: Book, settings: Settings, known_at: str | None = None) -> Path:
        """Build the ledger of a book; the database, which later builds leave alone."""
        known = ("--vars", json.dumps({"known_at": known_at})) if known_at else ()
        marts = ("--select", *(f"+{mart}" for mart in LEDGER))
        self.take(book, settings)
        done = self.dbt("build", *TABLES_ONLY, *marts, *known)
        assert done.returncode == 0, done.stdout
        return (self.folder / "home" / "build.duckdb").rename(self.folder / f"{name}.duckdb")

    def take(self, book: Book, settings: Settings) -> None:
        """Make this book the raw folder."""
        shutil.rmtree(self.folder / "raw", ignore_errors=True)
        (self.folder / "home").mkdir(parents=True, exist_ok=True)
        (self.folder / "home" / "build.duckdb").unlink(missing_ok=True)
        write_raw(book, self.folder / "raw", settings)

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt on the raw folder."""
        company = Company(self.folder / "raw", self.folder / "home")
        return try_dbt(company, self.folder, *arguments)


def fingerprint(database: Path, condition: str) -> dict[str, str]:
    """A hash of the rows of every mart of the ledger that fulfil a condition."""
    return {
        mart: hashlib.sha256(
            repr(ask(database, f"from {mart} where {condition} order by all")).encode()
        ).hexdigest()
        for mart in LEDGER
    }
