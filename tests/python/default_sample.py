"""What the default sample holds, as digests; run as a script, it writes them again."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import duckdb

from expansion_warehouse.sample import SampleOptions, write_sample

KEPT = Path(__file__).with_suffix(".json")

Digests = dict[str, dict[str, int | str]]


def measure(folder: Path) -> Digests:
    """Rows, digest of the rows in their own order, and digest of the bytes of every file."""
    found: Digests = {}
    with duckdb.connect() as con:
        for path in sorted(folder.rglob("*.parquet")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            # As text, so that neither the file format nor a version of it matters.
            digests = "count(*), sha256(string_agg(line, chr(10) order by line))"
            lines = f"select cast(to_json(t) as varchar) as line from read_parquet('{path}') as t"
            [(count, content)] = con.execute(f"select {digests} from ({lines})").fetchall()
            found[name] = {"rows": count, "content": content, "bytes": _digest(path)}
    found["settings.yml"] = {"bytes": _digest(folder / "settings.yml")}
    return found


def make(target: Path) -> Digests:
    """The digests of a sample made with no option but the folder."""
    write_sample(SampleOptions(target))
    return measure(target)


def kept() -> Digests:
    """The digests that were agreed on."""
    digests: Digests = json.loads(KEPT.read_text(encoding="utf-8"))
    return digests


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _renew() -> None:
    with tempfile.TemporaryDirectory() as folder:
        digests = make(Path(folder) / "raw")
    KEPT.write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _renew()
