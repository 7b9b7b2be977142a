"""dbt, run inside this process: parse once, register the raw folder, build with progress."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from expansion_warehouse.engine.damage import is_damaged_within
from expansion_warehouse.engine.messages import (
    LINE_LOGGED,
    NODE_COUNT_KNOWN,
    NODE_FINISHED,
    NODE_STARTED,
    is_locked,
    reason,
)
from expansion_warehouse.engine.shortcuts import take_shortcuts
from expansion_warehouse.environment import Places
from expansion_warehouse.errors import BadInput, BuildRunning, CheckFailed, DatabaseDamaged
from expansion_warehouse.interrupts import stop_if_interrupted
from expansion_warehouse.printable import clean_log
from expansion_warehouse.storage import trouble

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import NodeResult
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

OnNode = Callable[[int, int, str], None]

_SHOWN_FAILURES = 5
# As many rows as `show_failing_rows` names.
_ROWS_NAMED = 3
# Tag of the tests that judge published marts, see `tests/singular/published`.
_PUBLISHED = "published"
_BAD_STATUSES = ("error", "fail", "runtime error", "partial success")
_REGISTER = "register_raw_folder"
# dbt reads the whole project again where a variable is not what it was, and these are others every
# day. Models ask for them when they are compiled, so reading does without.
_DAYS = ("as_of_date", "known_at")


@dataclass(frozen=True)
class BuildCounts:
    """What `dbt build` ran; `warned` names each test that warns, with the rows it found."""

    models: int
    tests: int
    warnings: int
    warned: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """What one dbt test of published marts found; `found` is empty where nothing was wrong."""

    name: str
    mart: str
    schema: str
    description: str
    severity: Literal["error", "warning"]
    passed: bool
    found: str


class Transformer:
    """The dbt project at one set of places, target and settings."""

    def __init__(
        self, places: Places, target: str, overrides: Mapping[str, Any], threads: int | None
    ) -> None:
        """`overrides` are the settings that dbt is told; `threads` None leaves the profile's."""
        self._places = places
        self._target = target
        self._overrides = dict(overrides)
        self._threads = threads
        self._manifest: Manifest | None = None
        # The target by which the raw folder has been read.
        self._read_by: str | None = None
        # Bytes of dbt's log that are known to be safe to show.
        self._logged = 0

    def parse(self) -> dict[str, Any]:
        """Read the project; its manifest as the dictionary that dbt writes to manifest.json.

        Raises CheckFailed where the project does not parse.
        """
        done = self._invoke(["parse"], self._target, without=_DAYS)
        if not done.success:
            raise CheckFailed(f"the dbt project does not parse: {reason(_message(done))}")
        self._manifest = done.result
        text = (self._places.target / "manifest.json").read_text(encoding="utf-8")
        manifest: dict[str, Any] = json.loads(text)
        return manifest

    def register_raw_folder(self, engine: str) -> None:
        """Read the raw folder into schema `raw` of the build database.

        Raises BadInput where a file cannot be read.
        """
        self._read_by = None
        done = self._invoke(["run-operation", _REGISTER], engine)
        if not done.success:
            raise BadInput(f"the raw folder cannot be read: {reason(_message(done))}")
        self._read_by = engine

    def build(self, *, full_refresh: bool, on_node: OnNode) -> tuple[BuildCounts, list[Proof]]:
        """Run every seed, model and data test of the project; what ran, and what it proved.

        Unit tests judge the code and not the data: whoever changes code runs them with `make test`
        or `dbt build`. Raises CheckFailed with the nodes that failed and why.
        """
        arguments = ["build", "--exclude-resource-type", "unit_test"]
        arguments += ["--full-refresh"] if full_refresh else []
        watched = _NodeCounter(on_node)
        done = self._invoke(arguments, self._target, watched)
        results: list[NodeResult] = list(getattr(done.result, "results", None) or [])
        if not done.success:
            raise CheckFailed(_failure_text(done, results, watched.found))
        kinds = [result.node.resource_type.value for result in results]
        # Those about published marts are the mart gate's to name.
        warning = [
            result
            for result in results
            if result.status.value == "warn" and _PUBLISHED not in result.node.tags
        ]
        counts = BuildCounts(
            models=kinds.count("model"),
            tests=kinds.count("test"),
            warnings=len(warning),
            warned=tuple(f"{x.node.name}: {_why(x, watched.found)}" for x in warning),
        )
        return counts, _proofs(results)

    def prove(self) -> list[Proof]:
        """Ask the tests of published marts alone, of what was built last."""
        done = self._invoke(["test", "--select", f"tag:{_PUBLISHED}"], self._target)
        return _proofs(getattr(done.result, "results", None) or [])

    def _invoke(
        self,
        arguments: list[str],
        target: str,
        on_event: Callable[[Any], None] | None = None,
        without: tuple[str, ...] = (),
    ) -> dbtRunnerResult:
        from dbt.cli.main import dbtRunner

        take_shortcuts()
        runner = dbtRunner(manifest=self._manifest, callbacks=[on_event] if on_event else [])
        # Once read, the project is written down; to do so again after every command takes seconds.
        written = ["--no-write-json"] if self._manifest else []
        with _environment(self._places, raw_is_read=self._read_by == target):
            try:
                done = runner.invoke([*arguments, *written, *self._common(target, without)])
            finally:
                close_database()
                self._logged = clean_log(self._places.logs / "dbt.log", self._logged)
        stop_if_interrupted()
        if not done.success:
            self._raise_what_is_no_answer(done)
        return done

    def _raise_what_is_no_answer(self, done: dbtRunnerResult) -> None:
        """A lock, a disk or a damaged file stops dbt without saying anything of data or models."""
        said = _message(done)
        if isinstance(done.exception, KeyboardInterrupt):
            raise KeyboardInterrupt
        if is_locked(said):
            raise BuildRunning(
                f"another program has {self._places.database.name} open: close it and try again"
            )
        if is_damaged_within(said, self._places.database):
            raise DatabaseDamaged("the build database is damaged")
        told = trouble(done.exception if isinstance(done.exception, OSError) else said)
        if told:
            raise BadInput(told)

    def _common(self, target: str, without: tuple[str, ...]) -> list[str]:
        project = str(self._places.project)
        threads = ["--threads", str(self._threads)] if self._threads else []
        told = {name: value for name, value in self._overrides.items() if name not in without}
        return [
            *("--project-dir", project),
            *("--profiles-dir", project),
            *("--target", target),
            *("--target-path", str(self._places.target)),
            *("--log-path", str(self._places.logs)),
            *("--vars", json.dumps(told)),
            *("--log-level", "none"),
            # Writing at debug takes a tenth of a build; the SQL stands in `target/run` anyway.
            *("--log-level-file", "info"),
            "--no-use-colors",
            *threads,
        ]


class _NodeCounter:
    """Turns dbt's events into (done, total, name of the node just begun).

    `found` is what `show_failing_rows` says of each test that failed or warns: its first rows.
    """

    def __init__(self, on_node: OnNode) -> None:
        self.found: dict[str, str] = {}
        self._on_node = on_node
        self._total = 0
        self._done = 0

    def __call__(self, event: Any) -> None:
        kind = event.info.name
        if kind == NODE_COUNT_KNOWN:
            self._total = event.data.node_count
        elif kind == NODE_FINISHED:
            self._done = min(self._done + 1, self._total)
        elif kind == LINE_LOGGED:
            name, _, rows = event.data.msg.partition(" found ")
            self.found[name] = rows
            return
        elif kind != NODE_STARTED:
            return
        node = getattr(event.data, "node_info", None)
        self._on_node(self._done, self._total, getattr(node, "node_name", ""))


def _proofs(results: Iterable[NodeResult]) -> list[Proof]:
    """The outcomes of the tests of published marts, by mart and name."""
    proofs = []
    for result in results:
        node: Any = result.node
        if _PUBLISHED in node.tags:
            failures = result.failures or 0
            passed = result.status.value == "pass"
            found = f"{failures:,} row{'' if failures == 1 else 's'}" if failures else ""
            proofs.append(
                Proof(
                    name=node.name,
                    mart=node.refs[0].name,
                    schema=node.schema,
                    description=" ".join(node.description.split()),
                    severity="warning" if node.config.severity.lower() == "warn" else "error",
                    passed=passed,
                    found="" if passed else found or _message(result.message),
                )
            )
    return sorted(proofs, key=lambda proof: (proof.mart, proof.name))


@contextmanager
def _environment(places: Places, *, raw_is_read: bool = False) -> Iterator[None]:
    """The variables that the project's profile and macros read."""
    wanted = {
        "WAREHOUSE_HOME": str(places.home),
        "WAREHOUSE_RAW": str(places.raw),
        # What the raw gate has judged is built from: dbt does not read the folder a second time.
        "WAREHOUSE_RAW_IS_READ": "yes" if raw_is_read else "",
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def close_database() -> None:
    """Let go of the build database: dbt keeps it open, which would lock out the gates."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    manager: Any = DuckDBConnectionManager
    if manager._ENV is not None:
        manager._ENV.close()
    manager.close_all_connections()


def _failure_text(
    done: dbtRunnerResult, results: list[NodeResult], found: Mapping[str, str]
) -> str:
    failed = [result for result in results if result.status.value in _BAD_STATUSES]
    if not failed:
        return f"dbt build failed, nothing published: {reason(_message(done))}"
    nodes = sum(result.node.resource_type.value != "operation" for result in results)
    lines = [f"dbt build: {len(failed)} of {nodes} nodes failed, nothing published"]
    for result in failed[:_SHOWN_FAILURES]:
        node = result.node
        lines.append(f"  {node.resource_type.value} {node.name}: {_why(result, found)}")
    if len(failed) > _SHOWN_FAILURES:
        lines.append(f"  … and {len(failed) - _SHOWN_FAILURES} more")
    return "\n".join(lines)


def _why(result: NodeResult, found: Mapping[str, str]) -> str:
    """The rows that a test returned, else what dbt says of a node."""
    rows = found.get(result.node.name)
    if not rows:
        return reason(result.message or "no message")
    count = result.failures or 0
    return f"{count:,} rows, e.g. {rows}" if count > _ROWS_NAMED else rows


def _message(done: dbtRunnerResult) -> str:
    """Everything that dbt says about what went wrong."""
    texts = [str(done.exception or "")]
    texts += [str(result.message or "") for result in getattr(done.result, "results", None) or []]
    return "\n".join(texts)
