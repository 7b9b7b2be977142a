"""Pieces of a line that several others have taken over."""

from dataclasses import dataclass
from fractions import Fraction

from oracle.money import round_half_away

ZERO, ONE = Fraction(0), Fraction(1)
SHARE_DIGITS = 10


@dataclass(frozen=True, order=True)
class Part:
    """A piece of a line, from one fraction of it to another."""

    first: Fraction = ZERO
    last: Fraction = ONE

    def within(self, outer: "Part") -> "Part":
        """This piece of another piece."""
        ends = (outer.first + (outer.last - outer.first) * x for x in (self.first, self.last))
        return Part(*(round_half_away(x, SHARE_DIGITS) for x in ends))


WHOLE = Part()
