"""Settings of one run: command line, then the raw folder's `settings.yml`, then the project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from expansion_warehouse.environment import parse_yaml, read_yaml, shown
from expansion_warehouse.errors import BadInput

SETTINGS_FILE = "settings.yml"

_CHOICES = {
    "overlap_policy": ("add", "latest_signed_wins"),
    "rfm_mode": ("strict", "package"),
}
_RANGES = {
    "fiscal_year_start_month": (1, 12),
    "close_day": (1, 28),
}


@dataclass(frozen=True)
class Settings:
    """Effective settings (`values`) and the part of them that dbt is told (`overrides`).

    dbt reads `settings.yml` itself, so `overrides` holds only what this run was told beside it, and
    the resolved `as_of_date`.
    """

    values: dict[str, Any]
    overrides: dict[str, Any]

    @property
    def as_of_date(self) -> date:
        """Last day of business time."""
        return date.fromisoformat(self.values["as_of_date"])

    @property
    def known_at(self) -> str | None:
        """Last day of warehouse time, None for everything known."""
        known: str | None = self.values.get("known_at")
        return known

    @property
    def reporting_currency(self) -> str:
        """ISO 4217 code of every amount that a mart shows."""
        return str(self.values.get("reporting_currency") or "")


def resolve_settings(
    project: Path,
    raw: Path,
    *,
    as_of: str | None,
    known_at: str | None,
    vars_text: str | None,
    now: datetime,
) -> Settings:
    """Settings of a run; `now` (with a time zone) only serves the default as-of date: yesterday.

    Raises BadInput for an unknown name, a wrong value or a date that is not YYYY-MM-DD.
    """
    defaults: dict[str, Any] = read_yaml(project / "dbt_project.yml").get("vars") or {}
    told = _told(defaults, as_of, known_at, vars_text)
    file = raw / SETTINGS_FILE
    company = read_yaml(file) if file.is_file() else {}
    _validate(company, defaults, shown(file))
    values = {**defaults, **company, **told}
    overrides = {name: value for name, value in told.items() if value is not None}
    if values.get("as_of_date") is None:
        values["as_of_date"] = _yesterday(values.get("business_timezone"), now)
    overrides["as_of_date"] = values["as_of_date"]
    return Settings(values=values, overrides=overrides)


def _told(
    defaults: Mapping[str, Any], as_of: str | None, known_at: str | None, vars_text: str | None
) -> dict[str, Any]:
    told = parse_yaml(vars_text, "--vars") if vars_text else {}
    _validate(told, defaults, "--vars")
    for name, option, value in (
        ("as_of_date", "--as-of", as_of),
        ("known_at", "--known-at", known_at),
    ):
        if value is not None:
            told[name] = checked_date(value, option)
    return told


def checked_date(value: object, label: str) -> str:
    """The date as YYYY-MM-DD; raises BadInput for anything else, 2025-02-30 included."""
    text = str(value)
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, flags=re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(f"{label}: {text!r} is not a date (YYYY-MM-DD)") from None


def _validate(given: Mapping[str, Any], defaults: Mapping[str, Any], label: str) -> None:
    for name, value in given.items():
        if name not in defaults:
            raise BadInput(f"{label}: unknown setting {name!r}{_suggestion(name, defaults)}")
        _validate_value(name, value, defaults[name], label)


def _suggestion(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else f" (known: {', '.join(sorted(known))})"


def _validate_value(name: str, value: Any, default: Any, label: str) -> None:
    place = f"{label}: {name}"
    if name in ("as_of_date", "known_at"):
        if value is not None:
            checked_date(value, place)
    elif name in _CHOICES:
        if value not in _CHOICES[name]:
            raise BadInput(f"{place} must be one of {', '.join(_CHOICES[name])}, not {value!r}")
    elif name == "business_timezone":
        _zone(value, place)
    elif name == "reporting_currency":
        if not re.fullmatch(r"[A-Z]{3}", str(value)):
            raise BadInput(f"{place} must be three capital letters (ISO 4217), not {value!r}")
    elif isinstance(default, int) and not isinstance(default, bool):
        _validate_number(place, value, *_RANGES.get(name, (0, None)))


def _validate_number(place: str, value: Any, low: int, high: int | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{place} must be a whole number, not {value!r}")
    if value < low or (high is not None and value > high):
        limits = f"from {low} to {high}" if high is not None else f"{low} or more"
        raise BadInput(f"{place} must be {limits}, not {value}")


def _zone(value: object, place: str) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"{place}: unknown time zone {value!r}") from None


def _yesterday(zone: object, now: datetime) -> str:
    today = now.astimezone(_zone(zone or "UTC", "business_timezone")).date()
    return (today - timedelta(days=1)).isoformat()
