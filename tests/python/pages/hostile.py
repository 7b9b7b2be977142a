"""A run in which every text that people write tries to be more than text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb

# Put before a text, so that each keeps what it was and stays another than the rest.
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "=cmd()|' /C calc'!A0 ",
    "\u202egnirts ",
    "🦆👩‍👩‍👧‍👦 ",
    "long " * 100,
    "\u2028alert(1)//\u2029",
    "\"' onmouseover=alert(1) x='\" `${alert(1)}` ",
    "#&?%2e/../;=+ ",
    "{{7*7}} {% raw %} ${7*7} ",
    "&lt;b&gt; &amp; ",
    "W" * 120,
)
# What people write; ids are changed alike in every mart.
WRITTEN = (
    *("account_id", "account_name", "product_id", "product_name", "plan_id", "segment"),
    *("csm_owner", "sales_owner", "owner", "sentence", "what_to_do", "explanation", "remedy"),
    *("raw_key", "value", "source_file", "contract_line_id", "sealed_by", "close_note"),
    *("name", "variant", "experiment_id", "industry", "country", "done_by", "verdict_sentence"),
    *("antecedent", "consequent"),
)


def hostile(text: str, place: int) -> str:
    """A text after one of the above."""
    return HOSTILE[place % len(HOSTILE)] + text


def make_hostile(run: Path, target: Path) -> dict[str, Any]:
    """Copy a run's marts with hostile texts; the story of the run, as hostile."""
    target.mkdir()
    shutil.copy(run / "marts.duckdb", target)
    shutil.copy(run / "definitions.json", target)
    with duckdb.connect(str(target / "marts.duckdb")) as con:
        con.execute("create temp table attacks as select unnest($1) as attack", [list(HOSTILE)])
        con.execute(
            "create temp macro spoilt(text) as case when text = 'all' then text else "
            f"list_extract((select list(attack) from attacks), cast(hash(text) % {len(HOSTILE)} "
            "as integer) + 1) || text end"
        )
        found = con.execute(
            "select table_name, list(column_name) from duckdb_columns() "
            "where not internal and schema_name = 'main' and data_type = 'VARCHAR' "
            "and column_name in (select unnest($1)) and database_name = current_database() "
            "group by table_name order by table_name",
            [list(WRITTEN)],
        ).fetchall()
        for mart, columns in found:
            changes = ", ".join(f'"{column}" = spoilt("{column}")' for column in columns)
            con.execute(f'update "{mart}" set {changes}')
        con.execute(
            "insert into fct_sealed_months by name select max(month) as month, "
            "today() as sealed_on, $1 as sealed_by, $2 as close_note, 0 as changed_lines, "
            "$3 as reason from dim_months",
            [*HOSTILE[1:3], HOSTILE[0]],
        )
    story: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    story["notices"] = list(HOSTILE)
    story["inputs"] = [
        {"path": f"{hostile('', at)}.csv", "bytes": 1, "sha256": "0" * 64}
        for at in range(len(HOSTILE))
    ]
    return story
