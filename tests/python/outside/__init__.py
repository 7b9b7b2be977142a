"""An outside reader: what came in, counted again, against what was published.

It shares no code with the warehouse. It opens the files of a raw folder with libraries alone, and
the published marts as any reader of them would, and says in words whatever does not add up: a file
that nobody read or named, a row or an amount without an outcome, revenue that is in one place and
not in the other, a running contract line that is neither counted nor refused.
"""

from __future__ import annotations

from pathlib import Path

from outside.books import revenue_findings
from outside.files import file_findings, read_folder
from outside.lines import line_findings
from outside.outcomes import outcome_findings
from outside.published import open_run


def account_for(raw: Path, marts: Path, build: Path | None = None) -> list[str]:
    """Everything that does not add up between a raw folder and a published DuckDB file.

    `run.json` beside the marts says which files were read; without it files are not looked at.
    `build` is the database of the build: with it revenue is followed line by line. Empty where
    every file, row and amount is accounted for.
    """
    with open_run(raw, marts, build) as run:
        tables = read_folder(raw)
        return [
            *file_findings(raw, run),
            *outcome_findings(tables, run),
            *revenue_findings(tables, run),
            *line_findings(tables, run),
        ]
