"""Which lines of a product belong together when it changes: a line, what replaces and amends it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from oracle.balances import LineBalance

# The unit of a line that says nothing: one piece at one price.
PIECE = "flat"


@dataclass(frozen=True)
class Pair:
    """Lines that are compared as one, at both ends of a month."""

    before: tuple[LineBalance, ...]
    after: tuple[LineBalance, ...]

    @property
    def unit(self) -> str:
        """What its quantity counts."""
        units = [x.unit for x in (*self.after, *self.before) if not x.amends]
        return (units[0] if units else None) or PIECE

    @property
    def has_one_unit(self) -> bool:
        """Whether both ends count the same."""
        return len({x.unit or PIECE for x in (*self.before, *self.after)}) == 1

    @property
    def growth(self) -> Fraction:
        """Units more than before."""
        ends = [
            sum((x.quantity for x in found), Fraction(0)) for found in (self.before, self.after)
        ]
        return ends[1] - ends[0]

    def __add__(self, other: "Pair") -> "Pair":
        """Both together."""
        return Pair((*self.before, *other.before), (*self.after, *other.after))


def pairs(before: Sequence[LineBalance], after: Sequence[LineBalance]) -> list[Pair]:
    """Lines with their replacements and amendments, and unlinked ones that trade places.

    Where lines of one unit end while others of it begin or grow, they are one change.
    """
    found = linked(before, after)
    result: list[Pair] = []
    by_unit: dict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        by_unit[pair.unit].append(pair)
    for same in by_unit.values():
        ended = [x for x in same if not x.after]
        coming = [x for x in same if not x.before or (x.after and x.growth > 0)]
        if ended and coming:
            whole = Pair((), ())
            for x in (*ended, *coming):
                whole += x
            result.append(whole)
            result += [x for x in same if x not in ended and x not in coming]
        else:
            result += same
    return result


def linked(before: Iterable[LineBalance], after: Iterable[LineBalance]) -> list[Pair]:
    """Every line at both ends with what has taken its place and what amends it."""
    old, new = {x.line_id: x for x in before}, {x.line_id: x for x in after}
    leader: dict[str, str] = {key: key for key in (*old, *new)}

    def find(key: str) -> str:
        while leader[key] != key:
            key = leader[key]
        return key

    for x in (*old.values(), *new.values()):
        for other in x.amends:
            if other in leader:
                leader[find(x.line_id)] = find(other)
    for x in new.values():
        for other in x.ancestors:
            if other in old and other not in new:
                leader[find(x.line_id)] = find(other)
    groups: dict[str, Pair] = {}
    for key in sorted(leader):
        part = Pair(*((found[key],) if key in found else () for found in (old, new)))
        groups[find(key)] = groups.get(find(key), Pair((), ())) + part
    return list(groups.values())
