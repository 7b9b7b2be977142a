"""The scalar functions that the models call and DuckDB lacks, in plain Python.

They do not need dbt, which takes a second to import: whoever reads a built database has them too.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

from expansion_warehouse.engine.sql import unpatterned
from expansion_warehouse.engine.statistics import register_on_duckdb
from expansion_warehouse.errors import BadInput
from expansion_warehouse.raw.hashes import hash_files
from expansion_warehouse.raw.headers import folded
from expansion_warehouse.raw.listing import list_raw_folder
from expansion_warehouse.raw.spellings import register_spellings


def nfkc(text: str) -> str:
    """Unicode NFKC form of a text: full-width digits and letters become plain ones."""
    return unicodedata.normalize("NFKC", text)


def raw_files(folder: str, tables: str, hashed: str, cache: str) -> str:
    """The files of a raw folder as JSON, or what is wrong with it under `error`.

    `tables` and `hashed` are names joined by commas: every table, and those whose files are told
    apart by their content, with the file in which hashes are kept. Each file has its path, the
    path as a reader takes it (in which nothing is a pattern), and its name within the folder.
    """
    place = Path(folder).expanduser().resolve()
    try:
        if not place.is_dir():
            return json.dumps({"files": []})
        found = list_raw_folder(place, tables.split(","))
        content = {
            place / file.path: file.sha256
            for table in filter(None, hashed.split(","))
            for file in hash_files(place, found.tables[table], Path(cache))
        }
        files = [
            {
                "raw_table": table,
                "pattern": unpatterned(file),
                "source_file": file.relative_to(place).as_posix(),
                "bytes": file.stat().st_size,
                "sha256": content.get(file),
            }
            for table, listed in found.tables.items()
            for file in listed
        ]
    except (BadInput, OSError) as error:
        return json.dumps({"error": str(error)})
    return json.dumps({"folder": str(place / "_")[:-1], "files": files}, ensure_ascii=False)


def register_functions(connection: Any) -> None:
    """Register everything that the models call on a connection."""
    connection.create_function("nfkc", nfkc, ["VARCHAR"], "VARCHAR")
    kinds = ["VARCHAR"] * 4
    connection.create_function("folded_column", folded, ["VARCHAR"], "VARCHAR")
    connection.create_function("raw_files", raw_files, kinds, "VARCHAR", side_effects=True)
    register_spellings(connection)
    register_on_duckdb(connection)
