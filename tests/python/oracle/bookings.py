"""What was signed, line by line and version by version (page 2.7, bookings)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from oracle.amendments import amends
from oracle.commitments import last_paid_day
from oracle.coverage import Interval, contract_end, covered, interval_on, own_intervals
from oracle.discounts import reduces
from oracle.implied import grows, implied_ends, implied_months
from oracle.ledger import ClusterLedger, Ledger
from oracle.lines import flat_discount, is_rate, list_amount, net_of_own_rate
from oracle.money import round_half_away, round_money
from oracle.parsing import Line
from oracle.rates import BudgetRates
from oracle.renewals import Renewals
from oracle.schedule import next_anniversary
from oracle.settings import Settings
from oracle.stubs import is_short
from oracle.terms import DAY, FAR, first_day, month_of, months_of_days, term_days, term_months
from oracle.versions import Span, timelines

ZERO = Fraction(0)
YEAR = 12


@dataclass(frozen=True)
class Version:
    """A version that books something, from its first day on."""

    row: Line
    first: date
    last: date
    account: str

    @property
    def line_id(self) -> str:
        """The contract line."""
        return self.row.line_id

    @property
    def is_line(self) -> bool:
        """A paid recurring line, and neither a discount nor an amendment."""
        return self.row.is_paid


@dataclass(frozen=True)
class Worth:
    """What a version is worth by itself, in its currency."""

    monthly: Fraction
    ends_on: date | None
    months: Fraction | None
    acv: Fraction
    tcv: Fraction | None


@dataclass(frozen=True)
class Booking:
    """One booking; amounts in the currency of the line.

    `renewed_until` is the last day of the term that it renews.
    """

    version: Version
    booking_type: str
    booked_on: date
    booked_by: str
    worth: Worth
    replaced_line_id: str | None
    acv: Fraction
    tcv: Fraction | None
    net_new_acv: Fraction
    renewed_until: date | None

    @property
    def month(self) -> date:
        """Month of the booking."""
        return first_day(month_of(self.booked_on))


def books(row: Line) -> bool:
    """Whether a version books anything at all."""
    if row.status in ("void", "paused"):
        return False
    if row.charge_type == "one_time":
        return True
    if row.charge_type == "usage":
        return False
    if row.is_discount:
        return True
    return not row.is_trial and row.unit_price > 0 and row.quantity != 0


class Bookings:
    """One cluster with everything known on a day."""

    def __init__(
        self,
        part: ClusterLedger,
        day: date,
        last_month: int,
        *,
        settings: Settings,
        rates: BudgetRates,
        successors: Mapping[str, str],
    ) -> None:
        self._day = day
        self._last_month = last_month
        self._settings = settings
        self._successors = successors
        self._known = part.known(day)
        self._account_of = part.account_map(day, day).ledger_account
        self._intervals = covered(self._known.spans, FAR)
        self._own = {key: own_intervals(x, FAR) for key, x in self._known.spans.items()}
        self._spans = {
            key: spans
            for key, spans in timelines(part.rows(), day).items()
            if key not in self._known.internal
        }
        past = Renewals(
            part, day, last_month, settings=settings, rates=rates, successors=successors
        )
        self._expired = {(x.start.line_id, x.ends_on) for x in past.terms()}
        self._lines = [x.row for spans in self._spans.values() for x in spans]
        self._versions = {key: self._booked(spans) for key, spans in self._spans.items()}
        self._before = self._predecessors()

    def found(self) -> list[Booking]:
        """Every booking up to the day."""
        rows = [
            row
            for versions in self._versions.values()
            for version in versions
            if (row := self._booking(version)) is not None
        ]
        return [x for x in rows if x.booked_on <= self._day]

    def _booked(self, spans: Iterable[Span]) -> list[Version]:
        found = []
        for span in spans:
            first = max(span.first, span.row.starts_on)
            is_over = contract_end(span.row, FAR) < first
            if first <= span.last and self._is_booked(span.row) and not is_over:
                account = self._account_of(span.row.owner_id)
                found.append(Version(span.row, first, span.last, account))
        return sorted(found, key=lambda x: x.first)

    def _is_booked(self, row: Line) -> bool:
        """An amendment needs a line that it can take from."""
        if not row.is_amendment:
            return books(row)
        return books(row) and any(
            x.charge_type == "recurring"
            and not x.is_amendment
            and amends(row, x, self._known.replaced, self._account_of)
            for x in self._lines
        )

    # What it is worth.

    def _worth(self, version: Version) -> Worth:
        row = version.row
        if row.charge_type == "one_time":
            amount = round_money(list_amount(row), row.currency)
            last = end_of_term(row, version.first)
            length = None if last is None else self._months(row, version.first, last)
            return Worth(ZERO, last, length, ZERO, amount)
        monthly = self._monthly(version)
        ends_on = self._ends_on(version)
        months = None if ends_on is None else self._months(row, version.first, ends_on)
        acv = rounded(monthly * YEAR, 10, row.currency)
        tcv = None if months is None else rounded(monthly * months, 8, row.currency)
        if row.is_discount and months is not None and months < YEAR and tcv is not None:
            acv = tcv
        return Worth(monthly, ends_on, months, acv, tcv)

    def _months(self, row: Line, first: date, ends_on: date) -> Fraction:
        if is_short(row, self._settings.min_term_days):
            return months_of_days(term_days(first, ends_on))
        return term_months(first, ends_on, self._settings.term_snap_days)[0]

    def _monthly(self, version: Version) -> Fraction:
        row = version.row
        if not row.is_discount:
            return net_of_own_rate(row, self._settings)
        if not is_rate(row):
            return flat_discount(row, self._settings)
        amounts = (net_of_own_rate(x.row, self._settings) for x in self._reached(version))
        return -row.discount_rate * sum(amounts, ZERO)

    def _reached(self, version: Version) -> list[Interval]:
        """Paid lines of its currency, in force on its first day, that it reduces."""
        found = []
        for intervals in self._intervals.values():
            x = interval_on(intervals, version.first)
            if x is not None and x.row.is_paid and not x.is_idle and self._reduces(version, x.row):
                found.append(x)
        return found

    def _reduces(self, version: Version, row: Line) -> bool:
        if version.row.currency != row.currency:
            return False
        if version.row.is_discount:
            return reduces(version.row, row, self._account_of)
        return amends(version.row, row, self._known.replaced, self._account_of)

    def _ends_on(self, version: Version) -> date | None:
        """Last day of the term."""
        own = end_of_term(version.row, version.first)
        if version.is_line:
            return own
        ends = [end_of_term(x.row, version.first) for x in self._reached(version)]
        known = [x for x in ends if x is not None]
        if not known or len(known) < len(ends):
            return own
        return max(known) if own is None else min(own, max(known))

    # What it takes the place of.

    def _predecessors(self) -> dict[Version, Version]:
        """By version, the one whose place it takes, in whatever currency."""
        found: dict[Version, Version] = {}
        taken: set[str] = set()
        firsts = [x[0] for x in self._versions.values() if x]
        for versions in self._versions.values():
            for old, new in pairwise(versions):
                found[new] = old
        for version in sorted(firsts, key=lambda x: (x.first, x.line_id)):
            candidates = [
                x
                for key in self._followed(version)
                if (x := self._last_before(key, version.first)) is not None
            ]
            free = [x for x in candidates if x.line_id not in taken]
            if free:
                best = min(free, key=lambda x: (-x.first.toordinal(), x.line_id))
                found[version] = best
                taken.add(best.line_id)
        return found

    def _older(self, version: Version) -> list[Version]:
        """Versions that one could renew, though another one has taken their place."""
        own = self._before_day(self._versions[version.line_id], version.first)
        if own is not None:
            return [own]
        found = (self._last_before(x, version.first) for x in self._followed(version))
        return [x for x in found if x is not None]

    def _last_before(self, line_id: str, day: date) -> Version | None:
        """The last version of another line begun before, while it counts or soon after."""
        begun = [x for x in self._versions.get(line_id, []) if x.first < day]
        if not begun:
            return None
        last = max((x.last for x in self._intervals.get(line_id, [])), default=None)
        grace = self._settings.renewal_grace_days
        if last is None or (day - last).days - 1 > grace:
            return None
        return begun[-1]

    def _followed(self, version: Version) -> list[str]:
        """Lines that a line's first version names, else those whose term it renews."""
        named = version.row.replaces_line_id
        if named is not None and named != version.line_id and self._versions.get(named):
            return [named]
        if not version.is_line:
            return []
        return [
            key
            for key, versions in self._versions.items()
            if key != version.line_id
            and versions
            and self._renews_unnamed(version, self._before_day(versions, version.first))
        ]

    @staticmethod
    def _before_day(versions: list[Version], day: date) -> Version | None:
        begun = [x for x in versions if x.first < day]
        return begun[-1] if begun else None

    def _renews_unnamed(self, version: Version, old: Version | None) -> date | None:
        """The term of a product, or of its predecessor, that a new line begins soon after."""
        if old is None or not old.is_line or old.account != version.account:
            return None
        products = (old.row.product_id, self._successors.get(old.row.product_id))
        if version.row.product_id not in products:
            return None
        own_last = self._own_last(old.line_id)
        purpose = old.row.cancel_notice_on is not None or old.row.terminated_on is not None
        grace = 0 if purpose else self._settings.renewal_grace_days
        return max(
            (
                x
                for x in self._ends(old)
                if x >= own_last and 0 <= (version.first - x).days - 1 <= grace
            ),
            default=None,
        )

    def _own_last(self, line_id: str) -> date:
        return last_paid_day(self._own[line_id])

    def _ends(self, version: Version) -> list[date]:
        """Last days of terms of a version that were up for renewal, or will be."""
        row = version.row
        stopped = row.terminated_on
        if row.ends_on is not None:
            ends = [] if stopped is not None and stopped < row.ends_on else [row.ends_on]
        else:
            last = min(version.last, self._last_covered(version))
            ends = list(implied_ends(row, version.first, last)) if last < FAR else []
        return [
            x
            for x in ends
            if month_of(x) > self._last_month or (version.line_id, x) in self._expired
        ]

    def _last_covered(self, version: Version) -> date:
        found = [x.last for x in self._intervals.get(version.line_id, []) if x.row == version.row]
        return max(found, default=version.first - DAY)

    def _renews(self, version: Version, old: Version) -> date | None:
        """Last day of the term of another version that one renews."""
        if not (version.is_line and old.is_line):
            return None
        if old.line_id not in (version.line_id, version.row.replaces_line_id):
            return self._renews_unnamed(version, old)
        if old.row.ends_on is None:
            return next((x for x in self._ends(old) if x == version.first - DAY), None)
        is_own = version.line_id == old.line_id
        if is_own and is_free_extension(old.row, version.row, self._settings):
            return None
        purpose = old.row.cancel_notice_on is not None or old.row.terminated_on is not None
        grace = 0 if is_own and purpose else self._settings.renewal_grace_days
        reach = self._own_last(version.line_id)
        in_time = (x for x in self._ends(old) if (version.first - x).days - 1 <= grace)
        return max((x for x in in_time if reach > x), default=None)

    # The booking.

    def _booking(self, version: Version) -> Booking | None:
        worth = self._worth(version)
        old = self._before.get(version)
        ends = (self._renews(version, x) for x in self._older(version))
        renewed_until = max((x for x in ends if x is not None), default=None)
        renews = renewed_until is not None
        if old is not None and old.row.currency != version.row.currency:
            old = None
        acv, tcv, net_new = worth.acv, worth.tcv, worth.acv
        if old is not None:
            before = self._worth(old)
            net_new = worth.acv - before.acv
            acv = worth.acv if renews else net_new
            if tcv is not None:
                tcv = self._tcv_difference(version, worth, old, before)
        if not net_new and not tcv and not (renews and acv):
            return None
        booked_on, booked_by = self._booked_on(version)
        return Booking(
            version=version,
            booking_type=self._type(version, old, net_new, renews),
            booked_on=booked_on,
            booked_by=booked_by,
            worth=worth,
            replaced_line_id=None if old is None else old.line_id,
            acv=acv,
            tcv=tcv,
            net_new_acv=net_new,
            renewed_until=renewed_until,
        )

    def _tcv_difference(
        self, version: Version, worth: Worth, old: Version, before: Worth
    ) -> Fraction | None:
        """What is added to what is left of the term whose place it takes."""
        if worth.tcv is None:
            return None
        if old.row.charge_type == "one_time":
            return worth.tcv - (before.tcv or ZERO)
        if before.ends_on is None or before.ends_on < version.first:
            return worth.tcv
        left = self._months(old.row, version.first, before.ends_on)
        return worth.tcv - rounded(before.monthly * left, 8, old.row.currency)

    def _booked_on(self, version: Version) -> tuple[date, str]:
        row, earlier = version.row, self._earlier_row(version)
        repeats = earlier is not None and earlier.signed_on == row.signed_on
        if row.signed_on is not None and not repeats:
            return row.signed_on, "signed"
        if row.recorded_on is not None:
            is_late = row.recorded_on > version.first
            return min(row.recorded_on, version.first), "started" if is_late else "recorded"
        if row.signed_on is not None:
            return row.signed_on, "signed"
        return version.first, "started"

    def _earlier_row(self, version: Version) -> Line | None:
        rows = [
            x.row
            for x in self._spans[version.line_id]
            if max(x.first, x.row.starts_on) <= x.last
            and x.first < version.first
            and x.row != version.row
        ]
        return rows[-1] if rows else None

    def _type(self, version: Version, old: Version | None, net_new: Fraction, renews: bool) -> str:
        if version.row.charge_type == "one_time":
            return "one_time"
        if version.row.is_discount:
            return "discount"
        if renews:
            return "renewal"
        if net_new <= 0:
            return "contraction" if net_new < 0 else "extension"
        if old is not None or (version.is_line and self._has_other(version)):
            return "expansion"
        return "new"

    def _has_other(self, version: Version) -> bool:
        """Whether the account has a paid line that began before and still counts."""
        day = version.first - DAY
        for intervals in self._intervals.values():
            x = interval_on(intervals, day)
            if x is None or x.is_idle or not x.row.is_paid or not books(x.row):
                continue
            if self._account_of(x.row.owner_id) == version.account:
                return True
        return False


def end_of_term(row: Line, first: date) -> date | None:
    """Last day of a term that is in force on a first day."""
    if row.ends_on is not None:
        return None if row.ends_on == FAR else row.ends_on
    months = implied_months(row)
    return None if months is None else next_anniversary(row.starts_on, months, first) - DAY


def is_free_extension(old: Line, new: Line, settings: Settings) -> bool:
    """A longer term that costs no more in all."""
    if old.billing_unit != "term" or new.billing_unit != "term":
        return False
    longer = old.ends_on is not None and new.ends_on is not None and new.ends_on > old.ends_on
    return longer and not grows(old, new, settings)


def rounded(amount: Fraction, places: int, currency: str) -> Fraction:
    """To the coin, after some places."""
    return round_money(round_half_away(amount, places), currency)


def bookings(
    ledger: Ledger, rates: BudgetRates, successors: Mapping[str, str], day: date
) -> list[Booking]:
    """Every booking of a book up to a day."""
    return [
        row
        for part in ledger.parts
        for row in Bookings(
            part,
            day,
            ledger.last,
            settings=ledger.settings,
            rates=rates,
            successors=successors,
        ).found()
    ]


def in_reporting_currency(
    booking: Booking, amount: Fraction | None, rates: BudgetRates
) -> Fraction | None:
    """At the budget rate of the month of booking."""
    if amount is None:
        return None
    period = rates.period(month_of(booking.booked_on))
    return rates.convert(amount, booking.version.row.currency, period)
