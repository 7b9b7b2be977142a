"""Closed-cohort retention: NRR, GRR, logos and the flows between both ends of a window."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from oracle.drivers import DriverSplit
from oracle.money import exact_sum
from oracle.movements import classify
from oracle.terms import month_end
from oracle.view import ZERO, View

WINDOWS = {"1m": 1, "3m": 3, "12m": 12}


@dataclass(frozen=True)
class Retention:
    """One cohort over one window; ratios are exact, empty where there was no opening MRR."""

    opening: Fraction
    expansion: Fraction
    contraction: Fraction
    churn: Fraction
    returned: Fraction
    closing: Fraction
    kept: Fraction
    kept_flow: Fraction
    closing_without_uplift: Fraction
    opening_accounts: int
    retained_accounts: int
    nrr: Fraction | None
    grr: Fraction | None
    grr_flow: Fraction | None
    nrr_excl_pre_contracted: Fraction | None
    logo_retention: Fraction | None
    is_small_sample: bool
    fx_basis: str

    @property
    def nrr_band(self) -> str | None:
        """Bands, as the articles write them: both lower bounds belong to the band."""
        if self.nrr is None:
            return None
        if self.nrr < 1:
            return "below"
        return "good" if self.nrr < Fraction(6, 5) else "excellent"


@dataclass(frozen=True)
class AccountWindow:
    """One cohort account over a window, both ends and all flows at the closing month's rates."""

    opening: Fraction
    closing: Fraction
    expansion: Fraction
    contraction: Fraction
    churn: Fraction
    returned: Fraction
    uplift: Fraction
    is_retained: bool

    @cached_property
    def kept(self) -> Fraction:
        """Closing without what has grown."""
        return min(self.opening, self.closing)

    @cached_property
    def kept_flow(self) -> Fraction:
        """Opening less every loss in the window, never below 0."""
        return max(ZERO, self.opening + self.contraction + self.churn)

    @cached_property
    def closing_without_uplift(self) -> Fraction:
        """Closing less contracted steps, never below 0: what has churned since is not deducted."""
        return max(ZERO, self.closing - self.uplift)


def account_window(
    view: View, split: DriverSplit | None, account: str, month: int, window: int
) -> AccountWindow:
    """Follow one account through a window."""
    flows = {"expansion": ZERO, "contraction": ZERO, "churn": ZERO, "reactivation": ZERO}
    uplift = ZERO
    for step in range(month - window + 1, month + 1):
        kind, _, amount = classify(view, account, step, month)
        if kind in flows:
            flows[kind] += amount
        if split is not None and has_changed(view, account, step):
            uplift += split.contracted_uplift(account, step, month, month_end(month - window))
    closing = view.mrr(account, month)
    return AccountWindow(
        opening=view.mrr(account, month - window, month),
        closing=closing,
        expansion=flows["expansion"],
        contraction=flows["contraction"],
        churn=flows["churn"],
        returned=flows["reactivation"],
        uplift=uplift,
        is_retained=closing > 0 or view.in_force(account, month),
    )


def has_changed(view: View, account: str, month: int) -> bool:
    """Whether any line of the account came, went or changed its amount in a month."""
    before, after = (
        {(x.line_id, x.product_id, x.net, x.quantity, x.plan_id) for x in view.lines(account, m)}
        for m in (month - 1, month)
    )
    return before != after


def ratio(numerator: Fraction | int, denominator: Fraction | int) -> Fraction | None:
    """A ratio, or nothing over nothing."""
    return None if denominator == 0 else Fraction(numerator) / Fraction(denominator)


def summarise(accounts: list[AccountWindow], fx_basis: str, min_accounts: int) -> Retention:
    """Add up a cohort."""

    def total(pick: Callable[[AccountWindow], Fraction]) -> Fraction:
        return exact_sum(pick(x) for x in accounts)

    opening, closing = total(lambda x: x.opening), total(lambda x: x.closing)
    kept, kept_flow = total(lambda x: x.kept), total(lambda x: x.kept_flow)
    without_uplift = total(lambda x: x.closing_without_uplift)
    retained = sum(x.is_retained for x in accounts)
    return Retention(
        opening=opening,
        expansion=total(lambda x: x.expansion),
        contraction=total(lambda x: x.contraction),
        churn=total(lambda x: x.churn),
        returned=total(lambda x: x.returned),
        closing=closing,
        kept=kept,
        kept_flow=kept_flow,
        closing_without_uplift=without_uplift,
        opening_accounts=len(accounts),
        retained_accounts=retained,
        nrr=ratio(closing, opening),
        grr=ratio(kept, opening),
        grr_flow=ratio(kept_flow, opening),
        nrr_excl_pre_contracted=ratio(without_uplift, opening),
        logo_retention=ratio(retained, len(accounts)),
        is_small_sample=len(accounts) < min_accounts,
        fx_basis=fx_basis,
    )


def cohort(view: View, month: int, window: int) -> list[str]:
    """Accounts with MRR at the opening of a window that closes in `month`."""
    return [x for x in view.accounts if view.mrr(x, month - window, month) > 0]


def cohort_windows(
    view: View, split: DriverSplit | None, month: int, window: int
) -> dict[str, AccountWindow]:
    """Every account of a cohort followed through its window."""
    return {x: account_window(view, split, x, month, window) for x in cohort(view, month, window)}


def by_segment(
    accounts: Mapping[str, AccountWindow],
    segment_of: Callable[[str], str],
    fx_basis: str,
    min_accounts: int,
) -> dict[str, Retention]:
    """Retention by the segment that each account had at the opening of the window."""
    parts: dict[str, list[AccountWindow]] = {}
    for account, found in accounts.items():
        parts.setdefault(segment_of(account), []).append(found)
    return {key: summarise(found, fx_basis, min_accounts) for key, found in parts.items()}


def fx_basis(view: View, month: int) -> str:
    """The fiscal year whose budget rates value both ends of a window."""
    return f"FY{view.rates.fiscal_year(month) % 100:02d}"
