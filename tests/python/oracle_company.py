"""A random company, built by the warehouse and recomputed by the oracle, for every comparison."""

from dataclasses import dataclass
from pathlib import Path

from builds import Company
from engine import Engine
from oracle.compute import Basis, Knowledge, Result, compute
from oracle.generator import Shape, random_book, settings_for
from oracle.raw_files import write_raw
from oracle.rows import Book

SHAPE = Shape(accounts=500, months=36)
SEED = 20230401


@dataclass(frozen=True)
class OracleCompany(Company):
    """One book, built by the warehouse and computed by the oracle."""

    book: Book
    result: Result


def make_company(folder: Path, engine: Engine) -> OracleCompany:
    """A company of at least 500 accounts over 36 months, on both bases."""
    book, settings = random_book(SEED, SHAPE), settings_for(SHAPE)
    write_raw(book, folder / "raw", settings, shuffle_seed=SEED)
    result = compute(book, settings, Knowledge(bases=frozenset(Basis)))
    built = engine.build(Company(folder / "raw", folder / "home"))
    return OracleCompany(built.raw, built.home, book, result)
