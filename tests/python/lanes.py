"""`make test`: every lane of the tests, and at the end what each said and took.

Linters and the unit tests of the models run beside pytest, so that no core waits; their output is
shown in one piece when pytest has ended. Spark has the machine to itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from system_tools import missing_tools

BESIDE = ("lint", "test-units")
PYTHON, SPARK = "test-python", "test-spark"


@dataclass(frozen=True)
class Ended:
    """One lane that has run; `said` is its last line."""

    lane: str
    code: int
    seconds: float
    output: str

    @property
    def said(self) -> str:
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else ""

    @property
    def row(self) -> str:
        verdict = "passed" if self.code == 0 else f"failed ({self.code})"
        return f"{self.lane:<12} {self.seconds:>6.0f} s  {verdict:<11} {self.said}"


def command(lane: str) -> list[str]:
    """The target of the Makefile."""
    return ["make", "--no-print-directory", lane]


def run(lane: str, *, shown: bool) -> Ended:
    """Run a lane to its end, with its output at once or kept back."""
    begun = time.monotonic()
    lines = []
    with subprocess.Popen(
        command(lane), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if shown:
                print(line, end="", flush=True)
    return Ended(lane, process.returncode, time.monotonic() - begun, "".join(lines))


def run_beside(lanes: Iterable[str]) -> list[Ended]:
    """Some lanes, one after the other."""
    return [run(lane, shown=False) for lane in lanes]


def main() -> int:
    """Run every lane, also where an earlier one fails; the exit code of the whole."""
    if missing := missing_tools():
        print("\n".join(missing), file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="warehouse-tests-") as shared:
        # What one lane has read and compiled of the project serves the others.
        os.environ["TESTS_SHARED_FOLDER"] = shared
        return run_all()


def run_all() -> int:
    """The lanes in their order."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        beside = pool.submit(run_beside, BESIDE)
        python = run(PYTHON, shown=True)
        ended = beside.result()
    for lane in ended:
        print(f"\n---- {lane.lane} ----\n{lane.output}", end="", flush=True)
    print(f"\n---- {SPARK} ----", flush=True)
    ended += [run(SPARK, shown=True), python]
    print("\n" + "\n".join(lane.row for lane in ended))
    return max(lane.code for lane in ended)


if __name__ == "__main__":
    sys.exit(main())
