"""Settings: what they are, and those of one run.

A run's settings are the command line's over those of the raw folder's `settings.yml` over the
project's. The defaults stand here with their bounds and their meaning, and once more in
`dbt_project.yml`, where plain dbt reads them; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from expansion_warehouse.documents import Allowed, parse_yaml, read_yaml, validated
from expansion_warehouse.environment import Places, shown
from expansion_warehouse.errors import BadInput

SETTINGS_FILE = "settings.yml"
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2200, 12, 31)
# Names that the system's files offer beside those of real places.
_NO_PLACES = {"Factory", "localtime", "posixrules"}


def checked_day(value: object) -> date | None:
    """The date that a text names; raises ValueError for anything else, 2025-02-30 included."""
    if value is None:
        return None
    text = str(value)
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, flags=re.ASCII):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date (YYYY-MM-DD)") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text!r} is not from {FIRST_DAY} to {LAST_DAY}")
    return day


def _checked_zone(name: str) -> str:
    if name not in available_timezones() - _NO_PLACES:
        raise ValueError(f"unknown time zone {name!r}: give an IANA name such as Asia/Tokyo")
    return name


def _checked_currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code, flags=re.ASCII):
        raise ValueError(f"{code!r} is not three capital letters (ISO 4217)")
    return code


# What a kind of segment may be made of beside the attributes of raw table `account_attributes`.
SEGMENT_PARTS = (
    "size_band",
    "industry",
    "country",
    "acquisition_channel",
    "membership_tier",
    "csm_owner",
    "sales_owner",
    "plan_tier",
    "product",
    "plan",
    "currency",
)


def segment_parts(stated: str) -> list[str]:
    """The names in an entry of the setting `segments`: one, or two as `one x other`."""
    return " ".join(stated.split()).split(" x ")


def _checked_segments(stated: list[str]) -> list[str]:
    for name in stated:
        parts = segment_parts(name)
        readable = all(re.fullmatch(r"[^'\"\\`{}\x00-\x1f]+", part) for part in parts)
        if not readable or len(parts) > 2 or len(set(parts)) < len(parts):
            raise ValueError(f"{name!r} is neither a name nor two different ones as 'one x other'")
    return stated


Segments = Annotated[
    list[str],
    AfterValidator(_checked_segments),
    Allowed("a list of names, or of two as `one x other`"),
]
Day = Annotated[
    date | None,
    BeforeValidator(checked_day),
    Allowed(f"a date from {FIRST_DAY} to {LAST_DAY}, or empty"),
]
Zone = Annotated[str, AfterValidator(_checked_zone), Allowed("an IANA time zone")]
Currency = Annotated[
    str, AfterValidator(_checked_currency), Allowed("three capital letters (ISO 4217)")
]


def _number(default: int, low: int, high: int, meaning: str, deprecated: str | None = None) -> Any:
    return Field(default, ge=low, le=high, description=meaning, deprecated=deprecated)


class Settings(BaseModel):
    """Every setting: default, bounds and meaning."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    as_of_date: Day = Field(
        default=None,
        description="Last day of business time; the command takes yesterday in "
        "`business_timezone` where it is empty.",
    )
    known_at: Day = Field(
        default=None, description="Last day whose records count; empty for everything known."
    )
    reporting_currency: Currency = Field(
        default="JPY", description="Currency of every amount in a mart."
    )
    business_timezone: Zone = Field(
        default="UTC", description="Where a moment becomes a business date."
    )
    source_timezone: Zone = Field(
        default="UTC",
        description="Where a moment without an offset was written down; a midnight is a date.",
    )
    fiscal_year_start_month: int = _number(4, 1, 12, "First month of a fiscal year.")
    renewal_grace_days: int = _number(30, 0, 366, "Longest gap that a late renewal bridges.")
    dunning_days: int = _number(
        60, 0, 366, "Days past due after which an unpaid customer has churned."
    )
    dunning_min_share: float = Field(
        default=0.5,
        ge=0.0,
        le=1.0,
        description="Share of an invoice and of a month's MRR that is open in a default.",
    )
    pause_max_days: int = _number(90, 0, 1_098, "Longest pause that keeps the logo.")
    zero_quantity: Literal["in_force", "cancelled"] = Field(
        default="in_force",
        description="What a line is whose quantity went to 0: in force for as long as a pause may "
        "last, or cancelled.",
    )
    overlap_policy: Literal["add", "latest_signed_wins"] = Field(
        default="add",
        description="What unlinked lines of one product count that are billed together.",
    )
    close_day: int = _number(8, 1, 28, "Day of the next month on which a month closes.")
    usage_lookback_days: int = _number(
        3,
        0,
        366,
        "Nothing any more: a day of usage is counted again whenever its rows change.",
        deprecated="has no effect and will be refused by the next version: take it out",
    )
    rfm_mode: Literal["strict", "package"] = Field(
        default="strict",
        description="How RFM cut points are made: exact quantiles, or as the R package.",
    )
    rfm_window_months: int = _number(
        12, 0, 1_200, "Months of billings that RFM reads; 0 is all history."
    )
    min_segment_accounts: int = _number(
        5, 1, 1_000_000, "Accounts below which a ratio is flagged `is_small_sample`."
    )
    segments: Segments = Field(
        default=[],
        description="Kinds of segment beside those of every build: "
        + ", ".join(f"`{name}`" for name in SEGMENT_PARTS[4:7] + SEGMENT_PARTS[8:])
        + ", an attribute of `account_attributes`, or two names (those of every build included).",
    )
    ltv_cap_months: int = _number(
        60, 0, 1_200, "Longest life in months that lifetime value counts; 0 is no cap."
    )
    term_snap_days: int = _number(
        1, 0, 14, "Distance from whole months at which a term is taken for them."
    )
    min_term_days: int = _number(
        28, 0, 366, "Shortest term that a price for the whole term may have."
    )
    outlier_factor: int = _number(
        100, 1, 1_000_000, "Multiple of the 99th percentile above which a line is listed."
    )
    usage_avg_months: int = _number(3, 1, 120, "Months over which usage charges are averaged.")
    upsell_link_days: int = _number(
        60, 0, 366, "Days in which a won proposal may lead to its movement."
    )
    restatement_lines_listed: int = _number(
        20, 0, 1_000, "Contract lines that are named beside a restated NRR."
    )

    def as_vars(self) -> dict[str, Any]:
        """The settings as dbt and run.json have them: dates as text."""
        return self.model_dump(mode="json")


@dataclass(frozen=True)
class RunSettings:
    """Settings of a run (`values`), and the part of them that dbt is told (`overrides`).

    dbt reads `settings.yml` itself, so `overrides` holds only what this run was told beside it, or
    an as-of day that nobody stated: whenever it is told something else, dbt reads the whole project
    again. `notices` are for the person who gave a setting that is going away.
    """

    values: Settings
    as_of_date: date
    overrides: dict[str, Any]
    notices: tuple[str, ...]


def read_settings(
    project: Path, raw: Path, told: Mapping[str, Any] | None = None
) -> tuple[Settings, tuple[str, ...]]:
    """The project's settings under those of the raw folder under `told`, and notices about them.

    Raises BadInput for an unknown name or a wrong value.
    """
    file = raw / SETTINGS_FILE
    company = read_yaml(file) if file.is_file() else {}
    validated(Settings, company, shown(file), "setting")
    stated = read_yaml(project / "dbt_project.yml").get("vars") or {}
    defaults = {name: value for name, value in stated.items() if name in Settings.model_fields}
    label = "dbt_project.yml, vars"
    values = validated(Settings, {**defaults, **company, **(told or {})}, label, "setting")
    notices = tuple(
        f"{name} {field.deprecated}"
        for name, field in Settings.model_fields.items()
        if field.deprecated and (name in company or name in (told or {}))
    )
    return values, notices


def origin_of(name: str, places: Places, overrides: Mapping[str, Any]) -> str:
    """Where a setting of a run was stated: its command line, the raw folder or the project."""
    if name in overrides:
        return "--vars"
    file = places.raw / SETTINGS_FILE
    if file.is_file() and name in read_yaml(file):
        return shown(file)
    return "dbt_project.yml, vars"


def resolve_settings(
    project: Path,
    raw: Path,
    *,
    as_of: str | None,
    known_at: str | None,
    vars_text: str | None,
    now: datetime,
) -> RunSettings:
    """Settings of a run; `now` (with a time zone) only serves the default as-of date: yesterday.

    Raises BadInput for an unknown name, a wrong value or a date that is not YYYY-MM-DD.
    """
    told = parse_yaml(vars_text, "--vars") if vars_text else {}
    validated(Settings, told, "--vars", "setting")
    for name, option, day in (
        ("as_of_date", "--as-of", as_of),
        ("known_at", "--known-at", known_at),
    ):
        if day is not None:
            told[name] = _day_of(option, day)
    values, notices = read_settings(project, raw, told)
    as_of_date = values.as_of_date or _yesterday(values.business_timezone, now)
    overrides = {name: value for name, value in told.items() if value is not None}
    if values.as_of_date is None:
        overrides["as_of_date"] = as_of_date.isoformat()
    return RunSettings(
        values=values.model_copy(update={"as_of_date": as_of_date}),
        as_of_date=as_of_date,
        overrides=overrides,
        notices=notices,
    )


def _day_of(option: str, text: str) -> str:
    try:
        return str(checked_day(text))
    except ValueError as error:
        raise BadInput(f"{option}: {error}") from None


def _yesterday(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
