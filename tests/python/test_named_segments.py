"""Segments that a company names: they add up, move by transfers, and live with other seals.

Expected numbers were worked out by hand. A1 pays 100 for app from January, 30 for help from
February, and 10 for its child K; A2 pays 50 for app, and from April 80 for help; A3 pays 40 for
help from February to April. A1 goes west on 15 March and from Ann to Bob on the first. A2 is said
on 10 February to be in the east, and on 20 May to be in the north since March.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import PROJECT, Company, ask, dbt
from engine import Engine, connect, failing, run
from expansion_warehouse.errors import BadInput
from expansion_warehouse.publish.closings import Said
from expansion_warehouse.publish.runs import Run
from expansion_warehouse.publish.seals import write_seal
from expansion_warehouse.raw.segments import require_known_segments
from expansion_warehouse.settings import SEGMENT_PARTS, Settings
from tiny_project import write_raw

BASE = (
    "as_of_date: 2025-06-30\nreporting_currency: JPY\nfiscal_year_start_month: 4\n"
    "business_timezone: UTC\n"
)
NAMED = BASE + "segments: [region, csm_owner, csm_owner x product]\n"
EARLIER = BASE + "segments: [zone]\n"
RAW = {
    "accounts": (
        "account_id,account_name,csm_owner,parent_account_id,effective_from\n"
        "A1,Alpha,Ann,,\nA1,Alpha,Bob,,2025-03-01\nA2,Beta,Ann,,\nA3,Gamma,,,\nK,Kid,Zoe,A1,\n"
    ),
    "products": "product_id\napp\nhelp\n",
    "plans": "plan_id,product_id,tier_rank\nstd,app,1\n",
    "contract_lines": (
        "contract_line_id,account_id,product_id,plan_id,charge_type,quantity,unit_price,"
        "billing_unit,currency,starts_on,ends_on\n"
        "L1,A1,app,std,recurring,1,100,month,JPY,2025-01-01,\n"
        "L2,A1,help,,recurring,1,30,month,JPY,2025-02-01,\n"
        "L3,K,app,std,recurring,1,10,month,JPY,2025-01-01,\n"
        "L4,A2,app,std,recurring,1,50,month,JPY,2025-01-01,\n"
        "L5,A2,help,,recurring,1,80,month,JPY,2025-04-01,\n"
        "L6,A3,help,,recurring,1,40,month,JPY,2025-02-01,2025-04-30\n"
    ),
    "account_attributes": (
        "account_id,attribute,value,valid_from,recorded_at\n"
        "A1,region,east,,\n"
        "A1,region,west,2025-03-15,2025-03-20 12:00:00\n"
        "A2,region,east,,2025-02-10 12:00:00\n"
        "A2,region,north,2025-03-01,2025-05-20 12:00:00\n"
        "K,region,south,,\n"
        "A1,zone,z1,,\nA2,zone,z2,,\n"
    ),
}
# Opening, movements but for transfers, transfer and closing of every segment and month.
REGIONS = {
    "restated": {
        ("2025-01", "east"): (0, 160, 0, 160),
        ("2025-02", "east"): (160, 30, 0, 190),
        ("2025-02", "unknown"): (0, 40, 0, 40),
        ("2025-03", "east"): (190, 0, -190, 0),
        ("2025-03", "north"): (0, 0, 50, 50),
        ("2025-03", "unknown"): (40, 0, 0, 40),
        ("2025-03", "west"): (0, 0, 140, 140),
        ("2025-04", "north"): (50, 80, 0, 130),
        ("2025-04", "unknown"): (40, 0, 0, 40),
        ("2025-04", "west"): (140, 0, 0, 140),
        ("2025-05", "north"): (130, 0, 0, 130),
        ("2025-05", "unknown"): (40, -40, 0, 0),
        ("2025-05", "west"): (140, 0, 0, 140),
        ("2025-06", "north"): (130, 0, 0, 130),
        ("2025-06", "west"): (140, 0, 0, 140),
    },
    # Nobody knew in January where A2 is, nor before the close of May that it had gone north.
    "as_reported": {
        ("2025-01", "east"): (0, 110, 0, 110),
        ("2025-01", "unknown"): (0, 50, 0, 50),
        ("2025-02", "east"): (110, 30, 50, 190),
        ("2025-02", "unknown"): (50, 40, -50, 40),
        ("2025-03", "east"): (190, 0, -140, 50),
        ("2025-03", "unknown"): (40, 0, 0, 40),
        ("2025-03", "west"): (0, 0, 140, 140),
        ("2025-04", "east"): (50, 80, 0, 130),
        ("2025-04", "unknown"): (40, 0, 0, 40),
        ("2025-04", "west"): (140, 0, 0, 140),
        ("2025-05", "east"): (130, 0, -130, 0),
        ("2025-05", "north"): (0, 0, 130, 130),
        ("2025-05", "unknown"): (40, -40, 0, 0),
        ("2025-05", "west"): (140, 0, 0, 140),
        ("2025-06", "north"): (130, 0, 0, 130),
        ("2025-06", "west"): (140, 0, 0, 140),
    },
}
# What A2 adds in April is its growth as a customer of app, which it was when April began.
OWNERS_BY_PRODUCT = {
    ("2025-01", "Ann × app"): (0, 160, 0, 160),
    ("2025-02", "Ann × app"): (160, 30, 0, 190),
    ("2025-02", "unknown × help"): (0, 40, 0, 40),
    ("2025-03", "Ann × app"): (190, 0, -140, 50),
    ("2025-03", "Bob × app"): (0, 0, 140, 140),
    ("2025-03", "unknown × help"): (40, 0, 0, 40),
    ("2025-04", "Ann × app"): (50, 80, -130, 0),
    ("2025-04", "Ann × help"): (0, 0, 130, 130),
    ("2025-04", "Bob × app"): (140, 0, 0, 140),
    ("2025-04", "unknown × help"): (40, 0, 0, 40),
    ("2025-05", "Ann × help"): (130, 0, 0, 130),
    ("2025-05", "Bob × app"): (140, 0, 0, 140),
    ("2025-05", "unknown × help"): (40, -40, 0, 0),
    ("2025-06", "Ann × help"): (130, 0, 0, 130),
    ("2025-06", "Bob × app"): (140, 0, 0, 140),
}
SEALED = ("2025-01", "2025-02", "2025-03")
KINDS = {"all", "plan_tier", "size_band", "industry", "country", "acquisition_channel"}


def write_book(raw: Path, settings: str, **changed: str) -> None:
    write_raw(raw, RAW | changed)
    (raw / "settings.yml").write_text(settings, encoding="utf-8")


def made(engine: Engine, company: Company) -> Company:
    """Every model, with the seals of the home."""
    engine.read(company)
    dbt(company, company.home, "run-operation", "register_sealed_months")
    compiled = engine.models(company)
    with connect(company.database) as connection:
        run(connection, compiled.models)
    return company


def broken(engine: Engine, company: Company) -> list[str]:
    with connect(company.database) as connection:
        return failing(connection, engine.tests(company).tests)


@pytest.fixture(scope="module")
def named(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The book with three named kinds and nothing sealed."""
    base = tmp_path_factory.mktemp("named")
    write_book(base / "raw", NAMED)
    return made(engine, Company(base / "raw", base / "home"))


@pytest.fixture(scope="module")
def seals(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seals of three months, made when only `zone` was named."""
    base = tmp_path_factory.mktemp("earlier")
    write_book(base / "raw", EARLIER)
    company = made(engine, Company(base / "raw", base / "home"))
    folder = base / "run"
    folder.mkdir()
    shutil.copy(company.database, folder / "marts.duckdb")
    manifest = {"as_of_date": "2025-06-30", "vars": Settings().as_vars()}
    for month in SEALED:
        write_seal(
            month=month,
            run=Run("R1", folder, manifest),
            database=company.database,
            closed=base / "closed",
            said=Said(datetime(2025, 7, 9, tzinfo=UTC), "Kim", "kim"),
        )
    return base / "closed"


def sealed_book(
    engine: Engine, base: Path, seals: Path, settings: str = NAMED, **changed: str
) -> Company:
    write_book(base / "raw", settings, **changed)
    company = Company(base / "raw", base / "home")
    shutil.copytree(seals, company.home / "closed")
    return made(engine, company)


def bridge(company: Company, segment_type: str, basis: str) -> dict[Any, Any]:
    rows = ask(
        company.database,
        "select strftime(month, '%Y-%m'), segment, opening_mrr, new_mrr + expansion_mrr "
        "+ contraction_mrr + churn_mrr + reactivation_mrr + fx_mrr + merge_mrr + prior_period_mrr, "
        f"segment_transfer_mrr, closing_mrr from kpi_mrr_bridge where basis = '{basis}' "
        f"and segment_type = '{segment_type}'",
    )
    return {(month, segment): tuple(map(int, rest)) for month, segment, *rest in rows}


@pytest.mark.slow
@pytest.mark.parametrize("basis", REGIONS)
def test_a_late_word_moves_a_closed_month_only_as_restated(named: Company, basis: str) -> None:
    assert bridge(named, "region", basis) == REGIONS[basis]
    assert bridge(named, "csm_owner x product", basis) == OWNERS_BY_PRODUCT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mart", "keys", "columns"),
    [
        (
            "kpi_mrr_bridge",
            "month, basis",
            "opening_mrr new_mrr expansion_mrr contraction_mrr churn_mrr reactivation_mrr fx_mrr "
            "merge_mrr prior_period_mrr segment_transfer_mrr closing_mrr paying_accounts "
            "new_accounts churned_accounts",
        ),
        (
            "kpi_nrr",
            "month, basis, retention_window",
            "opening_mrr expansion_mrr contraction_mrr churn_mrr closing_mrr kept_mrr "
            "opening_accounts retained_accounts",
        ),
        (
            "kpi_renewals",
            "month, basis",
            "expiring_terms expiring_mrr renewed_mrr lost_mrr open_mrr notice_mrr",
        ),
        ("kpi_unit_economics", "month, basis", "mrr paying_accounts"),
        ("kpi_upsell", "month, basis", "opening_accounts upsold_accounts proposals"),
        (
            "kpi_cohort_retention",
            "month, basis",
            "cohort_accounts cohort_mrr retained_accounts retained_mrr",
        ),
    ],
)
def test_every_kind_adds_up_to_the_company(
    named: Company, mart: str, keys: str, columns: str
) -> None:
    sums = ", ".join(f"sum({column})" for column in columns.split())
    found: dict[str, list[Any]] = {}
    for kind, *rest in ask(
        named.database, f"select segment_type, {keys}, {sums} from {mart} group by all order by all"
    ):
        found.setdefault(kind, []).append(rest)
    assert found.keys() == KINDS | {"region", "csm_owner", "csm_owner x product"}
    assert all(rows == found["all"] for rows in found.values())


@pytest.mark.slow
def test_no_data_test_stops_a_build_with_named_kinds(engine: Engine, named: Company) -> None:
    assert broken(engine, named) == []


@pytest.mark.slow
def test_few_accounts_of_a_named_segment_are_marked(named: Company) -> None:
    rows = ask(
        named.database,
        "select segment, opening_accounts, nrr, is_small_sample from kpi_nrr where basis = "
        "'restated' and segment_type = 'region' and retention_window = '3m' and month = "
        "'2025-06-01' order by segment",
    )
    # West and north as they stood at the end of March, when the window opened.
    assert rows == [
        ("north", 1, pytest.approx(2.6), True),
        ("unknown", 1, 0.0, True),
        ("west", 1, 1.0, True),
    ]


@pytest.mark.slow
def test_a_kind_that_seals_lack_opens_with_today_and_one_that_they_have_stays(
    engine: Engine, seals: Path, tmp_path: Path
) -> None:
    company = sealed_book(engine, tmp_path, seals)
    kinds = ask(
        company.database,
        "select strftime(month, '%Y-%m'), list(distinct segment_type) from kpi_mrr_bridge "
        "where basis = 'as_reported' group by month",
    )
    assert {month: set(found) - KINDS for month, found in kinds} == {
        month: {"zone"} if month in SEALED else {"region", "csm_owner", "csm_owner x product"}
        for month in ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06")
    }
    unsealed = {key: row for key, row in REGIONS["as_reported"].items() if key[0] not in SEALED}
    assert bridge(company, "region", "as_reported") == unsealed
    assert bridge(company, "region", "restated") == REGIONS["restated"]
    zones = {key: row[3] for key, row in bridge(company, "zone", "as_reported").items()}
    assert zones[("2025-03", "z1")] == 140 and zones[("2025-03", "unknown")] == 40
    assert ask(
        company.database, "select sum(changed_rows), sum(changed_lines) from fct_sealed_months"
    ) == [(0, 0)]
    assert broken(engine, company) == []


@pytest.mark.slow
def test_a_period_that_seals_enter_has_no_kind_that_one_of_its_months_lacks(
    engine: Engine, seals: Path, tmp_path: Path
) -> None:
    """Of the quarter from February on, two months are sealed with zones and one has regions."""
    february = NAMED.replace("fiscal_year_start_month: 4", "fiscal_year_start_month: 2")
    company = sealed_book(engine, tmp_path, seals, february)
    periods = ask(
        company.database,
        "select distinct segment_type, period_type, strftime(period, '%Y-%m') "
        "from kpi_mrr_bridge_periods where basis = 'as_reported' "
        "and segment_type in ('region', 'zone') order by all",
    )
    assert periods == [
        ("region", "quarter", "2025-05"),
        ("zone", "half", "2024-08"),
        ("zone", "quarter", "2024-11"),
        ("zone", "year", "2024-02"),
    ]
    assert broken(engine, company) == []


@pytest.mark.slow
def test_an_account_that_only_a_seal_has_is_unknown_in_a_kind_that_it_lacks(
    engine: Engine, seals: Path, tmp_path: Path
) -> None:
    """A2 was deleted without a trace: what it paid leaves by the news of April."""
    gone = {
        name: "".join(
            line for line in text.splitlines(keepends=True) if not {"A2"} & set(line.split(","))
        )
        for name, text in RAW.items()
    }
    company = sealed_book(engine, tmp_path, seals, **gone)
    april = {
        segment: row
        for (month, segment), row in bridge(company, "region", "as_reported").items()
        if month == "2025-04"
    }
    # 50 of A2 and 40 of A3 open in unknown; those of A2 go.
    assert april == {"unknown": (90, -50, 0, 40), "west": (140, 0, 0, 140)}
    assert broken(engine, company) == []


# ---- names ----


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A registered raw folder with two attributes, and one in a row that was refused."""
    with duckdb.connect(str(tmp_path / "build.duckdb")) as con:
        con.execute(
            "create schema raw; create table raw.account_attributes as from (values "
            "('region', null), ('partner tier', null), ('bad', 'bad_value')) "
            "as t(attribute, _reject_reason)"
        )
    return tmp_path / "build.duckdb"


def test_names_that_accounts_have_are_known(database: Path) -> None:
    known = ["region", "csm_owner", "plan  x  partner tier", "industry x product", "currency"]
    require_known_segments(database, known, "--vars")
    require_known_segments(database.parent / "none.duckdb", [], "--vars")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("regoin", "no account has an attribute 'regoin' (did you mean 'region'?)"),
        ("plan x Region", "no account has an attribute 'Region' (did you mean 'region'?)"),
        ("bad", "no account has an attribute 'bad' (known: size_band, industry, country, "),
        ("all", "no account has an attribute 'all' ("),
    ],
)
def test_a_name_that_nobody_has_is_refused_with_the_nearest(
    database: Path, name: str, said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        require_known_segments(database, ["product", name], "raw/settings.yml")
    assert str(refused.value).startswith(f"raw/settings.yml: segments: {said}")


def test_the_command_and_the_models_know_the_same_parts() -> None:
    text = (PROJECT / "macros" / "rules" / "segments.sql").read_text(encoding="utf-8")
    lists = text.partition("macro segment_sources")[2].partition("endmacro")[0]
    quoted = [word for word in lists.split("'")[1::2] if word not in ("account", "tier", "largest")]
    assert quoted == list(SEGMENT_PARTS)


def test_two_values_can_be_told_apart_again() -> None:
    """The one × that is not doubled stands between them."""
    values = ["a", "×", "a ×", "× b", " × ", "××"]
    texts = {f"{x.replace('×', '××')} × {y.replace('×', '××')}" for x in values for y in values}
    assert len(texts) == len(values) ** 2
