"""The marts of a build, read from dbt's manifest: where they are, their grain, their words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from expansion_warehouse.engine.sql import quoted

_FOLDER = "models/marts/"
# Where the example query of a mart begins, which its page in the documentation shows.
EXAMPLE = "#### For example"


@dataclass(frozen=True)
class Mart:
    """A model under `models/marts`; `grain` is empty where the project does not state it."""

    name: str
    schema: str
    alias: str
    grain: tuple[str, ...]
    description: str
    columns: dict[str, str]

    @property
    def relation(self) -> str:
        """Quoted `schema.table` inside the build database."""
        return f"{quoted(self.schema)}.{quoted(self.alias)}"


def list_marts(manifest: Mapping[str, Any]) -> list[Mart]:
    """Every enabled mart, by name."""
    marts = [
        _mart(node, manifest)
        for node in manifest["nodes"].values()
        if _is_mart(node) and node["config"].get("materialized") != "ephemeral"
    ]
    return sorted(marts, key=lambda mart: mart.name)


def _is_mart(node: Mapping[str, Any]) -> bool:
    path = str(node.get("original_file_path", "")).replace("\\", "/")
    return node["resource_type"] == "model" and path.startswith(_FOLDER)


def _mart(node: Mapping[str, Any], manifest: Mapping[str, Any]) -> Mart:
    return Mart(
        name=node["name"],
        schema=node["schema"],
        alias=node["alias"],
        grain=_grain(node, manifest),
        description=(node.get("description") or "").partition(EXAMPLE)[0].strip(),
        columns={
            column["name"]: (column.get("description") or "").strip()
            for column in node["columns"].values()
        },
    )


def _grain(node: Mapping[str, Any], manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Key columns: stated as `meta.grain`, else by a primary key, else by a test of uniqueness."""
    stated = (node["config"].get("meta") or {}).get("grain")
    if stated:
        return tuple(stated)
    for constraint in node.get("constraints") or []:
        if constraint["type"] == "primary_key":
            return tuple(constraint.get("columns") or ())
    for test in manifest["nodes"].values():
        key = _unique_key(test, node["unique_id"])
        if key:
            return key
    return ()


def _unique_key(test: Mapping[str, Any], model_id: str) -> tuple[str, ...]:
    metadata = test.get("test_metadata")
    if not metadata or test.get("attached_node") != model_id:
        return ()
    arguments = metadata.get("kwargs") or {}
    if metadata["name"] == "row_key":
        return tuple(arguments["columns"])
    if metadata["name"] == "unique" and arguments.get("column_name"):
        return (arguments["column_name"],)
    if metadata["name"].startswith("unique"):
        return next((tuple(value) for value in arguments.values() if isinstance(value, list)), ())
    return ()


def dependents(manifest: Mapping[str, Any], tables: Iterable[str]) -> dict[str, list[str]]:
    """For each raw table, the marts that read it, directly or not."""
    mart_ids = {
        unique_id: node["name"] for unique_id, node in manifest["nodes"].items() if _is_mart(node)
    }
    sources = {
        node["name"]: unique_id
        for unique_id, node in manifest["sources"].items()
        if node["source_name"] == "raw"
    }
    return {
        table: sorted(mart_ids[node] for node in _below(manifest, sources[table]) & set(mart_ids))
        for table in tables
        if table in sources
    }


def _below(manifest: Mapping[str, Any], start: str) -> set[str]:
    children: Mapping[str, list[str]] = manifest["child_map"]
    seen: set[str] = set()
    waiting = deque([start])
    while waiting:
        for child in children.get(waiting.popleft(), []):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return seen
