"""The default sample stays what it is, byte by byte: comparisons over time rest on it."""

from __future__ import annotations

import pytest

import default_sample

RENEW = (
    "the default sample has changed. If that is meant, run `python tests/python/default_sample.py` "
    "and say in CHANGELOG.md what changes and why. Changed: "
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> default_sample.Digests:
    """The digests of the sample that this code makes."""
    return default_sample.make(tmp_path_factory.mktemp("default") / "raw")


def differences(found: default_sample.Digests, wanted: default_sample.Digests, what: str) -> str:
    """The names whose digests differ, for one line."""
    names = sorted(found.keys() | wanted.keys())
    return ", ".join(
        name for name in names if found.get(name, {}).get(what) != wanted.get(name, {}).get(what)
    )


def test_the_default_sample_holds_the_same_rows(made: default_sample.Digests) -> None:
    changed = differences(made, default_sample.kept(), "content")
    assert not changed, RENEW + changed


def test_the_default_sample_has_the_same_bytes(made: default_sample.Digests) -> None:
    """Another release of DuckDB may write other bytes for equal rows; that is a renewal, too."""
    changed = differences(made, default_sample.kept(), "bytes")
    assert not changed, RENEW + changed


def test_a_changed_row_changes_the_digest_and_is_named(made: default_sample.Digests) -> None:
    wanted = default_sample.kept()
    other = {**wanted, "accounts": {**wanted["accounts"], "content": "another"}}
    assert differences(made, other, "content").split(", ")[:1] == ["accounts"]
    assert differences({}, {"accounts": wanted["accounts"]}, "bytes") == "accounts"
