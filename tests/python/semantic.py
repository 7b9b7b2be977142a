"""Metrics as MetricFlow computes them, and the columns of marts that they have to equal."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import (
    PydanticSemanticManifest,
)
from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
    PydanticSemanticManifestTransformer,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

# What is asked for: the month, and the segment with its kind before it.
Key = tuple[Any, ...]
Values = dict[Key, Any]
_RELATIVE = 1e-12


class _DuckDb:
    """What MetricFlow has to know of a database to write SQL for it."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


@dataclass(frozen=True)
class Metrics:
    """The semantic manifest that dbt wrote."""

    manifest: dict[str, Any]

    @classmethod
    def read(cls, target: Path) -> Metrics:
        return cls(json.loads((target / "semantic_manifest.json").read_text(encoding="utf-8")))

    @cached_property
    def by_name(self) -> dict[str, dict[str, Any]]:
        return {metric["name"]: metric for metric in self.manifest["metrics"]}

    @cached_property
    def models(self) -> dict[str, dict[str, Any]]:
        return {model["name"]: model for model in self.manifest["semantic_models"]}

    def models_of(self, metric: str) -> list[dict[str, Any]]:
        """The semantic models whose measures a metric is made of."""
        used = {found["name"] for found in self.by_name[metric]["type_params"]["input_measures"]}
        return [
            model
            for model in self.models.values()
            if used & {measure["name"] for measure in model["measures"]}
        ]

    @cached_property
    def _engine(self) -> MetricFlowEngine:
        parsed = PydanticSemanticManifest.parse_obj(self.manifest)
        lookup = SemanticManifestLookup(PydanticSemanticManifestTransformer.transform(parsed))
        # It is asked for SQL alone.
        client: Any = _DuckDb()
        return MetricFlowEngine(lookup, client)

    def sql(
        self,
        *names: str,
        grouped_by: Sequence[str],
        ordered_by: Sequence[str] = (),
        between: Sequence[str] = (),
    ) -> str:
        """What MetricFlow would run."""
        start, end = (datetime.fromisoformat(day) if day else None for day in between or ("", ""))
        request = MetricFlowQueryRequest.create(
            metric_names=names,
            group_by_names=grouped_by,
            order_by_names=ordered_by or None,
            time_constraint_start=start,
            time_constraint_end=end,
        )
        return str(self._engine.explain(request).sql_statement.sql)

    def values(
        self, con: duckdb.DuckDBPyConnection, metric: str, *more: str, time: str = "month"
    ) -> Values:
        """A metric by month, or another grain, and by what else is asked for."""
        return values_of(con, self.sql(metric, grouped_by=[f"metric_time__{time}", *more]))


def values_of(con: duckdb.DuckDBPyConnection, sql: str) -> Values:
    """Rows by all columns but the last; what is empty is not there."""
    cursor = con.execute(sql)
    # MetricFlow puts what is asked for before the metric, in its own order.
    names = [column[0] for column in cursor.description or []]
    keys = sorted(range(len(names) - 1), key=lambda at: _place(names[at]))
    return {
        tuple(_day(row[at]) for at in keys): row[-1]
        for row in cursor.fetchall()
        if row[-1] is not None
    }


def _place(name: str) -> tuple[bool, bool, str]:
    return (not name.startswith(("metric_time", "month")), name.endswith("segment"), name)


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def reference_sql(con: duckdb.DuckDBPyConnection, meta: Mapping[str, Any]) -> str:
    """The query of the mart that a metric names in its `meta`."""
    mart, column = meta["mart"], str(meta["column"])
    names = {row[0] for row in con.execute(f"describe (select * from {mart})").fetchall()}
    wanted = [f"({meta['where']})"] if "where" in meta else []
    keys = ["month"]
    if "basis" in names:
        wanted.append(f"basis = '{meta.get('basis', 'as_reported')}'")
    if "segment_type" in names:
        by_segment = meta.get("by_segment", False)
        wanted.append(f"segment_type {'<>' if by_segment else '='} 'all'")
        keys += ["segment_type", "segment"] if by_segment else []
    value = column if re.search(r"\b(?:sum|avg|count)\(", column) else f"sum({column})"
    where = f" where {' and '.join(wanted)}" if wanted else ""
    return f"select {', '.join(keys)}, {value} from {mart}{where} group by {', '.join(keys)}"


def differences(
    con: duckdb.DuckDBPyConnection, metrics: Metrics, names: Iterable[str] | None = None
) -> dict[str, str]:
    """By metric, the first cell that is not what its mart has; and metrics that name no mart."""
    found = {}
    for name in metrics.by_name if names is None else names:
        meta = metrics.by_name[name]["config"]["meta"]
        if "mart" not in meta:
            found[name] = "names no mart"
            continue
        expected = values_of(con, reference_sql(con, meta))
        got = metrics.values(con, name, *_segments(metrics, name, meta))
        rounded_to = float(meta.get("rounded_to", 0))
        if wrong := next(unequal(got, expected, rounded_to), None):
            found[name] = wrong
        elif not expected:
            found[name] = "is never anything"
    return found


def _segments(metrics: Metrics, name: str, meta: Mapping[str, Any]) -> list[str]:
    if not meta.get("by_segment"):
        return []
    (model,) = metrics.models_of(name)
    return [f"{model['primary_entity']}__{column}" for column in ("segment_type", "segment")]


def unequal(got: Values, expected: Values, rounded_to: float = 0) -> Iterator[str]:
    """Every cell that differs, in words."""
    for key in sorted(set(got) | set(expected), key=str):
        if not _is_same(got.get(key), expected.get(key), rounded_to):
            yield f"{_words(key)}: {got.get(key)}, in the mart {expected.get(key)}"


def _words(key: Key) -> str:
    return " ".join(f"{part:%Y-%m}" if isinstance(part, date) else str(part) for part in key)


def _is_same(value: Any, expected: Any, rounded_to: float) -> bool:
    """Amounts and counts exactly, ratios but for the last bits, or as far as a mart rounds them."""
    if value is None or expected is None:
        return value is expected
    if not isinstance(value, float):
        return bool(value == expected)
    half = rounded_to / 2 * (1 + _RELATIVE)
    return math.isclose(value, float(expected), rel_tol=_RELATIVE, abs_tol=half)
