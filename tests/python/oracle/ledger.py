"""Line balances of a whole book at any cut, computed once per cluster and state of knowledge."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from oracle.accounts import AccountMap
from oracle.balances import Cluster, Known, LineBalance, Valuer, know
from oracle.catalogue import Catalogue
from oracle.coverage import heirs
from oracle.parsing import AccountVersion, Line, Parsed, Pause, Receivable
from oracle.rates import BudgetRates
from oracle.settings import Settings
from oracle.terms import last_complete_month, month_end, month_of
from oracle.versions import is_known


class Groups:
    """Union of keys that must be looked at together."""

    def __init__(self) -> None:
        self._leader: dict[str, str] = {}

    def find(self, key: str) -> str:
        """The representative of a key's group."""
        self._leader.setdefault(key, key)
        while self._leader[key] != key:
            self._leader[key] = self._leader[self._leader[key]]
            key = self._leader[key]
        return key

    def join(self, one: str, other: str | None) -> None:
        """Put two keys into one group."""
        if other is not None:
            self._leader[self.find(one)] = self.find(other)


def clusters(parsed: Parsed) -> list[Cluster]:
    """Split a book into parts that cannot influence each other."""
    groups = Groups()
    for account in parsed.accounts:
        groups.join(account.account_id, account.parent_id)
        groups.join(account.account_id, account.merged_into)
    for line in parsed.lines:
        groups.join(f"line {line.line_id}", line.owner_id)
        for other in (line.replaces_line_id, line.parent_line_id):
            groups.join(f"line {line.line_id}", None if other is None else f"line {other}")
        if line.contract_id is not None:
            groups.join(f"line {line.line_id}", f"contract {line.contract_id}")
    lines: dict[str, list[Line]] = defaultdict(list)
    accounts: dict[str, list[AccountVersion]] = defaultdict(list)
    pauses: dict[str, list[Pause]] = defaultdict(list)
    receivables: dict[str, list[Receivable]] = defaultdict(list)
    for line in parsed.lines:
        lines[groups.find(line.owner_id)].append(line)
    for account in parsed.accounts:
        accounts[groups.find(account.account_id)].append(account)
    for pause in parsed.pauses:
        pauses[groups.find(f"line {pause.line_id}")].append(pause)
    for receivable in parsed.receivables:
        receivables[groups.find(receivable.account_id)].append(receivable)
    return [
        Cluster(
            tuple(lines[key]), tuple(accounts[key]), tuple(pauses[key]), tuple(receivables[key])
        )
        for key in sorted(lines)
    ]


class ClusterLedger:
    """One cluster at any month and cut, remembered per state of knowledge."""

    def __init__(
        self,
        cluster: Cluster,
        settings: Settings,
        catalogue: Catalogue,
        rates: BudgetRates,
        dunning_is_on: bool,
    ) -> None:
        self._cluster = cluster
        self._settings = settings
        self._catalogue = catalogue
        self._rates = rates
        self._dunning_is_on = dunning_is_on
        self._days = cluster.recording_days()
        billed = {row.account_id for row in cluster.receivables}
        self._owners = sorted(billed | {row.owner_id for row in cluster.lines})
        self.account_ids = frozenset({*self._owners, *(x.account_id for x in cluster.accounts)})
        self._known: dict[int, Known] = {}
        self._balances: dict[tuple[int, int, tuple[str, ...]], list[LineBalance]] = {}
        self._maps: dict[tuple[int, date], AccountMap] = {}

    def first_month(self) -> int:
        """The earliest month in which a line starts."""
        return min(month_of(line.starts_on) for line in self._cluster.lines)

    def rows(self) -> tuple[Line, ...]:
        """Versions of lines of the cluster, as they were written."""
        return self._cluster.lines

    def known_accounts(self) -> tuple[AccountVersion, ...]:
        """Account versions of the cluster."""
        return self._cluster.accounts

    def known_ids(self, cut: date) -> set[str]:
        """Accounts that a cut has heard of."""
        rows = self._cluster.accounts
        return {row.account_id for row in rows if is_known(row.recorded_on, cut)}

    def known(self, cut: date) -> Known:
        """The cluster as known at a cut."""
        state = bisect_right(self._days, cut)
        if state not in self._known:
            self._known[state] = know(self._cluster, cut, self._settings, self._catalogue)
        return self._known[state]

    def account_map(self, cut: date, day: date) -> AccountMap:
        """The cluster's account map on a day."""
        key = (bisect_right(self._days, cut), day)
        if key not in self._maps:
            self._maps[key] = self.known(cut).account_map(day)
        return self._maps[key]

    def balances(self, month: int, cut: date, map_day: date) -> list[LineBalance]:
        """Line balances of a month; gaps join under the account map of `map_day`.

        Maps that place all owners alike give the same balances.
        """
        accounts = self.account_map(cut, map_day)
        places = tuple(map(accounts.ledger_account, self._owners))
        key = (bisect_right(self._days, cut), month, places)
        if key not in self._balances:
            self._balances[key] = self._valuer(cut).line_balances(month, accounts)
        return self._balances[key]

    def balances_on(self, day: date, cut: date) -> list[LineBalance]:
        """Line balances at the end of a day, under the account map of that day."""
        return self._valuer(cut).balances_on(day, self.account_map(cut, day))

    def _valuer(self, cut: date) -> Valuer:
        return Valuer(
            self.known(cut), self._settings, self._catalogue, self._rates, self._dunning_is_on
        )


class Ledger:
    """All clusters of a book."""

    def __init__(
        self, parsed: Parsed, settings: Settings, catalogue: Catalogue, rates: BudgetRates
    ) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.attributes = parsed.attributes
        self.parts = [
            ClusterLedger(cluster, settings, catalogue, rates, parsed.has_payment_dates)
            for cluster in clusters(parsed)
        ]
        self.last = last_complete_month(settings.as_of_date)
        self.first = min((part.first_month() for part in self.parts), default=self.last)

    def months(self) -> range:
        """From the first contract start to the last complete month."""
        return range(self.first, self.last + 1)

    def restated_lines(self, cut: date) -> dict[int, list[tuple[str, LineBalance]]]:
        """Balances with all knowledge; the account map of the last month serves the whole past."""
        return self._lines(cut, self.months(), month_end(self.last))

    def reported_lines(self, cut: date, closing: int) -> dict[int, list[tuple[str, LineBalance]]]:
        """Balances up to a closing month as known at its cut, under its account map."""
        return self._lines(cut, range(self.first, closing + 1), month_end(closing))

    def corrected_lines(
        self, cut: date, month: int, map_cut: date
    ) -> dict[int, list[tuple[str, LineBalance]]]:
        """One month with the knowledge of a cut, under the account map that its own close knew.

        Gaps join as everywhere at this cut, under the map of the month after; an account that the
        earlier close had never heard of stands where it stands now.
        """
        found: list[tuple[str, LineBalance]] = []
        if month < self.first:
            return {month: found}
        for part in self.parts:
            now = part.account_map(cut, month_end(month + 1))
            before = part.account_map(map_cut, month_end(month))
            heard_of = part.known_ids(map_cut)
            for x in part.balances(month, cut, month_end(month + 1)):
                accounts = before if x.owner_id in heard_of else now
                found.append((accounts.ledger_account(x.owner_id), x))
        return {month: found}

    def heirs(self, cut: date) -> dict[str, tuple[str, ...]]:
        """Lines that take the place of others in time, as known at a cut."""
        found: dict[str, tuple[str, ...]] = {}
        for part in self.parts:
            found |= heirs(part.known(cut).spans, self.settings.renewal_grace_days)
        return found

    def _lines(
        self, cut: date, months: Iterable[int], map_day: date
    ) -> dict[int, list[tuple[str, LineBalance]]]:
        found: dict[int, list[tuple[str, LineBalance]]] = {month: [] for month in months}
        for part in self.parts:
            accounts = part.account_map(cut, map_day)
            for month, lines in found.items():
                balances = part.balances(month, cut, map_day)
                lines.extend((accounts.ledger_account(x.owner_id), x) for x in balances)
        return found
