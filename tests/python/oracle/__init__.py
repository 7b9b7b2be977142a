"""An independent recomputation of the revenue ledger in exact arithmetic.

It is written from docs/specification alone, so that the warehouse and this package can only
agree by both being right. Standard library only; money and ratios are fractions, never floats.
"""

from oracle.compute import Basis, Knowledge, Result, compute
from oracle.rows import Book
from oracle.settings import Settings

__all__ = ["Basis", "Book", "Knowledge", "Result", "Settings", "compute"]
