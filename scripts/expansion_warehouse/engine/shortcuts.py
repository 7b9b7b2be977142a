"""Four places where dbt takes long for what is quickly done, each with the same outcome.

- It hands its templates a context that looks macros up when they are called. For models its own
  template class reads that context in place; the one for arguments of data tests has Jinja copy
  it, two thousand macros for each of 1,400 arguments: half of the time of a compilation.
- It fires twenty events per node, heard or not, and reads the fields of each as if they were a
  JSON text of somebody else. The message's own constructor takes them as they are.
- It makes seven types, two of them with a calendar's worth of patterns, for each answer of a
  query. Those of the same text columns are the same.
- Before every command it walks through all paths of the graph in search of a cycle to name; that
  there is none is seen by ordering the nodes once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

Parse = Callable[[dict[str, Any], Any], Any]


def take_shortcuts() -> None:
    """Take each of them that leads somewhere in the dbt that is installed."""
    _read_contexts_in_place()
    _construct_messages()
    _keep_type_testers()
    _order_before_searching()


def _read_contexts_in_place() -> None:
    from dbt_common.clients import jinja

    models = getattr(jinja, "MacroFuzzTemplate", None)
    arguments = getattr(jinja, "NativeSandboxTemplate", None)
    if models and arguments and "new_context" in vars(models).keys() - vars(arguments).keys():
        arguments.new_context = models.new_context


def _construct_messages() -> None:
    from dbt_common.events import base_types

    names = vars(base_types)
    if "ParseDict" in names and not hasattr(names["ParseDict"], "__wrapped__"):
        names["ParseDict"] = constructed(names["ParseDict"])


def constructed(parse: Parse) -> Parse:
    """Fields into a message by its constructor; by `parse` where that does not take them."""
    from google.protobuf.timestamp_pb2 import Timestamp

    def filled(fields: dict[str, Any], message: Any) -> Any:
        try:
            if isinstance(moment := fields.get("info", {}).get("ts"), str):
                ts = Timestamp()
                ts.FromDatetime(datetime.fromisoformat(moment))
                fields = {**fields, "info": {**fields["info"], "ts": ts}}
            return type(message)(**fields)
        except (AttributeError, TypeError, ValueError):
            return parse(fields, message)

    filled.__wrapped__ = parse  # type: ignore[attr-defined]
    return filled


def _keep_type_testers() -> None:
    from dbt_common.clients import agate_helper

    make = getattr(agate_helper, "build_type_tester", None)
    if make is None or hasattr(make, "__wrapped__"):
        return
    kept = cache(lambda names, nulls: make(names, *nulls))

    def build_type_tester(text_columns: Iterable[str], *nulls: Any, **named: Any) -> Any:
        found = (*nulls, *named.values())
        return kept(frozenset(text_columns), tuple(x and tuple(x) for x in found))

    build_type_tester.__wrapped__ = make  # type: ignore[attr-defined]
    agate_helper.build_type_tester = build_type_tester


def _order_before_searching() -> None:
    from dbt import compilation

    linker = getattr(compilation, "Linker", None)
    search = getattr(linker, "find_cycles", None)
    if linker is None or search is None or hasattr(search, "__wrapped__"):
        return
    from networkx import is_directed_acyclic_graph

    def find_cycles(self: Any) -> Any:
        return None if is_directed_acyclic_graph(self.graph) else search(self)

    find_cycles.__wrapped__ = search  # type: ignore[attr-defined]
    linker.find_cycles = find_cycles
