"""Where dbt is given a shorter way, it arrives at the same."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from typing import Any

import agate
import jinja2.nativetypes
import pytest
from dbt import compilation
from dbt.adapters.events import adapter_types_pb2 as adapter_types
from dbt.clients.jinja import get_rendered
from dbt.events import core_types_pb2 as core_types
from dbt_common.clients import agate_helper, jinja
from dbt_common.events import base_types
from google.protobuf.json_format import ParseDict, ParseError

from expansion_warehouse.engine.shortcuts import constructed, take_shortcuts

# ---- arguments of data tests ----

ARGUMENTS = (
    ("{{ one_of(names) }}", "a"),
    ("{{ names }}", ["a", "b"]),
    ("{{ count }}", 3),
    ("{{ (count > 2) | as_bool }}", True),
)


class Context(ChainMap[str, Any]):
    """What a template may name, as lazy as dbt's; `copies` counts who went through all of it."""

    copies = 0

    def __iter__(self) -> Iterator[str]:
        self.copies += 1
        return super().__iter__()


def rendered() -> tuple[list[Any], int]:
    context = Context({"names": ["a", "b"], "count": 3, "one_of": lambda found: found[0]})
    found = [get_rendered(text, context, native=True) for text, _ in ARGUMENTS]
    return found, context.copies


def test_arguments_are_the_same_without_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    copying = jinja2.nativetypes.NativeTemplate.new_context
    monkeypatch.setattr(jinja.NativeSandboxTemplate, "new_context", copying)
    expected, copies = rendered()
    assert expected == [value for _, value in ARGUMENTS] and copies
    monkeypatch.undo()

    take_shortcuts()
    assert rendered() == (expected, 0)


# ---- events ----

INFO = {"name": "E", "pid": 7, "extra": {"a": "b"}, "ts": "2026-02-28T23:59:59.123456Z"}
TAKEN = (
    (core_types.NodeStartMsg, {"info": INFO}),
    (core_types.NodeStartMsg, {"info": {**INFO, "ts": "2026-02-28T23:59:59Z"}}),
    (adapter_types.SQLQuery, {"sql": "select 1", "conn_name": "x", "node_info": {"meta": {}}}),
    (core_types.LogTestResult, {"name": "n", "num_failures": 2, "execution_time": 0.5}),
    (core_types.LogTestResult, {"name": None, "index": 1}),
    (core_types.NodeFinished, {"run_result": {"adapter_response": {"rows": 1.0}}}),
)
LEFT = (
    # A moment or a number as text: only the long way takes them.
    (core_types.NodeFinished, {"run_result": {"timing_info": [{"started_at": INFO["ts"]}]}}),
    (core_types.LogTestResult, {"num_failures": "2"}),
)


@pytest.mark.parametrize(("kind", "fields"), TAKEN + LEFT)
def test_a_message_is_the_same_by_its_constructor(kind: Any, fields: dict[str, Any]) -> None:
    asked: list[dict[str, Any]] = []

    def parse(given: dict[str, Any], message: Any) -> Any:
        asked.append(given)
        return ParseDict(given, message)

    assert constructed(parse)(fields, kind()) == ParseDict(fields, kind())
    assert bool(asked) == ((kind, fields) in LEFT)


def test_what_no_message_has_is_said_as_before() -> None:
    with pytest.raises(ParseError, match="no field named"):
        constructed(ParseDict)({"nobody": 1}, core_types.LogTestResult())


# ---- answers of queries ----


def test_types_of_an_answer_are_made_once() -> None:
    rows = [["005", 1, "2026-01-31"], ["", None, "null"]]
    make = getattr(agate_helper.build_type_tester, "__wrapped__", agate_helper.build_type_tester)
    names = ["code", "count", "day"]
    expected = agate.Table(rows, names, column_types=make({"code"}, ()))

    take_shortcuts()
    found = agate_helper.table_from_rows(rows, names, {"code"})
    assert [list(row) for row in found.rows] == [list(row) for row in expected.rows]
    assert found.rows[0]["code"] == "005"
    other = agate_helper.build_type_tester({"day"}, string_null_values=())
    again = agate_helper.build_type_tester(["day"], string_null_values=())
    assert other is again
    assert other is not agate_helper.build_type_tester(["day"])


# ---- the graph ----


def test_a_cycle_is_named_as_before() -> None:
    take_shortcuts()
    linker = compilation.Linker()
    linker.dependency("b", "a")
    linker.dependency("c", "b")
    assert linker.find_cycles() is None
    linker.dependency("a", "c")
    assert linker.find_cycles() == type(linker).find_cycles.__wrapped__(linker)
    assert " --> " in linker.find_cycles()


# ---- another dbt ----


def test_a_later_dbt_without_these_places_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (jinja, "MacroFuzzTemplate"),
        (jinja, "NativeSandboxTemplate"),
        (base_types, "ParseDict"),
        (agate_helper, "build_type_tester"),
        (compilation, "Linker"),
    ):
        with monkeypatch.context() as later:
            later.delattr(module, name)
            take_shortcuts()
            assert not hasattr(module, name)


def test_each_is_taken_once() -> None:
    take_shortcuts()
    first = shorter_ways()
    take_shortcuts()
    assert shorter_ways() == first
    assert all(hasattr(way, "__wrapped__") for way in first)


def shorter_ways() -> list[Any]:
    places = ((base_types, "ParseDict"), (agate_helper, "build_type_tester"))
    return [getattr(*place) for place in (*places, (compilation.Linker, "find_cycles"))]
