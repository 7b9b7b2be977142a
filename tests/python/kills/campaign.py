"""A build of its own process group, watched step by step and killed at a drawn moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from kills.look import current_of, faults, numbers

# A step begins when the line of the one before it has been printed; `start` with the process.
STEPS = {
    "start": "",
    "input": "",
    "prepare": "Read the raw folder",
    "raw gate": "Prepare",
    "dbt": "Raw gate",
    "mart gate": "Build and test",
    "publish": "Mart gate",
}
ENDS = [*list(STEPS.values())[2:], "Publish"]
EVERY = 10


@dataclass(frozen=True)
class Kill:
    """One kill: in which step, after which part of the time that the step takes."""

    number: int
    step: str
    part: float


@dataclass(frozen=True)
class Outcome:
    """What was seen after a kill; `faults` is empty where everything was whole."""

    number: int
    step: str
    part: float
    killed: bool
    before: str | None
    after: str | None
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Campaign:
    """Where a campaign works: `command` builds `home`, in `environment`."""

    home: Path
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def durations(self) -> dict[str, float]:
        """Build once to its end; seconds that every step took."""
        started = time.monotonic()
        process = self._start()
        marks = [started]
        for line in _lines(process):
            if any(end in line for end in ENDS):
                marks.append(time.monotonic())
        if process.wait() != 0:
            raise RuntimeError(f"the build without a kill failed: exit code {process.returncode}")
        taken = [end - begin for begin, end in pairwise(marks)]
        return {"start": taken[0], **dict(zip(list(STEPS)[1:], taken, strict=True))}

    def kill(self, kill: Kill, durations: Mapping[str, float]) -> Outcome:
        """Build, kill the whole process group at the moment, look."""
        before = current_of(self.home)
        process = self._start()
        awaited = STEPS[kill.step]
        if awaited:
            next((line for line in _lines(process) if awaited in line), None)
        time.sleep(kill.part * durations[kill.step])
        killed = process.poll() is None
        if killed:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        after = current_of(self.home)
        wrong = faults(self.home)
        # Whatever the kill left behind, nobody sees a third run: the one before, or the new one.
        if after != before and not (after and before and after > before):
            wrong.append(f"readers went from {before} to {after}")
        return Outcome(kill.number, kill.step, kill.part, killed, before, after, tuple(wrong))

    def completed(self, expected: Mapping[str, tuple[int, str]]) -> list[str]:
        """Build to the end; what is not as a home without kills has it."""
        done = subprocess.run(
            self.command, env=dict(self.environment), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            return [f"a build after the kills failed: {done.stderr.strip()}"]
        found = numbers(self.home)
        differing = sorted(name for name in expected if expected[name] != found.get(name))
        return faults(self.home) + [f"{name} has other numbers" for name in differing]

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stderr is not None
    return iter(process.stderr.readline, "")


def drawn(count: int, seed: int) -> list[Kill]:
    """A quarter of all kills inside publish, the others spread evenly over the other steps."""
    others = [step for step in STEPS if step != "publish"]
    kills = []
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        step = "publish" if number % 4 == 3 else others[(number - number // 4) % len(others)]
        kills.append(Kill(number, step, chance.random()))
    return kills


def run(campaign: Campaign, kills: list[Kill], log: Path) -> list[Outcome]:
    """Every kill that `log` does not hold yet, and a completed build after every tenth."""
    told = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    outcomes = [Outcome(**{**line, "faults": tuple(line["faults"])}) for line in told]
    known = {outcome.number for outcome in outcomes}
    durations = campaign.durations()
    expected = numbers(campaign.home)
    with log.open("a", encoding="utf-8") as handle:
        for kill in kills:
            if kill.number in known:
                continue
            outcome = campaign.kill(kill, durations)
            if kill.number % EVERY == EVERY - 1:
                wrong = (*outcome.faults, *campaign.completed(expected))
                outcome = Outcome(**{**asdict(outcome), "faults": wrong})
            handle.write(json.dumps(asdict(outcome)) + "\n")
            handle.flush()
            outcomes.append(outcome)
            print(
                f"{kill.number + 1:4} {kill.step:<9} at {kill.part:4.0%} "
                f"{'killed' if outcome.killed else 'had ended'}  "
                f"{'; '.join(outcome.faults) or 'whole'}",
                file=sys.stderr,
                flush=True,
            )
    return outcomes
