"""`python -m mutation`: the faults made by hand, then a random one in every model."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mutation.campaign import CampaignFailed, Outcome, Score, scored, tables_in
from mutation.faults import FaultsAreStale, at_random, equivalents, hand_made
from mutation.places import Place

THRESHOLD = 95.0


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; 1 if too many faults survive, 2 if the campaign could not run."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="of the random faults (default 7)")
    parser.add_argument("--only", choices=("hand", "random"), help="one kind of faults alone")
    options = parser.parse_args(arguments)
    try:
        known = equivalents()
        kinds = {
            "hand": ("made by hand", hand_made()),
            "random": (f"random, seed {options.seed}", at_random(options.seed)),
        }
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            tables = tables_in(Path(folder))
            scores = [
                shown(name, scored(faults.values(), known, tables))
                for kind, (name, faults) in kinds.items()
                if options.only in (None, kind)
            ]
    except (FaultsAreStale, CampaignFailed) as problem:
        print(problem, file=sys.stderr)
        return 2
    return int(any(score.percent < THRESHOLD for score in scores))


def shown(name: str, score: Score) -> Score:
    """Print the survivors, what was not scored, and the closing line."""
    print(f"\nFaults {name}")
    table("Survivors: no unit test noticed", score.having(Outcome.SURVIVED))
    table("Not scored: known to change nothing", score.having(Outcome.EQUIVALENT))
    table("Not scored: no valid SQL", score.having(Outcome.INVALID))
    untested = [place.model for place in score.having(Outcome.UNTESTED)]
    if untested:
        print(f"  Not scored: models without a unit test\n    {', '.join(untested)}")
    caught = len(score.having(Outcome.CAUGHT))
    print(f"{caught} of {score.scored} scored mutants caught ({score.percent:.1f} %)", flush=True)
    return score


def table(title: str, places: Iterable[Place]) -> None:
    """One line per fault."""
    rows = [(place.model, place.rule, place.step, place.line) for place in places]
    if rows:
        print(f"  {title}")
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            print("    " + "  ".join([*cells, row[3]]))


if __name__ == "__main__":
    sys.exit(main())
