"""Cohorts by the month of the first MRR, followed to the end."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from oracle.retention import ratio
from oracle.view import View


@dataclass(frozen=True)
class CohortMonth:
    """A cohort at one of its later month-ends, both ends at the rates of that month."""

    accounts: int
    mrr: Fraction
    retained_accounts: int
    retained_mrr: Fraction

    @property
    def nrr(self) -> Fraction | None:
        """What is left of the money."""
        return ratio(self.retained_mrr, self.mrr)

    @property
    def logo_retention(self) -> Fraction | None:
        """What is left of the customers."""
        return ratio(self.retained_accounts, self.accounts)


def cohorts(
    view: View, months: Iterable[int], segment_of: Callable[[str, int], str]
) -> dict[tuple[int, int, str], CohortMonth]:
    """By cohort month, month and the segment that an account had in its cohort month."""
    calendar = list(months)
    members: dict[tuple[int, str], list[str]] = defaultdict(list)
    for account in view.accounts:
        first = next((m for m in calendar if view.mrr(account, m) > 0), None)
        if first is not None:
            members[first, segment_of(account, first)].append(account)
    return {
        (first, month, segment): CohortMonth(
            accounts=len(accounts),
            mrr=sum((view.mrr(x, first, month) for x in accounts), Fraction(0)),
            retained_accounts=sum(
                view.mrr(x, month) > 0 or view.in_force(x, month) for x in accounts
            ),
            retained_mrr=sum((view.mrr(x, month) for x in accounts), Fraction(0)),
        )
        for (first, segment), accounts in members.items()
        for month in calendar
        if month >= first
    }
