"""What dbt and DuckDB say, and how it is recognised: the only module that knows their wording.

`tests/python/test_messages.py` provokes every message here from the library itself, so that an
upgrade with other words fails there and not in front of a user.
"""

from __future__ import annotations

import re
from pathlib import Path

# dbt's events, by name.
NODE_COUNT_KNOWN = "ConcurrencyLine"
NODE_STARTED = "NodeStart"
NODE_FINISHED = "NodeFinished"
LINE_LOGGED = "JinjaLogInfo"

_LOCKED = "Could not set lock on file"
_LOCK_HOLDER = re.compile(r"PID (\d+)")
_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_FILE = re.compile(r"^\s*file = (.+)$", flags=re.MULTILINE)
_CSV_COLUMNS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_CSV_ENCODING = "not utf-8 encoded"
# `Runtime Error in model fct_mrr (models/…)`, `Encountered an error:`: they only repeat the node.
_HEADING = re.compile(
    r"(Runtime|Database|Compilation|Parsing) Error(| in .*)|Encountered an error:"
)
_LIMIT = 300


def is_locked(error: object) -> bool:
    """Whether DuckDB could not open a file because another program has it open."""
    return _LOCKED in str(error)


def lock_holder(error: object) -> str:
    """Who has the file open, in words."""
    found = _LOCK_HOLDER.search(str(error))
    return f"process {found[1]}" if found else "another program"


def reason(error: object) -> str:
    """The part of a message that says what is wrong, on one line.

    For a CSV file that is its name and the line in it; else the first line that is no heading.
    """
    text = str(error)
    return _csv_reason(text) or first_line("\n".join(_telling_lines(text)) or error)


def first_line(message: object) -> str:
    """The first non-empty line of a message, cut where it gets too long."""
    lines = (line.strip() for line in str(message).splitlines())
    text = next((line for line in lines if line), type(message).__name__)
    return text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…"


def columns(count: int) -> str:
    """A number of columns in words."""
    return f"{count} column{'' if count == 1 else 's'}"


def _telling_lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not _HEADING.fullmatch(line)]


def _csv_reason(text: str) -> str | None:
    line = _CSV_LINE.search(text)
    if line is None:
        return None
    file = _CSV_FILE.search(text)
    counts = _CSV_COLUMNS.search(text)
    where = f"{Path(file[1]).name} line {line[1]}" if file else f"line {line[1]}"
    if counts:
        return f"{where} has {columns(int(counts[2]))}, not {counts[1]}"
    return f"{where} is not {'UTF-8 text' if _CSV_ENCODING in text else 'valid CSV'}"
