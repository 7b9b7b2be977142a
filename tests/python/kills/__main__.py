"""`python -m kills`: kill builds at seeded moments; can be stopped and taken up again."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from kills.campaign import Campaign, Outcome, drawn, run
from tiny_project import ROOT, make_tiny

AS_OF = "2025-06-30"


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; 1 if anything was not whole."""
    parser = argparse.ArgumentParser(prog="python -m kills", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="kills in all (default 200)")
    parser.add_argument("--seed", type=int, default=7, help="of the moments (default 7)")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "target" / "kills", help="where it works; it stays"
    )
    parser.add_argument("--raw", type=Path, help="raw folder of a company; default: three accounts")
    parser.add_argument("--threads", type=int, help="threads of dbt")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    campaign = _campaign(options.folder.absolute(), options.raw)
    log = options.folder / f"seed-{options.seed}.jsonl"
    outcomes = run(campaign, drawn(options.count, options.seed), log)
    _print(outcomes)
    return int(any(outcome.faults for outcome in outcomes))


def _campaign(folder: Path, raw: Path | None) -> Campaign:
    """Builds of the tiny project, or of this one on the raw folder of a company."""
    build = [sys.executable, "-m", "expansion_warehouse.cli", "build"]
    if raw is None:
        tiny = make_tiny(folder) if not (folder / "project").exists() else None
        home, project = folder / "home", tiny.project if tiny else folder / "project"
        build += ["--as-of", AS_OF]
    else:
        home, project = folder / "home", ROOT
        build += ["--raw", str(raw.absolute())]
    environment = {
        **{name: value for name, value in os.environ.items() if "WAREHOUSE" not in name},
        "WAREHOUSE_PROJECT": str(project),
        "WAREHOUSE_HOME": str(home),
        "PYTHONPATH": str(ROOT / "scripts"),
    }
    return Campaign(home, tuple(build), environment)


def _print(outcomes: list[Outcome]) -> None:
    by_step = Counter(outcome.step for outcome in outcomes)
    print(f"\n{len(outcomes)} builds, {sum(outcome.killed for outcome in outcomes)} killed")
    for step, count in by_step.items():
        new = sum(o.step == step and o.after != o.before for o in outcomes)
        print(f"  {step:<9} {count:4}, of which {new} had published their run")
    wrong = [outcome for outcome in outcomes if outcome.faults]
    print(f"{len(wrong)} with something that was not whole")
    for outcome in wrong:
        print(f"  {outcome.number + 1}: {'; '.join(outcome.faults)}")


if __name__ == "__main__":
    sys.exit(main())
