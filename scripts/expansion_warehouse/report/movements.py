"""Whose MRR moved: a file for each month and basis, which a page loads when it shows the month.

A file is complete, so that the rows behind a bar add up to it.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from expansion_warehouse.report.datasets import LOADED, Dataset, json_row, load, sql_folder

INDEX, FOLDER = "moved_months", "moves"
# What the name and the segments of a file say already.
_SAID = ("basis", "month", "segments")


def write_movements(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the files of months and the list of them.

    Segments are written once a file; a row has their place. `unplaced` counts rows without any.
    """
    found = load(con, sql_folder() / "movements" / "moves.sql")
    index = []
    if found is not None:
        columns = [column for column in found if column not in _SAID]
        grouped = con.execute(
            "with placed as (select *, rowid as line, case when segments is not null then "
            "dense_rank() over (partition by basis, month, segments is null order by segments) - 1 "
            f"end as place from {LOADED}) "
            f"select basis, month, list({json_row([*columns, 'place'])} order by line), "
            "list(distinct segments order by segments), count(*) filter (where place is null) "
            "from placed group by basis, month order by basis, month"
        )
        while row := grouped.fetchone():
            basis, month, rows, segments, unplaced = row
            name = f"{FOLDER}/{basis}/{month:%Y-%m}"
            file = folder / f"{name}.js"
            file.parent.mkdir(parents=True, exist_ok=True)
            made = Dataset(name, (*columns, "place"), tuple(map(str, rows)), len(rows))
            file.write_text(made.script(segments=segments), encoding="utf-8")
            index.append(json.dumps([basis, str(month), unplaced]))
    listed = Dataset(
        INDEX, ("basis", "month", "unplaced"), tuple(index), len(index), is_absent=found is None
    )
    (folder / f"{INDEX}.js").write_text(listed.script(), encoding="utf-8")
