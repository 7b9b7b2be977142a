"""What Spark needs to build the same models: typed Parquet, and places of its own to write to."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.engine.sql import literal
from expansion_warehouse.environment import find_places
from expansion_warehouse.errors import BadInput
from expansion_warehouse.settings import SETTINGS_FILE, read_settings

TARGET = "spark"
"""Name of the dbt target."""

_SCHEMA = "raw"


def export_typed_raw(
    database: Path, raw: Path, target: Path, settings: Mapping[str, Any] | None = None
) -> None:
    """Write what a DuckDB build read from the raw folder, cast and judged, for Spark to read.

    `database` is the private database of that build, `raw` the folder it read. `target` gets
    `<table>.parquet` for every table of the contract and `settings.yml` with every setting of the
    run: `settings` where given, else the project's defaults under those of the raw folder. An
    earlier export in `target` is replaced; at any moment the one there is complete, or absent.
    Raises BadInput where the database holds no raw tables.
    """
    if settings is None:
        settings = read_settings(find_places(None, raw).project, raw)[0].as_vars()
    unfinished = target.with_name(f".{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with open_read_only(database) as con:
        tables = _raw_tables(con)
        if not tables:
            raise BadInput(f"{database.name} holds no raw tables: build on DuckDB first")
        for table in tables:
            file = literal(unfinished / f"{table}.parquet")
            con.execute(f"copy (select * from {_SCHEMA}.{table}) to {file} (format parquet)")
    _write_settings(unfinished / SETTINGS_FILE, settings)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)


def _raw_tables(con: Any) -> list[str]:
    """Tables and views of the raw schema; usage events stay a view over their files.

    The list of files serves the kept days of usage, which Spark does not have.
    """
    rows = con.execute(
        "select table_name from information_schema.tables "
        "where table_schema = ? and table_name <> 'input_files' order by all",
        [_SCHEMA],
    ).fetchall()
    return [name for (name,) in rows]


def _write_settings(file: Path, values: Mapping[str, Any]) -> None:
    text = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=True)
    file.write_text(f"# Every setting of the run that this export belongs to.\n{text}", "utf-8")


def spark_environment(home: Path) -> dict[str, str]:
    """Variables under which the `spark` target keeps everything it writes below `home`.

    The profile takes the rest of the session from them: tables go to `home/spark/warehouse`, the
    catalogue (Derby) to `home/spark/metastore`, what does not fit in memory to
    `home/spark/scratch`. The session answers on the loopback address alone.
    """
    home = home.absolute()
    folder = home / "spark"
    for name in ("warehouse", "metastore", "scratch"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "WAREHOUSE_HOME": str(home),
        "SPARK_WAREHOUSE": str(folder / "warehouse"),
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        # The statistics run in Python workers, which need the libraries of this environment.
        "PYSPARK_PYTHON": sys.executable,
    }


def settings_argument(export: Path) -> str:
    """The value of dbt's `--vars` for an export: all its settings.

    With them dbt reads no settings file through Spark, which would be a query for every setting
    that a model asks for.
    """
    return (export / SETTINGS_FILE).read_text(encoding="utf-8")


def java_home() -> str | None:
    """Where the Java that Spark would start is, None where there is none."""
    given = os.environ.get("JAVA_HOME")
    if given and (Path(given) / "bin" / "java").is_file():
        return given
    found = shutil.which("java")
    return str(Path(found).resolve().parents[1]) if found else None
