"""Quality gates: expectations as plain data, run by Great Expectations in a process of its own.

The suites (`raw_suite`, `mart_suite`) only describe what is expected; `worker` evaluates the
descriptions inside DuckDB. It is a separate process, because importing Great Expectations takes
seconds (it starts while dbt works) and because its read-only connection must not share a process
with dbt's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from expansion_warehouse.engine.damage import is_damaged_within
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput, CheckFailed, DatabaseDamaged
from expansion_warehouse.interrupts import stop_if_interrupted
from expansion_warehouse.printable import clean_log
from expansion_warehouse.storage import full_disk, trouble

# As much of a log as an error takes, with the lines that led to it.
_LOG_READ = 20_000

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Thresholds:
    """What counts as too much. Shares are fractions, ages are days."""

    # A handful of bad rows never stops a company; a table that is mostly bad does.
    mostly_bad: float = 0.50
    many_bad: int = 5
    few_bad: float = 0.01
    row_drop: float = 0.30
    price_drift: float = 0.50
    usage_age_days: int = 7
    contract_age_days: int = 92
    nrr_low: float = 0.3
    nrr_high: float = 5.0
    segments_of_a_kind: int = 200
    # Of the newest MRR, published and refused together; a few lines alone never stop a build.
    refused_much: float = 0.20
    refused_some: float = 0.01
    refused_lines: int = 5


@dataclass(frozen=True)
class Check:
    """One expectation about one table, or about the rows of it that meet `where`.

    `expectation` is the Great Expectations type, `arguments` its parameters (dates as ISO text);
    `description` says for a person what is expected, `line` of the result what was found.
    """

    name: str
    schema: str
    table: str
    severity: Severity
    description: str
    expectation: str
    arguments: dict[str, Any] = field(default_factory=dict)
    where: str | None = None


@dataclass(frozen=True)
class CheckResult:
    """A check and what was found; `observed` is empty where there is nothing to add."""

    check: Check
    passed: bool
    observed: str

    @property
    def status(self) -> str:
        """One of `passed`, `warning`, `error`."""
        return "passed" if self.passed else self.check.severity

    @property
    def line(self) -> str:
        """The result in one line, as an error message shows it."""
        found = f"; found: {self.observed}" if self.observed else ""
        return f"{self.check.table}: expected: {self.check.description}{found}"


@dataclass(frozen=True)
class GateReport:
    """All results of one suite, in the order of the suite."""

    suite: str
    results: tuple[CheckResult, ...]
    seconds: float

    @property
    def errors(self) -> list[CheckResult]:
        """What stops a run."""
        return [result for result in self.results if result.status == "error"]

    @property
    def warnings(self) -> list[CheckResult]:
        """What is published with a run, for people to look at."""
        return [result for result in self.results if result.status == "warning"]

    @property
    def note(self) -> str:
        """What the gate found, in a few words."""
        passed = sum(result.passed for result in self.results)
        parts = [f"{passed} expectations met"]
        for found, word in ((self.errors, "error"), (self.warnings, "warning")):
            if found:
                parts.append(f"{len(found)} {word}{'s' if len(found) > 1 else ''}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "suite": self.suite,
            "seconds": self.seconds,
            "passed": sum(result.passed for result in self.results),
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "results": [
                {**asdict(result.check), "status": result.status, "observed": result.observed}
                for result in self.results
            ],
        }


class GateWorker:
    """A process that has Great Expectations ready and evaluates one suite."""

    def __init__(self, places: Places, suite: str) -> None:
        """Start the process; it loads its libraries and then waits for `run`."""
        self._places = places
        self._suite = suite
        places.logs.mkdir(parents=True, exist_ok=True)
        self._log = places.logs / f"gate-{suite}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "expansion_warehouse.gates.worker"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=places.home,
                env={**os.environ, "GX_ANALYTICS_ENABLED": "false"},
            )

    def run(self, checks: Sequence[Check], known: Sequence[CheckResult] = ()) -> GateReport:
        """Evaluate the checks against the build database, which no other process may be writing.

        `known` are results that somebody else found, to stand first in the report.
        Raises CheckFailed where the process cannot finish; a single check that cannot be evaluated
        comes back as not met, whatever its severity, with the reason.
        """
        started = time.perf_counter()
        answer = self._places.quality / f".{self._suite}-{self._process.pid}.json"
        answer.parent.mkdir(parents=True, exist_ok=True)
        request = {
            "database": self._places.database.name,
            "answer": str(answer),
            "checks": [asdict(check) for check in checks],
        }
        try:
            stdin = self._process.stdin
            if stdin is not None:
                stdin.write(json.dumps(request).encode() + b"\n")
                stdin.flush()
            self._process.wait()
            if self._process.returncode != 0 or not answer.is_file():
                raise self._not_run()
            found = json.loads(answer.read_text(encoding="utf-8"))
        except (BrokenPipeError, ValueError):
            self._process.wait()
            raise self._not_run() from None
        finally:
            with suppress(OSError):
                answer.unlink(missing_ok=True)
            self.close()
        self._require_readable(found)
        results = tuple(_result(check, found[check.name]) for check in checks)
        return GateReport(self._suite, (*known, *results), round(time.perf_counter() - started, 3))

    def _not_run(self) -> Exception:
        """Why the process did not answer: by its log where that is a disk or a permission."""
        stop_if_interrupted()
        said = self._log.read_text(encoding="utf-8", errors="replace")[-_LOG_READ:]
        told = trouble(said) or full_disk(self._places.home)
        if told:
            return BadInput(told)
        return CheckFailed(
            f"the {self._suite} gate could not run: see {shown(self._log)}, then build again"
        )

    def _require_readable(self, found: dict[str, dict[str, Any]]) -> None:
        """A disk or a damaged file says nothing about the rows that a check is about."""
        for error in filter(None, (answer.get("error") for answer in found.values())):
            if is_damaged_within(error, self._places.database):
                raise DatabaseDamaged("the build database is damaged")
            if told := trouble(error):
                raise BadInput(told)

    def close(self) -> None:
        """End the process; it also ends by itself when this process dies."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        clean_log(self._log)


def _result(check: Check, found: dict[str, Any]) -> CheckResult:
    if found.get("error"):
        # A check that could not be asked must never look like one that was answered.
        stopped = Check(**{**asdict(check), "severity": "error"})
        return CheckResult(stopped, False, f"could not be evaluated: {found['error']}")
    return CheckResult(check, bool(found["passed"]), str(found["observed"]))


def require_passed(report: GateReport, page: Path) -> None:
    """Raise CheckFailed, with the first failed expectation in one line, if there is an error."""
    if report.errors:
        more = f" (and {len(report.errors) - 1} more)" if len(report.errors) > 1 else ""
        raise CheckFailed(
            f"{report.suite} gate: {report.errors[0].line}{more}; "
            f"nothing published, see {shown(page)}"
        )
