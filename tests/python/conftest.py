"""A small sample company, built and published once for every test that only reads it."""

from __future__ import annotations

import os

import pytest

from builds import Company, build
from expansion_warehouse.sample import SampleOptions, write_sample
from oracle_company import OracleCompany, make_company

# Where a developer's own warehouse is must not decide what the tests see.
for variable in ("WAREHOUSE_HOME", "WAREHOUSE_RAW"):
    os.environ.pop(variable, None)


@pytest.fixture(scope="session")
def sample_company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The sample company at a small size, with every edge case in it."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(SampleOptions(target=folder / "raw", accounts=60, months=36, events=20_000))
    return build(folder / "raw", folder / "home")


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> OracleCompany:
    """The random company that the oracle has recomputed."""
    return make_company(tmp_path_factory.mktemp("company"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a build: the tests of a file, and those of the oracle."""
    for item in items:
        shares_company = "company" in getattr(item, "fixturenames", ())
        oracle = shares_company and item.path.stem.startswith("test_oracle")
        item.add_marker(pytest.mark.xdist_group("oracle" if oracle else item.path.stem))
