"""Rows on their way into the database, kept in a folder of the import."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import duckdb

from expansion_warehouse.engine.sql import literal, quoted, unpatterned
from expansion_warehouse.importers.files.text import LONGEST_ROW

# Longer than the longest row of a text file: a sign has four bytes at most, a quote two.
_LONGEST = 8 * LONGEST_ROW
_FORM = (
    "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
    f"new_line = '\\n', max_line_size = {_LONGEST}, buffer_size = {2 * _LONGEST}"
)


class Part:
    """Rows of one set of columns as text; an empty text is nothing."""

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        """Begin a part in a folder."""
        self.columns = tuple(columns)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".csv")
        self._path = Path(name)
        # Halves of surrogate pairs, which only JSON can hold, are no text.
        self._handle: IO[str] = open(  # noqa: SIM115, PTH123
            handle, "w", encoding="utf-8", errors="replace", newline=""
        )
        self._writer = csv.writer(self._handle, quoting=csv.QUOTE_ALL, lineterminator="\n")

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows of one cell for each column."""
        self._writer.writerows(rows)

    def keep(self, con: duckdb.DuckDBPyConnection, fixed: Mapping[str, str | None]) -> Path:
        """End the part; its Parquet file, with a column of one value for each of `fixed`."""
        self._handle.close()
        kept = self._path.with_suffix(".parquet")
        types = ", ".join(f"{literal(name)}: 'varchar'" for name in self.columns)
        others = "".join(
            f", cast({'null' if value is None else literal(value)} as varchar) as {quoted(name)}"
            for name, value in fixed.items()
        )
        con.execute(
            f"copy (select *{others} from read_csv({literal(unpatterned(self._path))}, "
            f"columns = {{{types}}}, {_FORM})) to {literal(kept)} (format parquet)"
        )
        self._path.unlink()
        return kept


def read_parts(parts: Iterable[Path]) -> str:
    """The table function that reads kept parts in their order, columns united by name."""
    files = ", ".join(literal(unpatterned(part)) for part in parts)
    return f"read_parquet([{files}], union_by_name = true, hive_partitioning = false)"
