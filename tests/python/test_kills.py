"""Kills inside publish at seeded moments, and that the campaign of `make kills` notices a fault."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from expansion_warehouse.publish.runs import sweep_unfinished
from kills.campaign import STEPS, drawn
from kills.look import current_of, faults, numbers
from test_readers import build, publish

KILLS = 12

# Publishes for ever, and says when it begins.
PUBLISHER = """
import sys
from pathlib import Path
import test_readers
home, number = Path(sys.argv[1]), int(sys.argv[2])
print("begins", flush=True)
while True:
    test_readers.publish(home, number)
    number += 1
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "quality").mkdir()
    publish(tmp_path, 0)
    return tmp_path


def test_after_a_kill_at_any_moment_of_publishing_readers_see_a_whole_run(home: Path) -> None:
    chance = random.Random(7)
    for kill in range(1, KILLS + 1):
        before = current_of(home)
        # Numbers leave room for the runs that one process publishes before it is killed.
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(home), str(kill * 50)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin"},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(chance.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = current_of(home)
        assert faults(home) == []
        assert before is not None and after is not None and after >= before
        sweep_unfinished(home / "published")
        assert faults(home) == []
    publish(home, 999)
    assert current_of(home) == "run-999"
    assert {rows for rows, _ in numbers(home).values()} == {500}


def test_a_run_that_is_not_whole_is_noticed(home: Path) -> None:
    before = numbers(home)
    folder = home / "published" / "run-000"
    (folder / "parquet" / "first.parquet").write_bytes(
        (folder / "parquet" / "second.parquet").read_bytes() + b"x"
    )
    assert any("parquet/first.parquet is not as run.json says" in line for line in faults(home))
    build(home, 1)
    publish(home, 1)
    assert numbers(home) != before


def test_kills_are_spread_over_all_steps_and_a_quarter_is_inside_publish() -> None:
    kills = drawn(200, 7)
    counts = Counter(kill.step for kill in kills)
    assert counts["publish"] == 50
    assert {counts[step] for step in STEPS if step != "publish"} == {25}
    assert drawn(50, 7) == kills[:50]
    assert drawn(50, 8) != kills[:50]
