"""The revenue marts of a small raw folder, in a home of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builds import Company, ask
from engine import Engine
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
    "kpi_nrr_products": ("month", "retention_window", "product_id"),
    "fct_account_retention": ("account_id", "month", "retention_window"),
}


@dataclass(frozen=True)
class Workshop:
    """One place in which ledgers are built, each in a folder of its name."""

    engine: Engine
    folder: Path

    def build(self, name: str, book: Book, settings: Settings, **days: str) -> Path:
        """The database with the ledger of a book; `days` as for the engine."""
        return self.engine.build(self.company(name, book, settings), LEDGER, **days).database

    def company(self, name: str, book: Book, settings: Settings) -> Company:
        """The raw folder of a book, and a home for it."""
        company = Company(self.folder / name / "raw", self.folder / name / "home")
        write_raw(book, company.raw, settings)
        return company


def fingerprint(database: Path, condition: str) -> dict[str, str]:
    """A hash of the rows of every mart of the ledger that fulfil a condition."""
    return {
        mart: hashlib.sha256(
            repr(ask(database, f"from {mart} where {condition} order by all")).encode()
        ).hexdigest()
        for mart in LEDGER
    }
