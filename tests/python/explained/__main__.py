"""`make explain-check`: recompute cells of the published run from what is printed of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from expansion_warehouse.environment import find_places
from expansion_warehouse.publish.runs import current_run
from explained.campaign import judge, report


def main() -> int:
    """Run the campaign; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    run = current_run(find_places(asked.home, None).published)
    if run is None:
        print("nothing is published", file=sys.stderr)
        return 2
    judged = judge(run, asked.cells, asked.seed)
    print("\n".join(report(judged)))
    return int(any(one.differs for one in judged))


if __name__ == "__main__":
    sys.exit(main())
