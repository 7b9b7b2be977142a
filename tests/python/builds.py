"""How tests build a warehouse, and where one lies."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import json
import os
import pprint
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal
from unittest.mock import patch

import duckdb
from dbt.adapters.factory import FACTORY
from dbt.cli.main import dbtRunner

from expansion_warehouse.engine.shortcuts import take_shortcuts
from expansion_warehouse.engine.transform import close_database

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).parents[2]
# For dbt's `build`: no test.
TABLES_ONLY = ("--resource-type", "seed", "--resource-type", "model")
_SHARED = "TESTS_SHARED_FOLDER"


def _shared_folder() -> Path:
    """One folder for all workers of a session: the process that starts them makes it."""
    if _SHARED not in os.environ:
        os.environ[_SHARED] = tempfile.mkdtemp(prefix="warehouse-tests-")
        atexit.register(shutil.rmtree, os.environ[_SHARED], ignore_errors=True)
    return Path(os.environ[_SHARED])


SHARED = _shared_folder()


@dataclass(frozen=True)
class Company:
    """A raw folder and the warehouse home that it was built in."""

    raw: Path
    home: Path

    @property
    def marts(self) -> Path:
        """The published DuckDB file."""
        return self.home / "published" / "current" / "marts.duckdb"

    @property
    def database(self) -> Path:
        """The database of the build, with every model behind the marts."""
        return self.home / "build.duckdb"


@dataclass(frozen=True)
class Said:
    """How a run of dbt ended, what it said, and the nodes that it ran, with how each ended."""

    success: bool
    text: str
    nodes: tuple[Any, ...] = ()
    results: tuple[Any, ...] = ()


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Wait until no other worker is inside."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def unpack(archive: tarfile.TarFile, folder: Path, kind: Literal["data", "tar"]) -> None:
    """Write what an archive of ours holds, by a filter where this Python has them (3.11.4)."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter=kind)
    else:
        archive.extractall(folder)


# ---- the command, in a process of its own ----


def run_module(module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module of the environment in the project folder."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def warehouse(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line."""
    return run_module("expansion_warehouse.cli", *arguments)


def build(raw: Path, home: Path, *options: str) -> Company:
    """`warehouse build`; fails the test with what the command said."""
    company = Company(raw, home)
    done = warehouse_on(company, "build", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return company


def warehouse_on(company: Company, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line on a company, which need not read the whole project again."""
    know_project(company)
    return warehouse(*arguments, "--raw", str(company.raw), "--home", str(company.home))


def know_project(company: Company) -> None:
    """Let dbt find in the home what it has read of the project, as for its database.

    It reads everything again where a database has another path, which takes longer than many a
    build. What it keeps names the connection by a hash alone.
    """
    project_manifest()
    known = _Project.read.replace(_hash_of(_NOWHERE.database), _hash_of(company.database))
    target = company.home / "target"
    target.mkdir(parents=True, exist_ok=True)
    (target / _READ).write_bytes(known)


def _hash_of(database: Path) -> bytes:
    """How dbt names the connection to a database."""
    given = {**_Project.connection, "path": str(database)}
    return hashlib.sha256(pprint.pformat(sorted(given.items())).encode()).hexdigest().encode()


# ---- dbt in this process, which reads the project once ----


_NOWHERE = Company(SHARED / "raw", SHARED / "home")
_READ = "partial_parse.msgpack"


class _Project:
    """The project as dbt has read it: in memory, as it is kept, and with which connection."""

    manifest: Manifest | None = None
    read: bytes = b""
    connection: Mapping[str, Any] = MappingProxyType({})


def project_manifest() -> Manifest:
    """Read once per process, and from what another process has read before."""
    if _Project.manifest is None:
        with held(SHARED / "parse.lock"):
            done = _invoke(None, _NOWHERE, SHARED, "parse")
            assert done.success, done.exception
            _Project.read = (SHARED / "target" / _READ).read_bytes()
        credentials = FACTORY.adapters["duckdb"].config.credentials
        _Project.connection = dict(credentials.connection_info())
        assert _Project.read.count(_hash_of(_NOWHERE.database)) == 1
        _Project.manifest = done.result
    return _Project.manifest


@cache
def manifest_json() -> dict[str, Any]:
    """The same as dbt writes it down."""
    project_manifest()
    text = (SHARED / "target" / "manifest.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def try_dbt(company: Company, folder: Path, *arguments: str) -> Said:
    """Plain dbt on a company, with its own files in a folder elsewhere."""
    said: list[str] = []

    def listen(event: Any) -> None:
        if event.info.level != "debug":
            said.append(event.info.msg)

    # Writing its manifest down would be more than half of what dbt does for a small build.
    done = _invoke(
        project_manifest(), company, folder, *arguments, "--no-write-json", listener=listen
    )
    results = getattr(done.result, "results", None) or ()
    nodes = tuple(result.node for result in results if hasattr(result, "node"))
    text = "\n".join([*said, str(done.exception or "")])
    return Said(done.success, text, nodes, tuple(results))


def _invoke(
    manifest: Manifest | None,
    company: Company,
    folder: Path,
    *arguments: str,
    listener: Callable[[Any], None] | None = None,
) -> Any:
    company.home.mkdir(parents=True, exist_ok=True)
    variables = {
        "WAREHOUSE_HOME": str(company.home),
        "WAREHOUSE_RAW": str(company.raw),
        "DO_NOT_TRACK": "1",
    }
    places = [
        *("--project-dir", str(PROJECT)),
        *("--profiles-dir", str(PROJECT)),
        *("--target-path", str(folder / "target")),
        *("--log-path", str(folder / "logs")),
        *("--log-level", "none"),
        *("--log-level-file", "none"),
        "--no-use-colors",
    ]
    take_shortcuts()
    runner = dbtRunner(manifest=manifest, callbacks=[listener] if listener else [])
    with patch.dict(os.environ, variables):
        try:
            return runner.invoke([*arguments, *places])
        finally:
            # dbt keeps the database open, which would hand the next home this one's tables.
            close_database()


def documentation(folder: Path) -> Path:
    """The documentation site in one file, without compiled SQL and without a database."""
    arguments = ("docs", "generate", "--static", "--no-compile", "--empty-catalog")
    nowhere = Company(folder / "raw", folder / "home")
    manifest = project_manifest()
    (folder / "target").mkdir()
    # Where dbt is handed a manifest, it writes none.
    shutil.copy(SHARED / "target" / "manifest.json", folder / "target")
    done = _invoke(manifest, nowhere, folder, *arguments)
    assert done.success, done.exception
    return folder / "target" / "static_index.html"


def dbt(company: Company, folder: Path, *arguments: str) -> Said:
    """The same; fails the test with what dbt said."""
    done = try_dbt(company, folder, *arguments)
    assert done.success, done.text
    return done


def transform(company: Company, folder: Path, *arguments: str) -> None:
    """Seeds and models alone, without any test, in one run of dbt."""
    dbt(company, folder, "build", *TABLES_ONLY, *arguments)


def ask(database: Path, sql: str) -> list[Any]:
    """Rows of a query."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()
