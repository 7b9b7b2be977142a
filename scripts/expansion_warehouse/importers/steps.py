"""Steps: what several selects of a system read, or what is too long for one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import duckdb

from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.sql import quoted
from expansion_warehouse.errors import BadInput


def make_steps(con: duckdb.DuckDBPyConnection, label: str, steps: Mapping[str, str]) -> None:
    """Make the steps of a system or layout as tables of the schema `step`, in their order.

    Raises BadInput where one fails.
    """
    for name, select in steps.items():
        try:
            # The line break ends a closing comment.
            con.execute(f"create table step.{quoted(name)} as {select}\n")
        except duckdb.Error as error:
            raise BadInput(f"{label}/steps/{name}.sql: {reason(error)}") from error


def tables_read(select: str, schema: str, steps: Mapping[str, str]) -> set[str]:
    """Tables of a schema that a select mentions, itself or through the steps that it reads."""
    read = _named(select, schema)
    todo, done = _named(select, "step"), set[str]()
    while todo:
        step = todo.pop()
        done.add(step)
        text = steps.get(step, "")
        read |= _named(text, schema)
        todo |= _named(text, "step") - done
    return read


def _named(select: str, schema: str) -> set[str]:
    return {
        first or second for first, second in re.findall(rf'\b{schema}\.(?:"([^"]+)"|(\w+))', select)
    }
