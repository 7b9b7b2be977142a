"""dbt on a Spark session that knows the project's functions.

`python -m expansion_warehouse.engine.spark_dbt build --select …` takes what `dbt` takes. dbt opens
the session of the profile, the statistics are registered on it, and the command runs on it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from expansion_warehouse.engine.spark import TARGET
from expansion_warehouse.engine.statistics import register_on_spark

_OPTIONS = ("--project-dir", "--profiles-dir")


def open_session(options: Sequence[str] = ()) -> SparkSession:
    """The session of the profile, with the project's functions; `options` say where that is."""
    opened: Any = dbtRunner().invoke(["debug", "--connection", "--target", TARGET, *options])
    if not opened.success:
        raise SystemExit("dbt could not open the Spark session of the profile")
    session = SparkSession.builder.getOrCreate()
    register_on_spark(session)
    return session


def main(arguments: Sequence[str]) -> int:
    """Run one dbt command on the session; what dbt exits with."""
    places = [
        word
        for place, word in enumerate(arguments)
        if word in _OPTIONS or (place and arguments[place - 1] in _OPTIONS)
    ]
    open_session(places)
    done: Any = dbtRunner().invoke([*arguments, "--target", TARGET])
    return 0 if done.success else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
