"""Where a line goes: its versions and the lines that take its place may belong to somebody else.

A strand is a line with everything that took its place; a line that several others replace has a
part in the strand of each.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from oracle.balances import LineBalance
from oracle.money import round_half_away
from oracle.parts import ONE, SHARE_DIGITS, WHOLE, ZERO, Part

# Who has which parts of a line.
Owners = tuple[tuple[str, tuple[Part, ...]], ...]
# Lines that somebody else has by now, at the month-ends at which they had another owner.
Places = frozenset[tuple[tuple[str, int], Owners]]
Strand = tuple[tuple[str, Part], ...]


@dataclass(frozen=True)
class Sight:
    """A part of a line in force at a month-end; within one tenure everybody takes over."""

    month: int
    line_id: str
    part: Part
    account: str
    tenure: int


# The MRR of a part of a row of one month at the budget rates of another.
Worth = Callable[[LineBalance, int, Part], Fraction]


class Lineage:
    """Accounts of every line by month, and who has it later."""

    def __init__(
        self,
        rows: Mapping[int, Sequence[tuple[str, LineBalance]]],
        heirs: Mapping[str, Sequence[str]],
        worth: Worth,
    ) -> None:
        self._heirs = heirs
        self._worth = worth
        self._seen: dict[str, list[tuple[int, str, LineBalance]]] = defaultdict(list)
        for month in sorted(rows):
            for account, x in rows[month]:
                if not x.is_lapsed:
                    self._seen[x.line_id].append((month, account, x))
        self._known_tails: dict[str, list[Strand]] = {}
        moving = [key for key in self._seen if len(self._accounts(key)) > 1]
        taken = {tail[1][0] for key in moving for tail in self._tails(key) if len(tail) > 1}
        roots = sorted({*moving} - taken)
        self._strands = [self._sights(strand) for key in roots for strand in self._tails(key)]

    def _accounts(self, line_id: str) -> set[str]:
        """Every account that a line or its heirs were ever seen with."""
        found = {account for _, account, _ in self._seen.get(line_id, ())}
        return found.union(*map(self._accounts, self._heirs.get(line_id, ())))

    def _tails(self, line_id: str) -> list[Strand]:
        """The strands of a line and what takes its place, each with its part of every line."""
        if line_id not in self._known_tails:
            self._known_tails[line_id] = self._find_tails(line_id)
        return self._known_tails[line_id]

    def _find_tails(self, line_id: str) -> list[Strand]:
        heirs = self._heirs.get(line_id, ())
        parts = dict.fromkeys(heirs, WHOLE) if len(heirs) == 1 else self._shares(line_id)
        return [
            ((line_id, tail[0][1].within(part)), *tail)
            for heir, part in parts.items()
            for tail in self._tails(heir)
        ] or [((line_id, WHOLE),)]

    def _shares(self, line_id: str) -> dict[str, Part]:
        """Parts of a line that several replace.

        Those that are in force at the month-end after its last one take it over: the old owner's
        own keep what they are worth, up to the whole, and the others share the rest.
        """
        last = self._last(line_id)
        firsts = {x: self._first(x) for x in self._heirs.get(line_id, ())}
        if last is None:
            return {}
        taking = {x: y for x, y in firsts.items() if y is not None and y[0] == last[0] + 1}
        values = {x: self._worth(y[2], last[0] + 1, WHOLE) for x, y in taking.items()}
        own = sorted(x for x, y in taking.items() if y[1] == last[1])
        others = sorted(set(taking) - set(own))
        whole = self._worth(last[2], last[0] + 1, WHOLE) or sum(values.values(), ZERO)
        kept = sum((values[x] for x in own), ZERO)
        left = sum((values[x] for x in others), ZERO)
        kept_share = min(whole, kept) / whole if left and whole else ONE
        found: dict[str, Part] = {}
        reached = ZERO
        for names, share, total in ((own, kept_share, kept), (others, 1 - kept_share, left)):
            for name in names:
                first = round_half_away(reached, SHARE_DIGITS)
                reached += share * values[name] / total if total else ZERO
                found[name] = Part(first, round_half_away(reached, SHARE_DIGITS))
        if found:
            name = [*own, *others][-1]
            found[name] = Part(found[name].first, ONE)
        return found

    def _first(self, line_id: str) -> tuple[int, str, LineBalance] | None:
        """Where a line, or what alone takes its place, is first in force at a month-end."""
        seen, heirs = self._seen.get(line_id), self._heirs.get(line_id, ())
        if seen:
            return seen[0]
        return self._first(heirs[0]) if len(heirs) == 1 else None

    def _last(self, line_id: str) -> tuple[int, str, LineBalance] | None:
        """Where a line, or what it alone took the place of, is last in force at a month-end."""
        seen = self._seen.get(line_id)
        if seen:
            return seen[-1]
        before = [x for x, heirs in self._heirs.items() if list(heirs) == [line_id]]
        return self._last(before[0]) if before else None

    def _sights(self, strand: Strand) -> list[Sight]:
        """A strand month by month; a new owner after a break, or of what never paid, is a tenure.

        Nothing is taken over from one tenure to the next.
        """
        rows = sorted(
            (
                (month, line_id, part, account, x)
                for line_id, part in strand
                for month, account, x in self._seen.get(line_id, ())
            ),
            key=lambda row: row[0],
        )
        found: list[Sight] = []
        tenure, has_paid = 0, False
        for month, line_id, part, account, x in rows:
            if found and found[-1].account != account:
                takes_over = has_paid and found[-1].month == month - 1
                tenure += not takes_over
            found.append(Sight(month, line_id, part, account, tenure))
            has_paid = has_paid or self._worth(x, month, part) > 0
        return found

    def places_at(self, month: int) -> Places:
        """Where the lines that ever move are at the end of a month."""
        parts: dict[tuple[str, int], dict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
        moved = set()
        for strand in self._strands:
            seen = [x for x in strand if x.month <= month]
            owners = {x.tenure: x.account for x in seen}
            for x in seen:
                owner = owners[x.tenure]
                parts[x.line_id, x.month][owner].append(x.part)
                if owner != x.account:
                    moved.add((x.line_id, x.month))
        return frozenset(
            (key, tuple((owner, tuple(sorted(x))) for owner, x in sorted(parts[key].items())))
            for key in moved
        )
