"""The exact numbers of the oracle: `fractions.Fraction`, compiled, as it adds millions of them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction
else:
    from quicktions import Fraction

__all__ = ["Fraction"]
