"""`warehouse fit`: weights from the past, judged on later months, and what is written of them."""

from __future__ import annotations

import dataclasses
import random
import shutil
import sys
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from builds import PROJECT, Company, ask, warehouse
from engine import Engine, connect, failing, run
from expansion_warehouse.cli import app
from expansion_warehouse.commands.fit import FitOptions, Fitted, run_fit
from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.environment import Places
from expansion_warehouse.errors import BadInput
from expansion_warehouse.fit.book import Book, Row, read_book
from expansion_warehouse.fit.estimate import NO_SCORE, auc, estimate, in_parts, interval, scores
from expansion_warehouse.fit.judge import Fit, fit_and_judge, group_of
from expansion_warehouse.fit.report import report
from expansion_warehouse.fit.version import components_of, new_version

COMPONENTS = ("login_frequency", "key_features", "support_burden", "nps")
MONTHS = [date(2023 + number // 12, number % 12 + 1, 1) for number in range(24)]
RULES = {"min_events": "30", "auc_floor": "0.5", "interval_share": "0.95"}
NAN = float("nan")

Chance = Callable[[dict[str, Decimal]], float]


def by_nps(points: dict[str, Decimal]) -> float:
    """NPS alone decides who leaves."""
    return 0.4 if points.get("nps", 50) < 40 else 0.02


def by_chance(points: dict[str, Decimal]) -> float:
    return 0.1


def made_book(chance: Chance, accounts: int = 120, missing: float = 0.1) -> Book:
    """A book of 24 months in which `chance` says how likely an account with its points is lost."""
    draw = random.Random(11)
    rows = []
    for account in range(accounts):
        for month, after in pairwise([*MONTHS, date(2025, 1, 1)]):
            points = {
                name: Decimal(draw.randint(0, 1000)) / 10
                for name in COMPONENTS
                if draw.random() >= missing or name == "key_features"
            }
            lost = draw.random() < chance(points)
            end = after - timedelta(days=1)
            first_loss = end + timedelta(days=30) if lost else None
            until = end + timedelta(days=90)
            rows.append(Row(month, end, f"A{account}", until, lost, first_loss, points))
    draws = [
        {f"A{account}": draw.choice((0, 1, 1, 2)) for account in range(accounts)} for _ in range(99)
    ]
    return Book(
        horizon=90,
        rows=rows,
        version="v1",
        weights=dict.fromkeys(COMPONENTS, Decimal("0.25")),
        last_month=date(2025, 3, 1),
        last_day=date(2025, 3, 31),
        rules={name: Decimal(value) for name, value in RULES.items()},
        draws=draws,
    )


def fitted(book: Book) -> Fit:
    return fit_and_judge(book, COMPONENTS)


def with_outcomes(book: Book, chosen: Callable[[Row], bool]) -> Book:
    """The book with the opposite outcome in the chosen rows."""
    rows = [
        dataclasses.replace(
            row,
            is_lost=not row.is_lost,
            first_loss_on=None if row.is_lost else row.followed_until,
        )
        if chosen(row)
        else row
        for row in book.rows
    ]
    return dataclasses.replace(book, rows=rows)


# ---- estimate and judgement ----


def test_the_component_that_decides_gets_nearly_all_the_weight() -> None:
    found = fitted(made_book(by_nps))
    assert found.verdict == "signal"
    assert found.weights["nps"] >= 90
    assert sum(found.weights.values()) == 100
    assert min(found.weights.values()) >= 0
    assert found.difference is not None and found.difference.low > 0
    assert found.fitted_auc is not None and found.fitted_auc.value > 0.75


def test_noise_is_no_signal() -> None:
    found = fitted(made_book(by_chance))
    assert found.training.losses >= 30
    assert found.verdict == "no_signal"


def test_too_few_losses_are_no_signal() -> None:
    found = fitted(made_book(lambda points: 0.02 if points.get("nps", 50) < 30 else 0))
    assert found.verdict == "no_signal"
    assert "fewer than 30" in found.reason
    assert found.estimated is None


def test_an_empty_book_is_no_signal() -> None:
    found = fitted(dataclasses.replace(made_book(by_nps), rows=[]))
    assert found.reason == "0 losses before the judged months, fewer than 30"


def test_a_component_that_speaks_for_a_loss_weighs_nothing() -> None:
    """Logins fall where NPS rises: they are high where customers leave."""
    book = made_book(by_nps, missing=0)
    rows = [
        dataclasses.replace(row, points={**row.points, "login_frequency": 90 - row.points["nps"]})
        for row in book.rows
    ]
    turned = fitted(dataclasses.replace(book, rows=rows))
    assert turned.weights["login_frequency"] == 0
    assert turned.estimated is not None
    assert turned.estimated.free[COMPONENTS.index("login_frequency")] < 0


def test_a_component_without_data_weighs_nothing() -> None:
    book = made_book(by_nps)
    rows = [
        dataclasses.replace(
            row, points={name: row.points[name] for name in row.points if name != "support_burden"}
        )
        for row in book.rows
    ]
    assert fitted(dataclasses.replace(book, rows=rows)).weights["support_burden"] == 0


def test_training_knows_nothing_of_what_came_after_its_window() -> None:
    book = made_book(by_nps)
    before = fitted(book)
    assert before.outcomes_until == date(2024, 5, 31)
    assert before.training.last_month == date(2024, 2, 1)
    until = before.outcomes_until
    later = with_outcomes(book, lambda row: row.followed_until > until)
    after = fitted(later)
    assert after.estimated == before.estimated
    assert after.by_group == before.by_group
    assert after.fitted_auc != before.fitted_auc


def test_an_account_is_judged_by_the_others() -> None:
    book = made_book(by_nps)
    before = fitted(book)
    until = before.outcomes_until
    assert until is not None
    mine = with_outcomes(book, lambda row: group_of(row.payer) == 2 and row.followed_until <= until)
    after = fitted(mine)
    changed = [new != old for new, old in zip(after.by_group, before.by_group, strict=True)]
    assert changed[2] is False
    assert all(changed[:2] + changed[3:])


def test_the_same_book_gives_the_same_fit_in_any_order() -> None:
    book = made_book(by_nps)
    shuffled = list(book.rows)
    random.Random(3).shuffle(shuffled)
    first, again = fitted(book), fitted(dataclasses.replace(book, rows=shuffled))
    assert first.weights == again.weights
    assert first.fitted_auc == again.fitted_auc
    assert fitted(book) == first


def test_a_missing_component_stands_where_the_others_are() -> None:
    """Rows without a component, or with it at the score of the rest, are the same rows."""
    draw = random.Random(5)
    full = np.array([[draw.uniform(0, 100) for _ in range(2)] for _ in range(400)])
    lost = np.array([draw.random() < (0.5 if row[0] < 40 else 0.1) for row in full])
    holes = full.copy()
    holes[::4, 1] = NAN
    start = np.array([0.5, 0.5])
    with_holes = estimate(holes, lost, start)
    filled = full.copy()
    # Of two components, what is missing stands at the other one.
    filled[::4, 1] = full[::4, 0]
    without = estimate(filled, lost, start)
    assert with_holes is not None and without is not None
    assert with_holes.weights == without.weights


def test_weights_are_hundredths_by_the_largest_remainder() -> None:
    assert in_parts(np.array([1.0, 1.0, 1.0])) == (34, 33, 33)
    assert in_parts(np.array([0.0, 2.0])) == (0, 100)
    assert in_parts(np.array([0.125, 0.375, 0.5])) == (13, 37, 50)


def test_scores_weigh_out_what_is_missing() -> None:
    """The example of specification/health.md#3.2, and nothing that has weight."""
    points = np.array([[80, 60, 90, 50, NAN], [NAN, NAN, NAN, NAN, NAN]])
    weights = np.array([0.20, 0.15, 0.25, 0.20, 0.20])
    assert list(scores(points, weights)) == [719, NO_SCORE]


def test_the_ends_of_an_interval_are_values_that_occurred() -> None:
    assert interval([float(number) for number in range(1, 400)], 0.95) == (10.0, 390.0)
    assert interval([], 0.95) is None


def test_auc_is_that_of_scikit_learn() -> None:
    draw = random.Random(9)
    scored = np.array([draw.randint(0, 60) for _ in range(500)])
    lost = np.array([draw.random() < 0.3 for _ in range(500)])
    times = np.array([draw.choice((0.0, 1.0, 2.0)) for _ in range(500)])
    for counted in (None, times):
        expected = roc_auc_score(~lost, scored, sample_weight=counted)
        assert auc(lost, scored, counted) == pytest.approx(expected, abs=1e-12)
    assert auc(np.zeros(500, dtype=bool), scored) is None


# ---- the command on a published company ----


@pytest.fixture(scope="module")
def home(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small company's home, in which losses follow a low NPS."""
    copied = tmp_path_factory.mktemp("fit") / "home"
    shutil.copytree(sample_company.home, copied, symlinks=True)
    with duckdb.connect(str(copied / "build.duckdb")) as con:
        con.execute(
            """
            update intermediate.int_backtest_outcomes as outcomes
            set is_lost = points.points < 75,
                first_loss_on = case when points.points < 75 then last_day(outcomes.month) + 30 end
            from intermediate.int_health_points as points
            where points.account_id = outcomes.account_id and points.month = outcomes.month
                and points.component = 'nps' and points.is_present
            """
        )
    return copied


def fit_in(home: Path, to: Path, **options: object) -> Fitted:
    places = Places(project=PROJECT, home=home, raw=home / "raw")
    return run_fit(FitOptions(places=places, to=to, **options))  # type: ignore[arg-type]


def points_of(book: Book) -> np.ndarray[Any, np.dtype[Any]]:
    return np.array(
        [[float(row.points.get(name, NAN)) for name in COMPONENTS] for row in book.rows]
    )


def test_scores_are_those_that_are_published(sample_company: Company) -> None:
    with open_read_only(sample_company.database) as con:
        book = read_book(con, 90)
    weights = np.array([float(book.weights[name]) for name in COMPONENTS])
    published = ask(
        sample_company.database,
        "select cast(10 * health_score as integer) from intermediate.int_backtest_rows "
        "where horizon_days = 90 and health_score is not null order by account_id, month",
    )
    assert components_of(PROJECT / "seeds", book) == list(COMPONENTS)
    assert len(published) > 500
    found = scores(points_of(book), weights)
    assert [int(tenths) for tenths in found] == [tenths for (tenths,) in published]


def test_the_small_company_has_too_few_losses(sample_company: Company, tmp_path: Path) -> None:
    done = warehouse("fit", "--home", str(sample_company.home), "--to", str(tmp_path / "new"))
    assert done.returncode == 4
    assert "error: no signal: " in done.stderr
    assert "**No signal:**" in done.stdout
    assert not (tmp_path / "new").exists()


def test_what_is_written_is_accepted_and_used(
    home: Path, engine: Engine, sample_company: Company, tmp_path: Path
) -> None:
    done = fit_in(home, tmp_path / "new")
    assert done.files == ["README.md", "health_versions.csv", "health_weights.csv"]
    assert done.fit.weights["nps"] > sum(done.fit.weights.values()) / 2
    for name in done.files[1:]:
        old = (PROJECT / "seeds" / name).read_text(encoding="utf-8")
        assert (tmp_path / "new" / name).read_text(encoding="utf-8").startswith(old)
    assert (tmp_path / "new" / "README.md").read_text(encoding="utf-8") == done.page

    committed = Company(sample_company.raw, tmp_path / "home")
    committed.home.mkdir()
    shutil.copy(home / "build.duckdb", committed.home)
    before = published_scores(committed), backtest(committed, "v1")
    models = engine.models(committed)
    wanted = {model.name for model in models.from_("int_health_version_bases")}
    behind = models.behind(["kpi_health_backtest", "kpi_health_calibration", "fct_health_scores"])
    tests = [
        test
        for test in engine.tests(committed).tests
        if "health_versions" in test.name or "health_weights" in test.name
    ]
    assert len(tests) > 5
    with connect(committed.database) as con:
        for name in ("health_versions", "health_weights"):
            file = tmp_path / "new" / f"{name}.csv"
            con.execute(f"delete from rules.{name}")
            con.execute(f"insert into rules.{name} from read_csv('{file}', all_varchar = true)")
        run(con, [model for model in behind if model.name in wanted])
        assert failing(con, tests) == []
        con.execute("update rules.health_weights set weight = weight + 0.01 where version = 'v2'")
        assert failing(con, tests) != []
    assert (published_scores(committed), backtest(committed, "v1")) == before
    with open_read_only(committed.database) as con:
        book = read_book(con, 90)
    lost = np.array([row.is_lost for row in book.rows])
    assert done.fit.estimated is not None
    found = scores(points_of(book), done.fit.estimated.shares)
    scored = found != NO_SCORE
    expected = roc_auc_score(~lost[scored], found[scored])
    [(accounts, learned)] = [row[2:] for row in backtest(committed, "v2") if row[0] == 90]
    assert accounts == scored.sum() > 500
    assert learned == pytest.approx(expected, abs=1e-12)


def published_scores(company: Company) -> list[tuple[object, ...]]:
    return ask(company.database, "from fct_health_scores order by all")


def backtest(company: Company, version: str) -> list[tuple[object, ...]]:
    return ask(
        company.database,
        "select horizon_days, bucket_type, accounts, auc from kpi_health_backtest "
        f"where score_version = '{version}' and bucket_type = 'all' order by horizon_days",
    )


def test_the_same_run_writes_the_same_bytes(home: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        fit_in(home, tmp_path / name, valid_from="2027-01-01", name="spring", horizon=180)
    for file in ("health_versions.csv", "health_weights.csv", "README.md"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    versions = (tmp_path / "a" / "health_versions.csv").read_text(encoding="utf-8")
    assert versions.splitlines()[-1].startswith("spring,2027-01-01,v1,")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"horizon": 91}, r"unknown horizon 91 \(known: 90, 180\)"),
        ({"name": "v1"}, "version v1 is stated already: name another with --name"),
        ({"name": "a b"}, "'a b' is no name of a version: write letters, digits"),
        ({"valid_from": "soon"}, r"--valid-from: 'soon' is not a date \(YYYY-MM-DD\)"),
        ({"valid_from": "2026-05-01"}, "--valid-from must be after 2026-06-30, not 2026-05-01"),
    ],
)
def test_options_that_are_refused(
    home: Path, tmp_path: Path, options: dict[str, object], line: str
) -> None:
    with pytest.raises(BadInput, match=line):
        fit_in(home, tmp_path / "new", **options)
    assert not (tmp_path / "new").exists()


def test_folders_that_are_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="is a file, not a folder"):
        fit_in(home, tmp_path / "file")
    with pytest.raises(BadInput, match="is not empty: a fit writes into a folder of its own"):
        fit_in(home, tmp_path)
    with pytest.raises(BadInput, match="is where the project's own seeds are: name another folder"):
        fit_in(home, PROJECT / "seeds" / "new")


def test_homes_that_are_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing is published in"):
        fit_in(tmp_path, tmp_path / "new")
    other = tmp_path / "home"
    shutil.copytree(home, other, symlinks=True)
    with duckdb.connect(str(other / "build.duckdb")) as con:
        con.execute("delete from rules.health_backtest_horizons where horizon_days = 180")
        con.execute("delete from kpi_health_backtest where horizon_days = 180")
    with pytest.raises(BadInput, match="the last build is not the published run"):
        fit_in(other, tmp_path / "new")
    (other / "build.duckdb").unlink()
    with pytest.raises(BadInput, match="there is no build database"):
        fit_in(other, tmp_path / "new")


def test_a_build_without_a_score_is_refused() -> None:
    with (
        duckdb.connect() as con,
        pytest.raises(BadInput, match="the last build has no health score to fit"),
    ):
        read_book(con, None)


def test_a_book_before_every_version_is_refused(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "build.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "build.duckdb")) as con:
        con.execute("update intermediate.int_health_versions set valid_from = date '2100-01-01'")
    with (
        open_read_only(tmp_path / "build.duckdb") as con,
        pytest.raises(BadInput, match="no version of the health score is valid in the last month"),
    ):
        read_book(con, None)


def seeds_with(folder: Path, versions: Iterable[str]) -> Path:
    shutil.copytree(PROJECT / "seeds", folder / "seeds")
    with (folder / "seeds" / "health_versions.csv").open("a", encoding="utf-8") as lines:
        lines.writelines(f"{version}\n" for version in versions)
    return folder / "seeds"


def test_a_version_builds_on_the_nearest_with_rules_of_its_own(tmp_path: Path) -> None:
    seeds = seeds_with(tmp_path, ["v2,2024-01-01,v1,,", "v9,2025-04-01,v2,,", "watched,,v1,,"])
    book = dataclasses.replace(made_book(by_nps), version="v9")
    version = new_version(seeds, book, None, date(2025, 5, 1))
    assert (version.name, version.base) == ("v10", "v1")
    with pytest.raises(BadInput, match="version v9 is valid from 2025-04-01 already"):
        new_version(seeds, book, None, None)
    (seeds / "health_rules.csv").unlink()
    with pytest.raises(BadInput, match="the project has no seed"):
        new_version(seeds, book, None, date(2025, 5, 1))


def test_the_report_says_which_side_the_difference_lies_on(tmp_path: Path) -> None:
    found = fitted(made_book(by_nps))
    version = new_version(PROJECT / "seeds", made_book(by_nps), None, None)
    assert found.difference is not None
    for low, high, words in (
        (0.1, 0.2, "are better"),
        (-0.2, -0.1, "are worse"),
        (-0.1, 0.1, "not"),
    ):
        ends = dataclasses.replace(found.difference, low=low, high=high)
        page = report(dataclasses.replace(found, difference=ends), version, "RUN")
        assert page.splitlines()[2].startswith("**Signal**")
        assert words in page.splitlines()[2]


def test_without_scikit_learn_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(SystemExit) as ended:
        app(["fit", "--to", str(tmp_path / "new")])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "`warehouse fit` needs scikit-learn: install the extra `fit`" in said
