"""Writes a book as a raw folder and asks DuckDB for nothing but the file format."""

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date, datetime
from pathlib import Path

import duckdb

from oracle import rows
from oracle.generator import shuffled
from oracle.settings import Settings

TABLES: dict[str, type] = {
    "accounts": rows.Account,
    "products": rows.Product,
    "plans": rows.Plan,
    "contract_lines": rows.ContractLine,
    "service_pauses": rows.ServicePause,
    "invoices": rows.Invoice,
    "fx_rates": rows.FxRate,
    "account_attributes": rows.AccountAttribute,
}
REQUIRED = ("accounts", "products", "plans", "contract_lines")
NUMBERS = (
    *("quantity", "unit_price", "discount_rate", "tax_rate", "amount", "rate"),
    "paid_amount",
)
WHOLE_NUMBERS = ("billing_interval", "tier_rank", "discount_order", "term_months")


def column_type(name: str) -> str:
    """Parquet type of a column of the contract."""
    if name.endswith(("_on", "_from", "_to")):
        return "date"
    if name == "recorded_at":
        return "timestamp"
    if name.startswith("is_") or name == "auto_renews":
        return "boolean"
    if name in WHOLE_NUMBERS:
        return "integer"
    if name in NUMBERS or name.startswith("list_price"):
        return "decimal(28, 8)"
    return "varchar"


def cell(value: object) -> str:
    """A value as CSV text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def write_csv(path: Path, names: list[str], table: Iterable[dict[str, object]]) -> None:
    """One table as CSV with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([cell(row[name]) for name in names] for row in table)


def write_parquet(path: Path, names: list[str], table: Iterable[dict[str, object]]) -> None:
    """One table as typed Parquet; text that is no value of its column is refused by DuckDB."""
    source = path.with_suffix(".csv")
    write_csv(source, names, table)
    columns = ", ".join(f"'{name}': '{column_type(name)}'" for name in names)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from read_csv('{source}', header = true, columns = {{{columns}}}))"
            f" to '{path}' (format parquet)"
        )
    source.unlink()


def settings_text(settings: Settings) -> str:
    """`settings.yml` with every setting of the oracle."""
    values = asdict(settings)
    values["as_of_date"] = f'"{settings.as_of_date}"'
    values["segments"] = json.dumps(settings.segments)
    return "".join(f"{name}: {value}\n" for name, value in values.items())


def write_raw(
    book: rows.Book,
    folder: Path,
    settings: Settings,
    file_format: str = "csv",
    shuffle_seed: int | None = None,
) -> None:
    """Write a raw folder; optional tables without rows are left out.

    `shuffle_seed` writes the rows of every table in another order. Parquet columns are typed, so
    a book with text in number columns needs CSV.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if shuffle_seed is not None:
        book = shuffled(book, shuffle_seed)
    write = {"csv": write_csv, "parquet": write_parquet}[file_format]
    for name, row_type in TABLES.items():
        table = [asdict(row) for row in getattr(book, name)]
        if table or name in REQUIRED:
            names = [field.name for field in fields(row_type)]
            write(folder / f"{name}.{file_format}", names, table)
    (folder / "settings.yml").write_text(settings_text(settings), encoding="utf-8")
