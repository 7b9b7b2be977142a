"""The settings that change numbers, with their documented defaults."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Settings:
    """One company's settings; `as_of_date` ends business time."""

    as_of_date: date
    reporting_currency: str = "JPY"
    business_timezone: str = "UTC"
    fiscal_year_start_month: int = 4
    renewal_grace_days: int = 30
    dunning_days: int = 60
    pause_max_days: int = 90
    overlap_policy: str = "add"
    close_day: int = 8
    min_segment_accounts: int = 5
    term_snap_days: int = 1
    min_term_days: int = 28
    dunning_min_share: Decimal = Decimal("0.5")
    zero_quantity: str = "in_force"
    segments: tuple[str, ...] = ()
