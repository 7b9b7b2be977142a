"""The month that a text means, of every spelling that can mean only one."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from expansion_warehouse.raw.spellings import plain_day

_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_ENDING = r"(?:\s*月\s*(?:分|度)?)?"
_SPELLINGS = (
    # 2025-01, 2025/1, 2025.01, 2025 01, 2025年1月分
    re.compile(rf"(?P<year>[0-9]{{4}})(?:\s*年\s*|[-/. ])(?P<month>[0-9]{{1,2}}){_ENDING}"),
    # 202501
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})"),
    # 1/2025
    re.compile(r"(?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})"),
    # Jan 2025, January-2025, Jan-25, Jan '25
    re.compile(r"(?P<name>[a-z]{3,})\.?[-, /'’]*(?P<year>[0-9]{4}|[0-9]{2})"),
    # 2025 Jan
    re.compile(r"(?P<year>[0-9]{4})[- /.]*(?P<name>[a-z]{3,})\.?"),
)
# R7.1, 令和7年1月
_ERA = re.compile(
    rf"(r|令和|h|平成)\.?\s*(元|[0-9]{{1,2}})(?:\s*年\s*|[-/.])([0-9]{{1,2}}){_ENDING}"
)


def plain_month(text: str | None) -> str | None:
    """A month, or a day in it, as `YYYY-MM`; nothing where the text may mean something else."""
    written = " ".join(unicodedata.normalize("NFKC", text or "").split()).lower()
    if (day := plain_day(written)) is not None:
        return day[:7]
    if (era := _ERA.fullmatch(written)) is not None:
        # An era begins within a month: its first one has a last day, if no first.
        days = (plain_day(".".join([era[1] + era[2], era[3], day])) for day in ("1", "28"))
        return next((day[:7] for day in days if day is not None), None)
    for spelling in _SPELLINGS:
        if (found := spelling.fullmatch(written)) is not None:
            return _month(found)
    return None


def register_months(connection: Any) -> None:
    """Register it on a DuckDB connection, by its name."""
    connection.create_function(
        "plain_month", plain_month, ["VARCHAR"], "VARCHAR", null_handling="special"
    )


def _month(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    if (name := parts.get("name")) is not None:
        name = "sep" if name == "sept" else name
        month = next((at for at, full in enumerate(_NAMES, 1) if full.startswith(name)), 0)
    else:
        month = int(parts["month"])
    return f"{year}-{month:02d}" if 1 <= month <= 12 and 1980 <= year <= 2199 else None
