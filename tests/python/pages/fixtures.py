"""What tests of the report's pages begin with; a file that opens another run has its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser

from builds import Company
from pages.browser import Seen, started, tab


@pytest.fixture(scope="module")
def run(sample_company: Company) -> Path:
    """The published run, with its report."""
    return sample_company.marts.parent


@pytest.fixture(scope="module")
def marts(run: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Its marts."""
    with duckdb.connect(str(run / "marts.duckdb"), read_only=True) as con:
        yield con


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    with started() as one:
        yield one


@pytest.fixture
def seen(browser: Browser, run: Path) -> Iterator[Seen]:
    """A tab in which nothing may go wrong."""
    with tab(browser, run) as one:
        yield one
        assert one.troubles == []
