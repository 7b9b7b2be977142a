"""Build a company as of every day of a month, and see whether anybody is offered what is forbidden.

`python -m outside.days --raw FOLDER --month 2026-06 --folder /tmp/days` goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from outside.files import Tables, read_folder
from outside.forbidden import Sight, forbidden, in_force

READY = """
    select account_id, count(*) from fct_upsell_opportunities where priority is not null group by 1
"""


def main(arguments: list[str]) -> int:
    given = _read(arguments)
    verdicts = given.folder / "verdicts.jsonl"
    given.folder.mkdir(parents=True, exist_ok=True)
    done = {json.loads(line)["day"] for line in _lines(verdicts)}
    tables = read_folder(given.raw)
    for day in _days(given.month):
        if day.isoformat() in done:
            continue
        verdict = {"day": day.isoformat(), **_judge(day, tables, given)}
        with verdicts.open("a", encoding="utf-8") as log:
            log.write(json.dumps(verdict) + "\n")
    judged = [json.loads(line) for line in _lines(verdicts)]
    wrong = [(verdict["day"], finding) for verdict in judged for finding in verdict["wrong"]]
    ready = sum(verdict["ready"] for verdict in judged)
    for day, finding in wrong:
        print(f"{day}: {finding}")
    print(f"{len(judged)} days, {ready} ready offers, {len(wrong)} of accounts that forbid them")
    return 1 if wrong else 0


def _judge(day: date, tables: Tables, given: argparse.Namespace) -> dict[str, object]:
    home = given.folder / "home"
    command = [sys.executable, "-m", "expansion_warehouse.cli", "build", "--as-of", day.isoformat()]
    command += ["--raw", str(given.raw), "--home", str(home), "--keep", "1"]
    subprocess.run(command, check=True, capture_output=True)
    marts = home / "published" / "current" / "marts.duckdb"
    with duckdb.connect(str(marts), read_only=True) as connection:
        ready = connection.execute(READY).fetchall()
    sight = Sight(day, day, ZoneInfo(given.zone))
    reasons, holders = forbidden(tables, sight), in_force(tables, sight)
    wrong = [
        f"{account}: {', '.join(sorted(reasons.get(account) or {'nothing in force'}))}"
        for account, _ in ready
        if reasons.get(account) or account not in holders
    ]
    return {"ready": sum(offers for _, offers in ready), "wrong": sorted(wrong)}


def _days(month: str) -> list[date]:
    first = date.fromisoformat(f"{month}-01")
    days = [first + timedelta(days=step) for step in range(31)]
    return [day for day in days if day.month == first.month]


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m outside.days")
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--month", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--zone", default="Asia/Tokyo")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
