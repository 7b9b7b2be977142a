"""Owners and attributes of the accounts of a random book, drawn apart from everything else in it.

Attributes change, end, are corrected, and are often recorded long after they hold.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from oracle.generator import Shape
from oracle.rows import Account, AccountAttribute, Book
from oracle.terms import DAY

# Kinds of segment that the book's company names; what stands twice, or is there anyhow, adds none.
NAMED_SEGMENTS = (
    *("region", "csm_owner", "product", "plan", "currency"),
    *("region  x  product", "industry", "region"),
)
OWNERS = ("Ann", "Bob", "Cho", None)
# To be trimmed, in full-width letters, and with the sign that joins two values.
REGIONS = ("east", "west", "ｗｅｓｔ", " south ", "north×coast")
LATE = (0, 0, 0, 3, 20, 45, 100, 250, -30)


class Describer:
    """Says who looks after an account and where it is."""

    def __init__(self, seed: int, shape: Shape) -> None:
        self.random = Random(f"described {seed}")
        self.shape = shape

    def yes(self, share: float) -> bool:
        """True with a probability."""
        return self.random.random() < share

    def day(self) -> date:
        """A day of the book."""
        length = (self.shape.last_day - self.shape.first).days
        return self.shape.first + timedelta(days=self.random.randint(0, length))

    def moment(self, day: date) -> datetime:
        """A time of a day that the book has reached."""
        clock = time(self.random.randint(0, 23), self.random.randint(0, 59))
        return datetime.combine(min(day, self.shape.last_day + 8 * DAY), clock)

    def owners(self, versions: list[Account]) -> list[Account]:
        """The versions of an account with their owners; one that never changed may change now."""
        found = [replace(row, csm_owner=self.random.choice(OWNERS)) for row in versions]
        if len(versions) == 1 and self.yes(0.3):
            day = self.day()
            found.append(
                replace(
                    found[0],
                    csm_owner=self.random.choice(OWNERS),
                    effective_from=day if self.yes(0.7) else None,
                    recorded_at=self.moment(day + timedelta(days=self.random.choice(LATE))),
                )
            )
        return found

    def attributes(self, account_id: str) -> list[AccountAttribute]:
        """Where an account is, and was; some are nowhere."""
        if self.yes(0.12):
            return []
        first = AccountAttribute(account_id, "region", self.random.choice(REGIONS))
        if self.yes(0.4):
            day = self.day()
            first = replace(
                first,
                valid_from=day if self.yes(0.4) else None,
                recorded_at=self.moment(day + timedelta(days=self.random.choice(LATE))),
            )
        found = {(first.recorded_at, first.valid_from): first}
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            row = self.change(account_id)
            found.setdefault((row.recorded_at, row.valid_from), row)
        return list(found.values())

    def change(self, account_id: str) -> AccountAttribute:
        """Another place, or none that is known any more."""
        day = self.day()
        moment = self.moment(day + timedelta(days=self.random.choice(LATE)))
        return AccountAttribute(
            account_id.lower() if self.yes(0.1) else account_id,
            "region",
            None if self.yes(0.1) else self.random.choice(REGIONS),
            valid_from=day if self.yes(0.8) else None,
            recorded_at=None if self.yes(0.1) else moment,
        )


def described(book: Book, seed: int, shape: Shape) -> Book:
    """The same book, in which accounts have owners and a region."""
    describer = Describer(seed, shape)
    versions: dict[str | None, list[Account]] = defaultdict(list)
    for row in book.accounts:
        versions[row.account_id].append(row)
    accounts = [row for rows in versions.values() for row in describer.owners(rows)]
    known = [x for x in versions if x is not None]
    attributes = [row for x in known for row in describer.attributes(x)]
    lost = AccountAttribute("NOBODY", "region", "east")
    return replace(book, accounts=accounts, account_attributes=[*attributes, lost])
