"""A campaign: corruptions drawn by a seed, many in one build, and how each ended."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fuzz.company import CURRENCIES, Tables
from fuzz.corruptions import Corruption, draw
from fuzz.folders import Broken, draw_broken
from fuzz.judge import Outcome, Verdict, Workshop

TOGETHER = 30
# Of ten batches so many are of rows; the others break files, names and settings.
OF_ROWS = 7


def batches(seed: int, count: int, tables: Tables) -> Iterator[list[Corruption] | list[Broken]]:
    """`count` corruptions, of as many accounts as are corrupted together; equal for equal seeds."""
    for first in range(0, count, TOGETHER):
        random_ = random.Random(f"{seed} {first}")
        if first // TOGETHER % 10 >= OF_ROWS:
            yield [draw_broken(random_) for _ in range(min(TOGETHER, count - first))]
            continue
        accounts = random_.sample(range(1, len(CURRENCIES) + 1), min(TOGETHER, count - first))
        yield [draw(random_, tables, account) for account in accounts]


def run_campaign(workshop: Workshop, seed: int, count: int, log: Path) -> Counter[Outcome]:
    """Judge every batch that the log does not hold yet; counts by outcome of all of them."""
    done = read_log(log)
    for number, batch in enumerate(batches(seed, count, workshop.tables)):
        if number not in done:
            verdicts = judged(workshop, batch)
            done[number] = verdicts
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"batch": number, "verdicts": list(map(asdict, verdicts))}))
                file.write("\n")
            for verdict in verdicts:
                print(f"{verdict.outcome}: {verdict.corruption}: {verdict.seen}", flush=True)
    return Counter(verdict.outcome for verdicts in done.values() for verdict in verdicts)


def judged(workshop: Workshop, batch: Sequence[Corruption | Broken]) -> list[Verdict]:
    """The verdict on each of a batch, whatever it is that it corrupts."""
    rows = [one for one in batch if isinstance(one, Corruption)]
    folders = [one for one in batch if isinstance(one, Broken)]
    return (workshop.judge(rows) if rows else []) + workshop.judge_folders(folders)


def read_log(log: Path) -> dict[int, list[Verdict]]:
    """The batches that an earlier run has judged."""
    if not log.exists():
        return {}
    found = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        batch = json.loads(line)
        found[batch["batch"]] = [
            Verdict(_read(one["corruption"]), Outcome(one["outcome"]), one["seen"])
            for one in batch["verdicts"]
        ]
    return found


def _read(one: Mapping[str, Any]) -> Corruption | Broken:
    return Corruption(**one) if "table" in one else Broken(**one)
