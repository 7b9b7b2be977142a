"""What may be asked of the sample generator, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expansion_warehouse.errors import BadInput

AS_OF_DATE = date(2026, 6, 30)
FILE_FORMATS = ("parquet", "csv")
MOST_EVENTS_IN_ONE_FILE = 5_000_000
_LIMITS = {
    "accounts": (1, 900_000),
    "months": (1, 240),
    "events": (0, 10_000_000_000),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class SampleOptions:
    """One sample company; equal options give equal bytes.

    `accounts` and `events` count the made-up company; with `edge_cases` the accounts of the
    edge-case list come on top, and change nothing about the others. `months` counts back from the
    month of the as-of date, 2026-06.
    """

    target: Path
    accounts: int = 400
    months: int = 36
    events: int = 300_000
    seed: int = 1
    file_format: str = "parquet"
    edge_cases: bool = False


@dataclass(frozen=True)
class SampleSummary:
    """What was written: rows per table, `edge_accounts` of them edge cases, `seconds` taken."""

    target: Path
    row_counts: dict[str, int]
    as_of_date: date
    seconds: float
    edge_accounts: int


def first_month(options: SampleOptions) -> date:
    """First day of the first month of the made-up company."""
    months = AS_OF_DATE.year * 12 + AS_OF_DATE.month - options.months
    return date(months // 12, months % 12 + 1, 1)


def check_options(options: SampleOptions) -> None:
    """Raises BadInput for a number out of range or an unknown file format."""
    for name, (low, high) in _LIMITS.items():
        value = getattr(options, name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(f"{name} must be a whole number, not {value!r}")
        if not low <= value <= high:
            raise BadInput(f"{name} must be from {low:,} to {high:,}, not {value:,}")
    if options.file_format not in FILE_FORMATS:
        raise BadInput(f"format must be {' or '.join(FILE_FORMATS)}, not {options.file_format!r}")
    if options.file_format == "csv" and options.events > MOST_EVENTS_IN_ONE_FILE:
        raise BadInput(
            f"csv holds up to {MOST_EVENTS_IN_ONE_FILE:,} events, "
            f"not {options.events:,}: use parquet"
        )
