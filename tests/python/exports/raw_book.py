"""What an import wrote, as a book of the oracle."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb

from oracle.raw_files import TABLES
from oracle.rows import Book


def read_book(raw: Path) -> Book:
    """Every part of every table of a raw folder that the oracle knows."""
    tables: dict[str, list[Any]] = {}
    with duckdb.connect() as con:
        for table, row_type in TABLES.items():
            known = {field.name for field in fields(row_type)}
            tables[table] = []
            for part in sorted(raw.glob(f"{table}/*.parquet")):
                found = con.execute(f"select * from '{part}'")
                names = [column[0] for column in found.description]
                # What decides no balance, as the owner of an account, is no matter of the oracle.
                assert table == "accounts" or set(names) <= known, (part, set(names) - known)
                tables[table] += [
                    row_type(
                        **{
                            name: cell
                            for name, cell in zip(names, row, strict=True)
                            if name in known
                        }
                    )
                    for row in found.fetchall()
                ]
    return Book(**tables)
