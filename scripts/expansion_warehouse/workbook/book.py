"""What the sheets share: the run, its marts, its months, and what other sheets have written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from expansion_warehouse.workbook.facts import Facts
from expansion_warehouse.workbook.layout import Block
from expansion_warehouse.workbook.marts import Marts, Row
from expansion_warehouse.workbook.sheet import Sheet
from expansion_warehouse.workbook.styles import Styles

RESTATED, REPORTED = "restated", "as_reported"
BASES: Mapping[str, str] = {
    RESTATED: "Restated: everything that is known on the day of the build",
    REPORTED: "As reported: what was known when each month closed",
}
BASIS_NAMES: Mapping[str, str] = {RESTATED: "Restated", REPORTED: "As reported"}
# From here on the cube has a sheet for each fiscal year, and long lists are cut.
LARGE = 2_000
LISTED = 20_000


@dataclass
class Book:
    """The workbook that is being written."""

    workbook: Any
    styles: Styles
    facts: Facts
    marts: Marts
    months: list[Row]
    large: bool
    sheets: dict[str, Sheet] = field(default_factory=dict)
    # Blocks that other sheets refer to, by sheet, basis and what else tells them apart.
    blocks: dict[tuple[str, ...], Block] = field(default_factory=dict)

    @property
    def digits(self) -> int:
        """Digits after the point of the reporting currency."""
        return self.facts.digits

    @property
    def month_days(self) -> list[date]:
        """First days of all months."""
        return [row["month"] for row in self.months]

    @property
    def newest(self) -> date | None:
        """The newest complete month."""
        return self.month_days[-1] if self.months else None

    def listed(self, title: str, mart: str) -> str:
        """A title of a list, which says so where a mart has more rows than are listed."""
        rows = self.marts.count(mart)
        if rows <= LISTED:
            return title
        cut = f"The first {LISTED:,} of {rows:,} rows; all are in csv/{mart}.csv."
        return f"{title}. {cut}" if title else cut

    def absent(self, sheet: Sheet, *marts: str) -> bool:
        """Say on a sheet which of these marts a run lacks; whether one does."""
        lacking = [mart for mart in marts if not self.marts.has(mart)]
        if lacking:
            sheet.note(3, f"This run has no {', '.join(lacking)} as this version reads it.")
        return bool(lacking)


def read_months(marts: Marts) -> list[Row]:
    """The complete months of a run."""
    return marts.rows("dim_months", "month")
