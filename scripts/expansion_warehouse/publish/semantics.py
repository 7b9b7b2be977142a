"""`osi_document.json` of a run: its metrics in the form of the Open Semantic Interchange (Ossie).

dbt writes the document beside its manifest, about the build's database and with names of columns
that MetricFlow alone resolves. Here it becomes one about the published marts: plain SQL, in order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.printable import json_text

OSI = "osi_document.json"
_MANIFEST = "semantic_manifest.json"
_NAME = "expansion_warehouse"
# A column of an entity, as filters name it.
_OF_ENTITY = re.compile(r"\b[a-z]\w*?__[a-z]\w*\b")
# The columns of a key that is concatenated.
_OF_KEY = re.compile(r"\b[a-z]\w*(?=[,)])")
# What the form has no word for.
_STOCK = "A stock at month-ends: group by month, or take the last month; never add months up."

Content = dict[str, Any]


def write_semantics(folder: Path, target: Path, marts: Iterable[Mart]) -> None:
    """Write the document into the folder of a run, out of what dbt wrote into `target`.

    Does nothing for a project without metrics, or where dbt wrote none, as before version 1.12.
    """
    document = _read(target / OSI) if (target / OSI).is_file() else {"semantic_model": []}
    if not any(model.get("metrics") for model in document["semantic_model"]):
        return
    columns = {mart.name: list(mart.columns) for mart in marts}
    said = published_document(document, _read(target / _MANIFEST), columns)
    (folder / OSI).write_text(json_text(said) + "\n", encoding="utf-8")


def published_document(
    document: Content, manifest: Content, marts: Mapping[str, Sequence[str]]
) -> Content:
    """The document about `marts`, each with its columns."""
    (model,) = document["semantic_model"]
    relations = {x["name"]: x["node_relation"]["alias"] for x in manifest["semantic_models"]}
    datasets = [_dataset(found, relations[found["name"]]) for found in model["datasets"]]
    keys = {dataset["name"]: dataset.get("primary_key") for dataset in datasets}
    words = _Words(manifest, {name: marts[relation] for name, relation in relations.items()})
    metrics = {metric["name"]: metric for metric in map(words.metric, model.get("metrics") or [])}
    for name, (numerator, denominator) in words.ratios.items():
        above, below = (_expression(metrics[part]) for part in (numerator, denominator))
        # A ratio of whole numbers, also where the denominator is 0.
        metrics[name] = _with_expression(
            metrics[name],
            f"CAST({above} AS DOUBLE PRECISION) / CAST(NULLIF({below}, 0) AS DOUBLE PRECISION)",
        )
    published = {
        "name": _NAME,
        "datasets": _in_order(datasets),
        "relationships": _in_order(
            relationship
            for relationship in map(_relationship, model.get("relationships") or [])
            # dbt relates any two that know an entity; a join to many rows multiplies numbers.
            if relationship["to_columns"] == keys[relationship["to"]]
        ),
        "metrics": _in_order(metrics.values()),
    }
    return {**document, "semantic_model": [published]}


def _read(file: Path) -> Content:
    content: Content = json.loads(file.read_text(encoding="utf-8"))
    return content


def _in_order(named: Iterable[Content]) -> list[Content]:
    return sorted(named, key=lambda found: str(found["name"]))


def _dataset(dataset: Content, relation: str) -> Content:
    key = dataset.get("primary_key")
    return {
        **dataset,
        "source": f"main.{relation}",
        **({"primary_key": _key_columns(key)} if key else {}),
        "description": (dataset.get("description") or "").strip(),
        "fields": _in_order(dataset.get("fields") or []),
    }


def _relationship(relationship: Content) -> Content:
    ends = {name: _key_columns(relationship[name]) for name in ("from_columns", "to_columns")}
    return {**relationship, **ends}


def _key_columns(expressions: Sequence[str]) -> list[str]:
    """The columns of a key, which MetricFlow wants as one."""
    return [
        column
        for expression in expressions
        for column in (
            _OF_KEY.findall(expression) if expression.startswith("concat(") else [expression]
        )
    ]


def _expression(metric: Content) -> str:
    (dialect,) = metric["expression"]["dialects"]
    return str(dialect["expression"])


def _with_expression(metric: Content, sql: str) -> Content:
    (dialect,) = metric["expression"]["dialects"]
    return {**metric, "expression": {"dialects": [{**dialect, "expression": sql}]}}


class _Words:
    """What the expressions of metrics call by names that only MetricFlow knows."""

    def __init__(self, manifest: Content, columns: Mapping[str, Sequence[str]]) -> None:
        """`columns` are those of the mart behind each semantic model."""
        models = manifest["semantic_models"]
        self._patterns = {
            name: re.compile(rf"(?<![\w.'])(?:{'|'.join(found)})\b")
            for name, found in columns.items()
        }
        self._dimensions = {
            f"{_primary_entity(model)}__{dimension['name']}": (
                f"{model['name']}.{dimension['expr'] or dimension['name']}"
            )
            for model in models
            for dimension in model["dimensions"]
        }
        measures = {x["name"]: (model["name"], x) for model in models for x in model["measures"]}
        self._used = {
            metric["name"]: [measures[x["name"]] for x in metric["type_params"]["input_measures"]]
            for metric in manifest["metrics"]
        }
        self.ratios = {
            metric["name"]: [
                metric["type_params"][part]["name"] for part in ("numerator", "denominator")
            ]
            for metric in manifest["metrics"]
            if metric["type"] == "ratio"
        }

    def metric(self, metric: Content) -> Content:
        """A metric whose expression is SQL over the datasets."""
        used = self._used[metric["name"]]
        is_stock = any(measure["non_additive_dimension"] for _, measure in used)
        sql = self._sql(_expression(metric), {name for name, _ in used})
        advice = {"ai_context": _STOCK} if is_stock else {}
        return {**_with_expression(metric, sql), **advice}

    def _sql(self, expression: str, models: set[str]) -> str:
        sql = _OF_ENTITY.sub(lambda found: self._dimensions[found[0]], expression)
        if len(models) == 1:
            (model,) = models
            sql = self._patterns[model].sub(lambda found: f"{model}.{found[0]}", sql)
        return sql


def _primary_entity(model: Content) -> str:
    named = [entity["name"] for entity in model["entities"] if entity["type"] == "primary"]
    return str(model["primary_entity"] or named[0])
