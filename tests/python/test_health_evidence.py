"""Whether health score and product pairs keep their promise: a company whose truth is known."""

from __future__ import annotations

import random
import shutil
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from sklearn.metrics import roc_auc_score

from builds import Company, ask
from engine import Engine, connect, run
from expansion_warehouse.sample import SampleOptions, write_sample

pytestmark = pytest.mark.slow

HORIZONS = (90, 180)


@pytest.fixture(scope="module")
def company(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The sample company at its own size: enough customers for some dozens of them to leave."""
    folder = tmp_path_factory.mktemp("evidence")
    found = Company(folder / "raw", folder / "home")
    write_sample(SampleOptions(target=found.raw))
    marts = ("kpi_health_backtest", "kpi_red_reasons", "fct_health_scores", "kpi_product_affinity")
    return engine.build(found, marts)


@pytest.fixture(scope="module")
def flat_company(
    engine: Engine, company: Company, tmp_path_factory: pytest.TempPathFactory
) -> Company:
    """The same company at flat prices: one unit of each line, at what all cost."""
    folder = tmp_path_factory.mktemp("flat")
    shutil.copytree(company.raw, folder / "raw", ignore=shutil.ignore_patterns("hidden_truth"))
    amount = "cast({} as decimal(18, 4))"
    price = f"{amount.format('unit_price')} * abs({amount.format('quantity')})"
    queries = {
        "contract_lines": (
            f"select * replace (cast(sign({amount.format('quantity')}) as varchar) as quantity, "
            f"cast({price} as varchar) as unit_price), 'flat' as unit from '{{file}}'"
        ),
        "plans": (
            "select * replace (cast(null as integer) as seat_limit), 'flat' as unit from '{file}'"
        ),
        "usage_meters": "select * from '{file}' where meter <> 'seats'",
    }
    with connect(folder / "rewritten.duckdb") as connection:
        for table, query in queries.items():
            file = folder / "raw" / f"{table}.parquet"
            connection.execute(f"create table {table} as {query.format(file=file)}")
            connection.execute(f"copy {table} to '{file}' (format parquet)")
    found = Company(folder / "raw", folder / "home")
    return engine.build(found, ("kpi_health_backtest", "fct_health_scores"))


def exact_auc(rows: Iterable[tuple[float, bool]]) -> float:
    """Share of pairs in which the lost one has the lower score, ties half."""
    rows = list(rows)
    lost = sorted(score for score, is_lost in rows if is_lost)
    twice_the_hits = pairs = 0
    for score, is_lost in rows:
        if not is_lost:
            twice_the_hits += bisect_left(lost, score) + bisect_right(lost, score)
            pairs += len(lost)
    return twice_the_hits / (2 * pairs)


def scored_rows(company: Company, horizon: int) -> list[tuple[str, float, bool]]:
    """Account, score and outcome of every account-month that was followed."""
    found = ask(
        company.database,
        "select paying_account_id, health_score, is_lost from intermediate.int_backtest_rows "
        f"where horizon_days = {horizon} and health_score is not null order by all",
    )
    return [(str(account), float(str(score)), bool(lost)) for account, score, lost in found]


def published(company: Company, horizon: int) -> dict[str, object]:
    """The row that holds the verdict."""
    columns = "auc, auc_low, auc_high, events, is_monotone, worst_decile_lift, verdict, is_accepted"
    [row] = ask(
        company.database,
        f"select {columns} from main.kpi_health_backtest "
        f"where bucket_type = 'all' and horizon_days = {horizon}",
    )
    return dict(zip(columns.split(", "), row, strict=True))


def resampled_interval(rows: Sequence[tuple[str, float, bool]]) -> tuple[float, float]:
    """A textbook bootstrap that draws accounts with replacement."""
    chance = random.Random(7)
    by_account: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for account, score, lost in rows:
        by_account[account].append((score, lost))
    accounts = sorted(by_account)
    values = []
    for _ in range(300):
        drawn = Counter(chance.choices(accounts, k=len(accounts)))
        values.append(
            exact_auc(row for name, times in drawn.items() for row in by_account[name] * times)
        )
    values.sort()
    return values[7], values[-8]


@pytest.mark.parametrize("horizon", HORIZONS)
def test_the_score_has_a_signal_and_its_auc_is_exact(company: Company, horizon: int) -> None:
    found = published(company, horizon)
    rows = scored_rows(company, horizon)
    assert found["auc"] == exact_auc((score, lost) for _, score, lost in rows)
    learned = roc_auc_score([not lost for *_, lost in rows], [score for _, score, _ in rows])
    assert found["auc"] == pytest.approx(learned, abs=1e-12)
    assert found["verdict"] == "signal"


def test_the_bands_are_in_order_and_reach_their_targets(company: Company) -> None:
    found = published(company, 90)
    assert found["is_monotone"] is True
    assert found["is_accepted"] is True


def test_every_reason_for_red_is_worth_it(company: Company) -> None:
    """Within the quarter that health is built for; a reason nobody was red for proves nothing."""
    found = ask(
        company.database,
        "select reason, red_rows, losses, base_rows, base_losses, alone_rows, alone_losses "
        "from main.kpi_red_reasons where horizon_days = 90 order by reason",
    )
    assert [row[0] for row in found] == [
        "cancel_notice",
        "past_due",
        "score",
        "score_drop",
        "severity_1_open",
    ]
    for reason, rows, losses, base_rows, base_losses, alone, alone_losses in found:
        if rows:
            assert losses * base_rows >= 3 * rows * base_losses, reason
        if reason == "score_drop":
            assert alone_losses * base_rows >= 3 * alone * base_losses > 0


def test_the_red_list_is_the_sum_of_its_reasons(company: Company) -> None:
    """Counted once more, from what the marts publish and what became of it."""
    recounted = ask(
        company.database,
        """
        with red as (
            select
                scores.state_band is not distinct from 'red' as score,
                coalesce(scores.override_reason, '') as overrides,
                outcomes.is_lost
            from main.fct_health_scores as scores
            inner join intermediate.int_backtest_outcomes as outcomes
                on scores.account_id = outcomes.account_id and scores.month = outcomes.month
            where outcomes.horizon_days = 90 and scores.health_band <> 'onboarding'
        )
        select 'score', count(*), count(*) filter (where is_lost) from red where score
        union all
        select 'score_drop', count(*), count(*) filter (where is_lost)
        from red where list_contains(string_split(overrides, '|'), 'score_drop')
        union all
        select 'base', count(*), count(*) filter (where is_lost) from red
        order by 1
        """,
    )
    published_counts = ask(
        company.database,
        "select 'base', max(base_rows), max(base_losses) "
        "from main.kpi_red_reasons where horizon_days = 90 "
        "union all select reason, red_rows, losses from main.kpi_red_reasons "
        "where horizon_days = 90 and reason in ('score', 'score_drop') order by 1",
    )
    assert recounted == published_counts


def test_a_company_without_seats_is_scored_and_the_score_has_a_signal(
    flat_company: Company,
) -> None:
    [(measured,)] = ask(
        flat_company.database,
        "select count(*) from intermediate.int_health_population where seats > 0",
    )
    assert measured == 0
    [(rows, scored)] = ask(
        flat_company.database, "select count(*), count(health_score) from main.fct_health_scores"
    )
    assert scored >= 0.9 * rows > 3000
    for horizon in HORIZONS:
        found = published(flat_company, horizon)
        assert found["verdict"] == "signal"
        assert float(str(found["auc_low"])) > 0.5
        assert found["auc"] == exact_auc(
            (score, lost) for _, score, lost in scored_rows(flat_company, horizon)
        )


@pytest.mark.parametrize("horizon", HORIZONS)
def test_the_interval_is_that_of_a_textbook_bootstrap(company: Company, horizon: int) -> None:
    found = published(company, horizon)
    low, high = resampled_interval(scored_rows(company, horizon))
    assert float(str(found["auc_low"])) == pytest.approx(low, abs=0.02)
    assert float(str(found["auc_high"])) == pytest.approx(high, abs=0.02)


def test_the_score_foretells_the_hidden_truth(company: Company) -> None:
    truth = company.raw / "hidden_truth" / "accounts.parquet"
    rows = ask(
        company.database,
        f"""
        with followed as (
            select month, last_day(month) as month_end
            from intermediate.int_months
            where last_day(month) + 90 <= date '2026-06-30'
        )
        select
            scores.health_score,
            coalesce(truth.true_churn_on - month_end between 1 and 90, false)
            or coalesce(truth.second_churn_on - month_end between 1 and 90, false)
        from main.fct_health_scores as scores
        inner join followed on scores.month = followed.month
        inner join '{truth}' as truth on scores.account_id = truth.account_id
        where scores.health_score is not null
        """,
    )
    assert sum(bool(lost) for _, lost in rows) >= 30
    assert exact_auc((float(str(score)), bool(lost)) for score, lost in rows) >= 0.75


def test_permuted_outcomes_carry_no_signal(
    engine: Engine, company: Company, tmp_path: Path
) -> None:
    """In every month each account gets the outcome of another one, the same one in all months."""
    permuted = Company(company.raw, tmp_path / "home")
    permuted.home.mkdir()
    shutil.copy(company.home / "build.duckdb", permuted.home)
    with connect(permuted.database) as connection:
        connection.execute(
            """
            create or replace table intermediate.int_backtest_outcomes as
            with placed as (
                select
                    *,
                    row_number() over (same_months order by account_id) as place,
                    row_number() over (same_months order by md5('permuted' || account_id)) as drawn
                from intermediate.int_backtest_outcomes
                window same_months as (partition by month, horizon_days)
            )
            select
                mine.account_id, mine.month, mine.horizon_days, mine.paying_account_id,
                other.first_loss_on, other.is_lost, other.is_churned, other.is_upsold
            from placed as mine
            inner join placed as other
                on mine.month = other.month and mine.horizon_days = other.horizon_days
                and mine.place = other.drawn
            """
        )
        run(connection, engine.models(company).from_("int_backtest_rows"))
    for horizon in HORIZONS:
        assert published(permuted, horizon)["verdict"] == "no_signal"


def test_the_hidden_product_pairs_are_found_and_no_others(company: Company) -> None:
    truth = company.raw / "hidden_truth" / "products.parquet"
    hidden = ask(
        company.database,
        "select product_id, other_product_id "
        f"from '{truth}' where relation = 'belongs_together' order by all",
    )
    found = ask(
        company.database,
        "select antecedent, consequent from main.kpi_product_affinity where is_rule "
        "and month = (select max(month) from main.kpi_product_affinity) order by all",
    )
    assert len(hidden) == 2
    assert found == hidden
