"""A random company, built by the warehouse and recomputed by the oracle, for every comparison."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from builds import Company
from engine import Engine
from oracle.compute import Basis, Knowledge, Result, compute
from oracle.described import NAMED_SEGMENTS, described
from oracle.generator import Shape, random_book, settings_for
from oracle.plans import Budget, random_budgets, write_budgets
from oracle.raw_files import write_raw
from oracle.rows import Book

# `make oracle` compares thousands of accounts, the ordinary run a part of them.
SHAPE = Shape(accounts=int(os.environ.get("ORACLE_ACCOUNTS", "500")), months=36)
SEED = 20230401


@dataclass(frozen=True)
class OracleCompany(Company):
    """One book, built by the warehouse and computed by the oracle."""

    book: Book
    result: Result
    budgets: list[Budget]


def make_company(folder: Path, engine: Engine) -> OracleCompany:
    """A company of at least 500 accounts over 36 months, on both bases."""
    book = described(random_book(SEED, SHAPE), SEED, SHAPE)
    settings = replace(settings_for(SHAPE), segments=NAMED_SEGMENTS)
    write_raw(book, folder / "raw", settings, shuffle_seed=SEED)
    budgets = random_budgets(SEED, SHAPE)
    write_budgets(budgets, folder / "raw")
    result = compute(book, settings, Knowledge(bases=frozenset(Basis)))
    built = engine.build(Company(folder / "raw", folder / "home"))
    return OracleCompany(built.raw, built.home, book, result, budgets)
