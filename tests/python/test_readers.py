"""Readers while runs are published: nobody reads half a run, or two runs in one answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb

from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.publish.publisher import publish_run
from expansion_warehouse.publish.runs import drop_old_runs

READERS = 8
PUBLISHES = 20
MARTS = [Mart(name, "main", name, ("i",), "", {}) for name in ("first", "second", "third")]

# Asks for the number that every row of every mart of a run holds, in both ways that README names.
READER = """
import json, sys, time
from pathlib import Path
import duckdb
published, stop = Path(sys.argv[1]), Path(sys.argv[2])
marts, reads, seen = ("first", "second", "third"), 0, set()
sql = " union all ".join("select run, count(*) from {} group by run" for _ in marts)

def judge(rows):
    global reads
    assert len(rows) == 3 and len(set(rows)) == 1, f"mixed: {rows}"
    seen.add(rows[0][0])
    reads += 1

last = False
while not last:
    last = stop.exists()
    with duckdb.connect(str(published / "current" / "marts.duckdb"), read_only=True) as con:
        judge(con.execute(sql.format(*marts)).fetchall())
    latest = json.loads((published / "latest.json").read_text())
    files = [f"'{published / latest['parquet'][mart]}'" for mart in marts]
    judge(duckdb.execute(sql.format(*files)).fetchall())
    time.sleep(0.05)
print(json.dumps({"reads": reads, "runs": len(seen), "last": max(seen)}))
"""


def build(home: Path, number: int) -> None:
    with duckdb.connect(str(home / "build.duckdb")) as con:
        for mart in MARTS:
            rows = f"select i, {number} as run from range(500) t (i)"
            con.execute(f"create or replace table {mart.name} as {rows}")


def publish(home: Path, number: int) -> None:
    build(home, number)
    publish_run(
        database=home / "build.duckdb",
        published=home / "published",
        run_id=f"run-{number:03}",
        marts=MARTS,
        quality=home / "quality",
        describe=lambda _: {},
    )
    drop_old_runs(home / "published", keep=10)


def test_eight_readers_over_twenty_publishes(tmp_path: Path) -> None:
    (tmp_path / "quality").mkdir()
    publish(tmp_path, 0)
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(tmp_path / "published"), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(READERS)
    ]
    try:
        for number in range(1, PUBLISHES + 1):
            publish(tmp_path, number)
    finally:
        stop.touch()
        told = [reader.communicate(timeout=120) for reader in readers]
    assert [error for _, error in told if error] == []
    found = [json.loads(answer) for answer, _ in told]
    assert [answer["last"] for answer in found] == [PUBLISHES] * READERS
    assert max(answer["runs"] for answer in found) > 1, "nobody read while runs were published"


def test_a_connection_keeps_the_file_that_it_opened_until_all_are_closed(tmp_path: Path) -> None:
    """What README says of pools: a process has one copy of a path, a resolved path is a new one."""
    (tmp_path / "quality").mkdir()
    publish(tmp_path, 1)
    published = tmp_path / "published"
    ask = "select max(run) from first"
    with duckdb.connect(str(published / "current" / "marts.duckdb"), read_only=True) as old:
        publish(tmp_path, 2)
        assert old.execute(ask).fetchall() == [(1,)]
        latest = json.loads((published / "latest.json").read_text())
        with duckdb.connect(str(published / latest["marts"]), read_only=True) as new:
            assert new.execute(ask).fetchall() == [(2,)]
        assert old.execute(ask).fetchall() == [(1,)]
