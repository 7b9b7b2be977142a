"""`python -m fuzz`: what becomes of a thousand corruptions of a small company."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import Engine
from fuzz.campaign import run_campaign
from fuzz.company import make_company
from fuzz.judge import Outcome, Workshop

BAD = (Outcome.TRACEBACK, Outcome.SILENT, Outcome.STOPPED)


def main(arguments: list[str] | None = None) -> int:
    """Run or resume a campaign; 1 if anything stopped a company or was lost."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="another one draws others (default 7)")
    parser.add_argument("--count", type=int, default=1_000, help="corruptions (default 1000)")
    parser.add_argument(
        "--folder", type=Path, default=Path(".fuzz"), help="where a campaign is kept and resumed"
    )
    options = parser.parse_args(arguments)
    folder = options.folder.absolute() / f"seed-{options.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    workshop = Workshop(Engine(), folder, make_company())
    counts = run_campaign(workshop, options.seed, options.count, folder / "verdicts.jsonl")
    for outcome in Outcome:
        print(f"{counts[outcome]:6,} {outcome}")
    return int(any(counts[outcome] for outcome in BAD))


if __name__ == "__main__":
    sys.exit(main())
