"""Builds and queries on one Spark session; a program of its own, so that its JVM ends with it.

Started with the path of a JSON file: `project`, `builds` (each with `raw`, `vars` and the folder
`to` for the tables it makes) and `queries` (each with `sql` and the folder `to` for its rows).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from expansion_warehouse.engine.spark_dbt import open_session


def main(job: dict[str, Any]) -> None:
    """Run every build, then every query."""
    places = ["--project-dir", job["project"], "--profiles-dir", job["project"]]
    open_session(places)
    common = [*places, *("--target", "spark"), "--no-use-colors"]
    manifest: Any = dbtRunner().invoke(["parse", *common]).result
    for build in job["builds"]:
        os.environ["WAREHOUSE_RAW"] = build["raw"]
        kinds = ["--resource-type", "seed", "--resource-type", "model"]
        arguments = ["build", *kinds, "--vars", build["vars"], *common]
        done = dbtRunner(manifest=manifest).invoke(arguments)
        if not done.success:
            raise SystemExit(f"the build of {build['raw']} failed on Spark")
        take_tables(session(), done.result, Path(build["to"]))
    for query in job["queries"]:
        session().sql(query["sql"]).coalesce(1).write.parquet(query["to"])
    session().stop()


def session() -> SparkSession:
    """The session that dbt has opened."""
    return SparkSession.builder.getOrCreate()


def take_tables(spark: SparkSession, results: Any, target: Path) -> None:
    """Move what a build made to `target/<schema>/<relation>`, and leave the catalogue empty."""
    nodes = [result.node for result in results if result.node.resource_type in ("model", "seed")]
    for node in nodes:
        folder = target / node.schema / node.name
        if node.config.materialized == "view":
            spark.table(f"{node.schema}.{node.name}").coalesce(1).write.parquet(str(folder))
        else:
            place = spark.sql(f"describe formatted {node.schema}.{node.name}").collect()
            where = next(row.data_type for row in place if row.col_name == "Location")
            shutil.copytree(where.removeprefix("file:"), folder)
    for schema in {node.schema for node in nodes}:
        spark.sql(f"drop schema {schema} cascade")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
