"""The tests that models and seeds share find what they are for, and name it."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest
from jinja2 import Environment

from macro_sql import PROJECT

HELD = "('a', 1, 5), ('a', 1, 5), ('b', 1, null), (null, 1, 5), ('c', 1, 5)"


def found(test: str, **arguments: Any) -> list[tuple[Any, ...]]:
    """What a generic test of the project returns for the rows of `HELD`."""
    text = (PROJECT / "tests" / "generic" / f"{test}.sql").read_text(encoding="utf-8")
    macro = re.sub(r"\{% (end)?test\b", r"{% \1macro", text)
    module: Any = Environment().from_string(macro).module
    sql = getattr(module, test)(model="rows_tested", **arguments)
    with duckdb.connect() as con:
        con.execute(
            f"create table rows_tested as select * from (values {HELD}) as held(id, n, mrr)"
        )
        return sorted(con.execute(str(sql)).fetchall(), key=str)


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        ({"columns": ["id"]}, [("a", 2)]),
        ({"columns": ["id"], "never_null": ["n"]}, [("a", 2, None)]),
        ({"columns": ["id"], "never_null": ["id"]}, [("a", 2, None), (None, 1, "id")]),
        ({"columns": ["n"], "never_null": ["id", "mrr"]}, [(1, 5, "id, mrr")]),
        ({"columns": ["id"], "never_null": ["n", "mrr"]}, [("a", 2, None), ("b", 1, "mrr")]),
    ],
)
def test_a_key_is_held_once_and_filled(arguments: dict[str, Any], rows: list[Any]) -> None:
    assert found("row_key", **arguments) == rows


def test_empty_columns_of_rows_without_a_key() -> None:
    rows = [("id", None, 1, 5), ("mrr", "b", 1, None)]
    assert found("never_null", columns=["id", "n", "mrr"]) == rows
