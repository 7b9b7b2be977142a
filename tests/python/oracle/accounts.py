"""Whose revenue a line is: resellers, merges and paying parents."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from oracle.parsing import AccountVersion
from oracle.versions import account_on, is_known, known_order


class AccountTree:
    """The accounts as known at a cut."""

    def __init__(self, versions: Iterable[AccountVersion], cut: date) -> None:
        self._versions: dict[str, list[AccountVersion]] = defaultdict(list)
        for row in versions:
            if is_known(row.recorded_on, cut):
                self._versions[row.account_id].append(row)

    def survivor(self, account_id: str, day: date) -> str:
        """The account that an account has been merged into by a day, however many steps away."""
        seen = {account_id}
        while True:
            row = account_on(self._versions.get(account_id, ()), day)
            target = None if row is None else merge_target(row, day)
            if target is None or target in seen:
                return account_id
            seen.add(target)
            account_id = target

    def ancestors(self, account_id: str, day: date) -> list[str]:
        """Surviving parents from the nearest to the highest."""
        found: list[str] = []
        while True:
            row = account_on(self._versions.get(account_id, ()), day)
            if row is None or row.parent_id is None:
                return found
            parent = self.survivor(row.parent_id, day)
            if parent == account_id or parent in found:
                return found
            found.append(parent)
            account_id = parent

    def is_internal(self, account_id: str) -> bool:
        """The newest known version decides, for the account's whole history."""
        versions = self._versions.get(account_id, [])
        newest = max(versions, key=lambda row: known_order(row.recorded_at), default=None)
        return newest is not None and newest.is_internal

    def attribute(self, account_id: str, name: str, day: date) -> str | None:
        """An attribute on a day; before the first valid version, that of the first one."""
        versions = self._versions.get(account_id, [])
        row = account_on(versions, day)
        if row is None:
            row = min(versions, key=lambda row: row.valid_from or date.min, default=None)
        return None if row is None else dict(row.attributes)[name]


def merge_target(row: AccountVersion, day: date) -> str | None:
    """Where a version says its account went, once the merge date has come."""
    if row.merged_into is None or (row.merged_on is not None and row.merged_on > day):
        return None
    return row.merged_into


class AccountMap:
    """From the owner of a line to the paying account, on one day and with one cut."""

    def __init__(self, tree: AccountTree, day: date, paid_owners: Iterable[str]) -> None:
        self._tree = tree
        self._day = day
        self._payers = {tree.survivor(owner, day) for owner in paid_owners}
        self._ledger: dict[str, str] = {}

    def ledger_account(self, owner_id: str) -> str:
        """The highest ancestor with paid lines of its own, else the (surviving) account itself."""
        if owner_id not in self._ledger:
            account = self._tree.survivor(owner_id, self._day)
            paying = [x for x in self._tree.ancestors(account, self._day) if x in self._payers]
            self._ledger[owner_id] = paying[-1] if paying else account
        return self._ledger[owner_id]
