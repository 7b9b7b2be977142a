"""The project's models run by DuckDB alone: dbt compiles them once, then tables take a second.

dbt spends tens of milliseconds on a node before DuckDB sees any SQL. Where a test asks what the
tables hold, and not how a build goes, the `Engine` runs the very SQL that dbt compiled, in dbt's
order and under the contracts of the marts. Raw folders are read by dbt itself. `test_engine.py`
holds that both ways make the same tables.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import yaml

from builds import SHARED, Company, dbt, held, project_manifest
from expansion_warehouse.functions import register_functions
from tiny_project import RAW, write_raw

# Days and a folder that no company has: they stand in the compiled SQL where a run has its own.
AS_OF, KNOWN_AT = "0777-07-07", "0777-08-08"
_NOWHERE = Company(SHARED / "engine" / "raw", SHARED / "engine" / "home")
_DAYS = ("as_of_date", "known_at")


@dataclass(frozen=True)
class Model:
    """One model as dbt compiled it.

    `columns` are those of its contract, if it has one; `parents` are the models and `reads` all
    the relations that it reads.
    """

    name: str
    relation: str
    kind: str
    sql: str = field(repr=False)
    columns: tuple[tuple[str, str], ...] = field(repr=False)
    parents: tuple[str, ...] = field(repr=False)
    reads: tuple[str, ...] = field(repr=False, default=())

    def statements(self) -> list[str]:
        """What makes it."""
        if self.kind == "view" or not self.columns:
            kind = "view" if self.kind == "view" else "table"
            return [f"create or replace {kind} {self.relation} as {self.sql}"]
        names = ", ".join(name for name, _ in self.columns)
        typed = ", ".join(f"{name} {data_type}" for name, data_type in self.columns)
        return [
            f"create or replace table {self.relation} ({typed})",
            f"insert into {self.relation} ({names}) select {names} from ({self.sql})",
        ]


@dataclass(frozen=True)
class DataTest:
    """One data test: a query whose only value says whether it fails."""

    name: str
    sql: str
    is_error: bool


@dataclass(frozen=True)
class Compiled:
    """Models, each after those it reads, and data tests."""

    models: tuple[Model, ...] = ()
    tests: tuple[DataTest, ...] = ()

    def behind(self, names: Iterable[str]) -> list[Model]:
        """These models and everything they read."""
        wanted = set(names)
        for model in reversed(self.models):
            if model.name in wanted:
                wanted.update(model.parents)
        return [model for model in self.models if model.name in wanted]

    def from_(self, name: str) -> list[Model]:
        """A model and everything that reads it."""
        found = {name}
        for model in self.models:
            if found.intersection(model.parents):
                found.add(model.name)
        return [model for model in self.models if model.name in found]


class Engine:
    """Makes the tables of companies. What was compiled is shared by all workers of a session."""

    def build(self, company: Company, names: Iterable[str] = (), **days: str) -> Company:
        """Make models and what they read, all of them where none is named.

        `days` are `as_of_date` or `known_at` where they are not those of the raw folder.
        """
        self.read(company)
        compiled = self.models(company, **days)
        wanted = list(names)
        with connect(company.database) as connection:
            run(connection, compiled.behind(wanted) if wanted else compiled.models)
        return company

    def read(self, company: Company) -> None:
        """A database with every seed, and the raw folder as every dbt command reads it."""
        company.home.mkdir(parents=True, exist_ok=True)
        shutil.copy(_seeded(), company.database)
        dbt(company, company.home, "run-operation", "register_raw_folder")

    def models(self, company: Company, **days: str) -> Compiled:
        """The models under the company's settings."""
        return _compiled("resource_type:model", company, days)

    def tests(self, company: Company, **days: str) -> Compiled:
        """The data tests under the company's settings."""
        return _compiled("test_type:data", company, days)

    def failing_tests(self, company: Company, **days: str) -> list[str]:
        """Names of those, of all the project's, that would stop a build of the company."""
        tests = self.tests(company, **days).tests
        assert len(tests) > 500
        with connect(company.database) as connection:
            return failing(connection, tests)


@contextmanager
def connect(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection as dbt opens it, on one thread: the other cores have other workers."""
    with duckdb.connect(str(database), config={"threads": 1}) as connection:
        prepare(connection)
        yield connection


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """What the profile does for every connection."""
    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
    register_functions(connection)


def run(connection: duckdb.DuckDBPyConnection, models: Iterable[Model]) -> None:
    """Make every model, in one transaction: to commit each is a sixth of the time."""
    models = list(models)
    connection.begin()
    try:
        for schema in sorted({model.relation.partition(".")[0] for model in models}):
            connection.execute(f"create schema if not exists {schema}")
        for model in models:
            for statement in model.statements():
                connection.execute(statement)
    except duckdb.Error:
        connection.rollback()
        raise
    connection.commit()


def failing(connection: duckdb.DuckDBPyConnection, tests: Iterable[DataTest]) -> list[str]:
    """Names of the data tests that would stop a build."""
    return [
        test.name
        for test in tests
        if test.is_error and connection.execute(test.sql).fetchone() == (True,)
    ]


def _seeded() -> Path:
    """A database with every seed, an empty seal and the smallest raw folder."""
    with held(SHARED / "engine.lock"):
        if not _NOWHERE.database.exists():
            write_raw(_NOWHERE.raw, RAW)
            unfinished = Company(_NOWHERE.raw, SHARED / "engine" / "unfinished")
            dbt(unfinished, unfinished.home, "seed")
            unfinished.home.rename(_NOWHERE.home)
    return _NOWHERE.database


def _compiled(selection: str, company: Company, days: Mapping[str, str]) -> Compiled:
    """What dbt makes of the project, with the company's own days and folder in it."""
    text = (company.raw / "settings.yml").read_text(encoding="utf-8")
    given = {**(yaml.safe_load(text) or {}), **days}
    own = {name: str(given.pop(name)) for name in _DAYS if given.get(name)}
    settings = {
        **given,
        "as_of_date": AS_OF,
        **({"known_at": KNOWN_AT} if "known_at" in own else {}),
    }
    key = hashlib.md5(f"{selection} {sorted(settings.items())}".encode(), usedforsecurity=False)
    file = SHARED / "engine" / f"{key.hexdigest()}.json"
    _seeded()
    with held(SHARED / "compile.lock"):
        if not file.exists():
            _compile(selection, settings, file)
    found = file.read_text(encoding="utf-8")
    for general, special in (
        (AS_OF, own.get("as_of_date")),
        (KNOWN_AT, own.get("known_at")),
        (str(_NOWHERE.raw), str(company.raw)),
    ):
        if special is not None:
            found = found.replace(general, special)
    loaded = json.loads(found)
    return Compiled(
        tuple(
            Model(
                **{
                    **model,
                    "columns": tuple(map(tuple, model["columns"])),
                    "parents": tuple(model["parents"]),
                    "reads": tuple(model["reads"]),
                }
            )
            for model in loaded["models"]
        ),
        tuple(DataTest(**test) for test in loaded["tests"]),
    )


def _compile(selection: str, settings: Mapping[str, Any], file: Path) -> None:
    alone = ("--indirect-selection", "empty")
    arguments = ("compile", "--select", selection, *alone, "--vars", json.dumps(settings))
    nodes = {node.unique_id: node for node in dbt(_NOWHERE, _NOWHERE.home, *arguments).nodes}
    models = {key: node for key, node in nodes.items() if node.resource_type == "model"}
    order = TopologicalSorter(
        {key: models.keys() & node.depends_on_nodes for key, node in models.items()}
    ).static_order()
    tests = [node for node in nodes.values() if node.resource_type == "test"]
    found = Compiled(
        tuple(_model(models[key], models) for key in order), tuple(map(_data_test, tests))
    )
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps(asdict(found)), encoding="utf-8")
    unfinished.rename(file)


def _model(node: Any, models: Mapping[str, Any]) -> Model:
    columns = node.columns.values() if node.config.contract.enforced else ()
    return Model(
        name=node.name,
        relation=_relation(node.unique_id),
        kind=node.config.materialized,
        sql=node.compiled_code,
        columns=tuple((column.name, column.data_type) for column in columns),
        parents=tuple(models[key].name for key in node.depends_on_nodes if key in models),
        reads=tuple(sorted(map(_relation, node.depends_on_nodes))),
    )


def _relation(key: str) -> str:
    manifest = project_manifest()
    node = manifest.nodes.get(key) or manifest.sources[key]
    return f"{node.schema}.{node.identifier}"


def _data_test(node: Any) -> DataTest:
    config = node.config
    fails = f"coalesce({config.fail_calc}, 0) {config.error_if}"
    return DataTest(
        name=node.name,
        sql=f"select {fails} from ({node.compiled_code}) as dbt_internal_test",
        is_error=str(config.severity).lower() == "error",
    )
