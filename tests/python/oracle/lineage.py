"""Where a line goes: its versions and the lines that take its place may belong to somebody else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

# Lines that somebody else has by now, with the account that has them.
Places = frozenset[tuple[str, str]]


class HasLine(Protocol):
    """A row that belongs to a line."""

    @property
    def line_id(self) -> str:
        """The contract line."""
        ...


class Lineage:
    """Accounts of every line by month, and who has it later."""

    def __init__(
        self,
        rows: Mapping[int, Sequence[tuple[str, HasLine]]],
        heirs: Mapping[str, Sequence[str]],
    ) -> None:
        self._heirs = heirs
        self._seen: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for month in sorted(rows):
            for account, x in rows[month]:
                self._seen[x.line_id].append((month, account))
        self._moving = sorted(key for key in self._seen if len(self._accounts(key, set())) > 1)

    def _accounts(self, line_id: str, visited: set[str]) -> set[str]:
        """Every account that a line or its heirs were ever seen with."""
        visited.add(line_id)
        found = {account for _, account in self._seen.get(line_id, ())}
        for heir in self._heirs.get(line_id, ()):
            if heir not in visited:
                found |= self._accounts(heir, visited)
        return found

    def places_at(self, month: int) -> Places:
        """Where the lines that ever move are at the end of a month."""
        found = {key: self._account_at(key, month, set()) for key in self._moving}
        return frozenset((key, x) for key, x in found.items() if x is not None)

    def _account_at(self, line_id: str, month: int, visited: set[str]) -> str | None:
        visited.add(line_id)
        for heir in self._heirs.get(line_id, ()):
            if heir not in visited:
                account = self._account_at(heir, month, visited)
                if account is not None:
                    return account
        seen = [account for at, account in self._seen.get(line_id, ()) if at <= month]
        return seen[-1] if seen else None
