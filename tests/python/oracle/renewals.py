"""Contract terms that end, and what renews them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from oracle.commitments import Start, line_starts
from oracle.coverage import Presence, presences
from oracle.ledger import ClusterLedger, Ledger
from oracle.money import BudgetRates
from oracle.settings import Settings
from oracle.terms import DAY, month_end, month_of

ZERO = Fraction(0)
Pool = tuple[str, str, int]


@dataclass(frozen=True)
class Term:
    """A term that was up for renewal, with the MRR that the books showed last."""

    start: Start
    ends_on: date
    mrr: Fraction

    @property
    def month(self) -> int:
        """Month of the last day."""
        return month_of(self.ends_on)

    @property
    def pool(self) -> Pool:
        """What is compared as a whole: an account's terms of one product in one month."""
        return self.start.account, self.start.row.product_id, self.month


@dataclass(frozen=True)
class Renewal:
    """An account and product in the month in which terms ended."""

    terms: int
    expiring: Fraction
    following: Fraction

    @property
    def renewed(self) -> Fraction:
        """At most what was up for renewal."""
        return min(self.expiring, self.following)


class Renewals:
    """The terms of one cluster with all knowledge."""

    def __init__(
        self,
        part: ClusterLedger,
        cut: date,
        last_month: int,
        *,
        settings: Settings,
        rates: BudgetRates,
        successors: Mapping[str, str],
    ) -> None:
        self._part = part
        self._cut = cut
        self._map_day = month_end(last_month)
        self._last_month = last_month
        self._settings = settings
        self._rates = rates
        self._successors = successors
        self._starts = line_starts(part.known(cut), part.account_map(cut, self._map_day), settings)
        self._present: dict[int, dict[str, Presence]] = {}

    def found(self) -> dict[Pool, Renewal]:
        """Every account, product and month with terms that ended."""
        pools: dict[Pool, list[Term]] = defaultdict(list)
        for term in self.terms():
            pools[term.pool].append(term)
        return {
            pool: Renewal(
                terms=len(terms),
                expiring=sum((x.mrr for x in terms), ZERO),
                following=sum(
                    (self._value(x, pool[2]) for x in self._following(terms, pools)), ZERO
                ),
            )
            for pool, terms in pools.items()
        }

    def terms(self) -> list[Term]:
        """One term per line and month; of several that end in one month the latest."""
        latest: dict[tuple[str, int], Term] = {}
        for start in sorted(self._starts, key=lambda x: x.first):
            ends_on = start.row.ends_on
            if ends_on is None or month_of(ends_on) > self._last_month:
                continue
            mrr = self._last_mrr(start, month_of(ends_on))
            if mrr is not None and self._was_up_for_renewal(start, ends_on):
                latest[start.line_id, month_of(ends_on)] = Term(start, ends_on, mrr)
        return [term for term in latest.values() if term.mrr > 0]

    def _was_up_for_renewal(self, start: Start, ends_on: date) -> bool:
        """It ran to its last day, or something that reaches further took its place before."""
        stopped_on = start.row.terminated_on
        if stopped_on is not None and stopped_on < ends_on:
            return False
        followers = (x for x in self._starts if x.row.replaces_line_id == start.line_id)
        reach = max([start.own_last, *(x.own_last for x in followers)])
        return start.last == ends_on or reach > ends_on

    def _last_mrr(self, start: Start, month: int) -> Fraction | None:
        """MRR of the version at the last month-end that shows it, at the term's last year's rates.

        Nothing where no month-end shows it; 0 where it is on the books but bills nothing.
        """
        for at in range(month, month_of(start.first) - 1, -1):
            presence = self._presences(at).get(start.line_id)
            if presence is None or presence.row != start.row:
                continue
            balances = self._part.balances(at, self._cut, self._map_day)
            net = next((x.net for x in balances if x.line_id == start.line_id), ZERO)
            currency = start.row.currency
            year = self._rates.fiscal_year(month)
            rate = self._rates.revaluation_rate(currency, at, year)
            return self._rates.convert(net, currency, rate)
        return None

    def _presences(self, month: int) -> dict[str, Presence]:
        if month not in self._present:
            accounts = self._part.account_map(self._cut, self._map_day)
            self._present[month], _ = presences(
                self._part.known(self._cut).spans,
                month_end(month),
                self._settings,
                accounts.ledger_account,
            )
        return self._present[month]

    def _following(self, terms: list[Term], pools: Mapping[Pool, list[Term]]) -> Iterable[Start]:
        """What renews a pool's terms, each line once."""
        lines: dict[str, Start] = {}
        for term in terms:
            for start in self._named(term):
                lines[start.line_id] = start
        everything = [x for found in pools.values() for x in found]
        for start in self._starts:
            renewed = [x for x in everything if self._renews_unnamed(start, x)]
            if renewed:
                product = start.row.product_id
                best = min(renewed, key=lambda x: (-x.month, x.pool[1] != product, x.pool[1]))
                if best.pool == terms[0].pool:
                    lines[start.line_id] = start
        return lines.values()

    def _named(self, term: Term) -> list[Start]:
        """Later versions of the line, and lines that name it; of each the last to start in time."""
        in_time = [
            x
            for x in self._starts
            if term.start.line_id in (x.line_id, x.row.replaces_line_id)
            and x.first > term.start.first
            and x.own_last > term.ends_on
            and (x.first - term.ends_on).days - 1 <= self._grace_days(term)
        ]
        latest = {x.line_id: x for x in sorted(in_time, key=lambda x: x.first)}
        return list(latest.values())

    def _renews_unnamed(self, start: Start, term: Term) -> bool:
        """A new, unlinked line of the same product, or of its successor, soon after the end."""
        old = term.start
        if start.line_id == old.line_id or start.is_linked or old.is_linked:
            return False
        if not start.opens_line or start.account != old.account or old.own_last > term.ends_on:
            return False
        if start.row.product_id not in (
            old.row.product_id,
            self._successors.get(old.row.product_id),
        ):
            return False
        return 0 <= (start.first - term.ends_on - DAY).days <= self._grace_days(term)

    def _grace_days(self, term: Term) -> int:
        """A term that was ended on purpose is renewed without a gap or not at all."""
        row = term.start.row
        on_purpose = row.cancel_notice_on is not None or row.terminated_on is not None
        return 0 if on_purpose else self._settings.renewal_grace_days

    def _value(self, start: Start, month: int) -> Fraction:
        currency = start.row.currency
        rate = self._rates.rate(currency, self._rates.fiscal_year(month))
        if rate is None:
            rate = self._rates.own_rate(currency, month_of(start.first))
        return self._rates.convert(start.net, currency, rate)


def renewals(
    ledger: Ledger, rates: BudgetRates, successors: Mapping[str, str], cut: date
) -> dict[Pool, Renewal]:
    """Terms that ended and what renewed them, by account, product and month."""
    found: dict[Pool, Renewal] = {}
    for part in ledger.parts:
        book = Renewals(
            part, cut, ledger.last, settings=ledger.settings, rates=rates, successors=successors
        )
        found |= book.found()
    return found
