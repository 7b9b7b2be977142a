"""What one folder reads of another is described, column by column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import duckdb
import pytest

from builds import PROJECT, Company

MODELS = PROJECT / "models"
READERS = ("model", "test", "analysis")


@dataclass(frozen=True)
class Reader:
    """A model, a singular test or an analysis, with the text in which it names columns."""

    name: str
    folder: PurePosixPath
    text: str
    reads: frozenset[str]


@dataclass(frozen=True)
class Column:
    """A column as the database has it, with what its yml says and who reads it from elsewhere."""

    layer: str
    model: str
    name: str
    description: str
    readers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.model}.{self.name}, read by {', '.join(self.readers)}"


@pytest.fixture(scope="module")
def built(sample_company: Company) -> dict[str, Any]:
    """What dbt made of the project when it built the sample company."""
    text = (sample_company.home / "target" / "manifest.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


@pytest.fixture(scope="module")
def relations(sample_company: Company) -> dict[str, list[str]]:
    """The columns of every table and view of the build, in their order."""
    with duckdb.connect(sample_company.database, read_only=True) as con:
        rows = con.execute(
            "select table_name, list(column_name order by column_index)"
            " from duckdb_columns() where not internal group by schema_name, table_name"
        ).fetchall()
    return dict(rows)


@pytest.fixture(scope="module")
def columns(built: dict[str, Any], relations: dict[str, list[str]]) -> list[Column]:
    """The columns of all models."""
    readers = list(readers_of(built))
    return [
        Column(
            folder_of(node).parts[1],
            node["name"],
            name,
            (node["columns"].get(name, {}).get("description") or "").strip(),
            tuple(
                sorted(
                    reader.name
                    for reader in readers
                    if node["unique_id"] in reader.reads
                    and reader.folder != folder_of(node)
                    and re.search(rf"\b{name}\b", reader.text)
                )
            ),
        )
        for node in models_of(built)
        for name in relations[node["name"]]
    ]


def models_of(built: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (node for node in built["nodes"].values() if node["resource_type"] == "model")


def readers_of(built: dict[str, Any]) -> Iterator[Reader]:
    """Who may read a column: generic tests stand in the yml of their model, and are none."""
    for node in built["nodes"].values():
        if node["resource_type"] in READERS and not node.get("test_metadata"):
            reads = frozenset(node["depends_on"]["nodes"])
            yield Reader(node["name"], folder_of(node), node["raw_code"], reads)


def folder_of(node: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(node["original_file_path"]).parent


def test_a_column_that_another_folder_reads_is_described(columns: list[Column]) -> None:
    read = [column for column in columns if column.readers]
    assert len(read) > 1_000
    missing = [str(column) for column in read if not column.description]
    assert not missing, "\n".join(missing)


def test_every_column_of_a_mart_is_described(columns: list[Column]) -> None:
    published = [column for column in columns if column.layer == "marts"]
    assert len(published) > 500
    assert [column.name for column in published if not column.description] == []


def test_what_is_described_is_a_column(
    built: dict[str, Any], relations: dict[str, list[str]]
) -> None:
    unknown = [
        f"{node['name']}.{name}"
        for node in models_of(built)
        for name in node["columns"]
        if name not in relations[node["name"]]
    ]
    assert unknown == []


def test_every_shared_description_is_used() -> None:
    blocks = re.findall(r"{% docs (\w+) %}", (MODELS / "_columns.md").read_text(encoding="utf-8"))
    used = {
        name
        for yml in MODELS.rglob("*.yml")
        for name in re.findall(r'{{ doc\("(\w+)"\) }}', yml.read_text(encoding="utf-8"))
    }
    assert len(blocks) == len(set(blocks)) > 50
    assert set(blocks) == used
