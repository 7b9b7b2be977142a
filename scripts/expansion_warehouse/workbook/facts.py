"""What a run's own story says of it: which run, as of when, in which currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

# What is not in the list of currencies has two digits.
_DIGITS = 2


@dataclass(frozen=True)
class Facts:
    """The facts that pages of the workbook name."""

    run_id: str
    as_of: date | None
    known_at: str | None
    built_at: datetime
    currency: str
    digits: int
    raw_folder: str
    version: str
    gates: tuple[tuple[str, str], ...]
    rows_read: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: Mapping[str, str | None] = field(default_factory=dict)


def read_facts(manifest: Mapping[str, Any], definitions: Mapping[str, Any]) -> Facts:
    """The facts of a run; a story that is damaged or older says less."""
    values = _mapping(manifest.get("vars"))
    versions = _mapping(manifest.get("versions"))
    currency = str(values.get("reporting_currency") or "")
    digits = _mapping(definitions.get("minor_unit_digits")).get(currency, _DIGITS)
    return Facts(
        run_id=str(manifest.get("run_id") or ""),
        as_of=_day(manifest.get("as_of_date")),
        known_at=manifest.get("known_at"),
        built_at=_moment(manifest.get("built_at")),
        currency=currency,
        digits=digits if isinstance(digits, int) else _DIGITS,
        raw_folder=str(manifest.get("raw_folder") or ""),
        version=" ".join(
            str(part) for part in (versions.get("project"), versions.get("git_commit")) if part
        ),
        gates=_gates(manifest),
        rows_read=_counts(_mapping(manifest.get("raw_profile")).get("rows")),
        words=_mapping(definitions.get("words")),
        rules=_mapping(definitions.get("rules")),
    )


def _gates(manifest: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What was expected of the run, and how much of it was not so."""
    dbt = _mapping(manifest.get("dbt"))
    reports = [report for report in manifest.get("checks") or [] if isinstance(report, Mapping)]
    told = [
        (
            f"Gate of {report.get('suite')}",
            f"{report.get('passed')} expectations met, {report.get('warnings')} warnings",
        )
        for report in reports
    ]
    if dbt:
        told.append(("Tests of models", f"{dbt.get('tests')}, {dbt.get('warnings')} warnings"))
    return tuple(told)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _counts(value: Any) -> dict[str, int]:
    return {name: rows for name, rows in _mapping(value).items() if isinstance(rows, int)}


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _moment(value: Any) -> datetime:
    """When the run was built; a file's own moment must not be that of its writing."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        found = datetime(1980, 1, 1, tzinfo=UTC)
    return found.astimezone(UTC).replace(tzinfo=None, microsecond=0)
