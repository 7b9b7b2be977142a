"""Any small book, whatever happens in it: every cell of the ledger equals the oracle's.

Every example fills the raw tables and runs the compiled models, which takes a second instead of a
build. `PROPERTY_BOOKS=500 pytest tests/python/test_property_books.py` looks longer; a book that
fails is shrunk and printed, and belongs into `oracle/kept_books.py`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings

from builds import Company
from engine import Engine, Model, connect, run
from oracle.compute import Basis, Knowledge, compute
from oracle.kept_books import IN_PERIODS, KEPT
from oracle.raw_files import TABLES, write_raw
from oracle.rows import Account, Book, ContractLine, Product
from oracle.strategies import SETTINGS, small_books
from test_oracle_against_warehouse import MARTS, differences, mart_cells
from test_oracle_periods import COMPARISONS, Books

pytestmark = pytest.mark.slow

BOTH = Knowledge(bases=frozenset(Basis))
BOOKS = int(os.environ.get("PROPERTY_BOOKS", "5"))
PLAIN = Book(
    accounts=[Account("A")],
    products=[Product("P1"), Product("P2")],
    contract_lines=[ContractLine("L0", "A", "P1", unit_price=1, starts_on=SETTINGS.as_of_date)],
)


@dataclass(frozen=True)
class Ledger:
    """A database with every table in place, and the models of the ledger."""

    connection: duckdb.DuckDBPyConnection
    models: list[Model]
    periods: list[Model]

    def fill(self, book: Book) -> None:
        """Put the rows of a book where reading the raw folder would have put them."""
        for name, row_type in TABLES.items():
            known = {x[0] for x in self.connection.execute(f"describe raw.{name}").fetchall()}
            columns = [field.name for field in fields(row_type) if field.name in known]
            names = ", ".join([*columns, "_row_hash", "_row_json", "_source_file"])
            marks = ", ".join("?" * (len(columns) + 3))
            self.connection.execute(f"delete from raw.{name}")
            for row in map(asdict, getattr(book, name)):
                text = repr(row)
                values = [row[column] for column in columns]
                digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
                self.connection.execute(
                    f"insert into raw.{name} ({names}) values ({marks})",
                    [*values, digest, text, name],
                )

    def run(self) -> None:
        """Build every model."""
        run(self.connection, self.models)


@pytest.fixture(scope="module")
def ledger(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Everything under the settings of the small books."""
    folder = tmp_path_factory.mktemp("property")
    company = Company(folder / "raw", folder / "home")
    write_raw(PLAIN, company.raw, SETTINGS)
    engine.read(company)
    models = engine.models(company)
    with connect(company.database) as connection:
        yield Ledger(
            connection,
            models.behind(mart.name for mart in MARTS),
            models.behind(x.mart for x in COMPARISONS),
        )


def kept_examples(test: Any) -> Any:
    """The books of earlier disagreements, always first."""
    for book in KEPT.values():
        test = example(book=book)(test)
    return test


@kept_examples
@settings(
    max_examples=BOOKS,
    deadline=None,
    derandomize="PROPERTY_BOOKS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(book=small_books())
def test_any_small_book_equals_the_oracle(ledger: Ledger, book: Book) -> None:
    """Balances, movements, drivers, bridge and retention, on both bases."""
    ledger.fill(book)
    ledger.run()
    result = compute(book, SETTINGS, BOTH)
    for mart in MARTS:
        for basis in Basis:
            expected = mart.expected(result.bases[basis])
            found = mart_cells(ledger.connection, mart, basis)
            wrong = [x.text() for x in differences(expected, found, mart.columns)]
            assert not wrong, f"{mart.name} {basis.value}: {wrong[:5]}\n{book!r}"


@pytest.mark.parametrize("name", IN_PERIODS)
def test_periods_of_a_kept_book_equal_the_oracle(ledger: Ledger, name: str) -> None:
    """Fiscal periods, ARR and retention by product, on both bases."""
    ledger.fill(KEPT[name])
    run(ledger.connection, ledger.periods)
    result = compute(KEPT[name], SETTINGS, BOTH)
    for basis in Basis:
        books = Books(KEPT[name], result, basis)
        for x in COMPARISONS:
            found = x.found(ledger.connection, basis)
            wrong = [y.text() for y in differences(x.expected(books), found, x.columns)]
            assert not wrong, f"{x.mart} {basis.value}: {wrong[:5]}"


def test_the_compiled_models_see_the_book(ledger: Ledger) -> None:
    """An empty ledger would equal an empty oracle: one line of 100 makes 100 of MRR."""
    line = ContractLine("L0", "A", "P1", unit_price=100, starts_on=SETTINGS.as_of_date)
    ledger.fill(Book(PLAIN.accounts, PLAIN.products, contract_lines=[line]))
    ledger.run()
    found = ledger.connection.execute(
        "select basis, mrr from main.fct_mrr order by basis"
    ).fetchall()
    assert [(basis, int(mrr)) for basis, mrr in found] == [("as_reported", 100), ("restated", 100)]
