"""dbt's arguments of data tests are rendered from the context as it is, not from a copy of it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from typing import Any

import jinja2.nativetypes
import pytest
from dbt.clients.jinja import get_rendered
from dbt_common.clients import jinja

from expansion_warehouse.engine.rendering import read_contexts_in_place

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

    read_contexts_in_place()
    assert rendered() == (expected, 0)


def test_a_later_dbt_without_these_classes_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MacroFuzzTemplate", "NativeSandboxTemplate"):
        with monkeypatch.context() as later:
            later.delattr(jinja, name)
            read_contexts_in_place()
