"""`warehouse sample`: equal bytes, the raw contract, every edge case, a believable truth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from expansion_warehouse import cli, sample
from expansion_warehouse.errors import BadInput
from expansion_warehouse.sample import SampleOptions, SampleSummary, company, write_sample
from expansion_warehouse.sample.edge_cases import (
    CASES,
    GUARDS,
    LAST_CASE,
    LEFT_OUT,
    count_accounts,
)

PROJECT = Path(__file__).parents[2]

# The raw contract as its page states it, written here a second time on purpose.
CONTRACT = {
    "accounts": "account_id account_name parent_account_id merged_into_account_id merged_on "
    "industry size_band employee_count country acquisition_channel membership_tier csm_owner "
    "sales_owner created_on went_live_on fiscal_year_end_month do_not_contact is_internal "
    "effective_from recorded_at",
    "products": "product_id product_name product_family parent_product_id requires_product_id "
    "successor_product_id gross_margin_rate available_from",
    "plans": "plan_id product_id plan_name tier_rank list_price_per_seat_month currency seat_limit "
    "storage_gb_limit api_call_limit is_public",
    "plan_features": "plan_id feature_key is_key_feature",
    "contract_lines": "contract_line_id contract_id account_id product_id plan_id charge_type "
    "quantity unit_price discount_rate billing_unit billing_interval currency tax_rate "
    "is_tax_inclusive starts_on ends_on signed_on cancel_notice_on terminated_on status "
    "replaces_line_id parent_line_id end_customer_account_id is_trial is_deleted effective_from "
    "recorded_at",
    "service_pauses": "contract_line_id paused_from paused_to",
    "invoices": "invoice_id account_id issued_on due_on paid_on kind product_id amount currency "
    "recorded_at",
    "usage_events": "event_id account_id user_id product_id feature_key occurred_at quantity "
    "recorded_at",
    "users": "user_id account_id kind erased_at recorded_at",
    "usage_meters": "account_id product_id meter measured_on used",
    "support_tickets": "ticket_id account_id opened_at closed_at severity topic csat recorded_at",
    "survey_responses": "response_id account_id respondent_id responded_at survey score "
    "recorded_at",
    "contacts": "contact_id account_id user_id person_name role do_not_contact opted_out_on "
    "left_on erased_at effective_from recorded_at",
    "actions": "action_id account_id alert_id offer_id kind done_on done_by outcome recorded_at",
    "engagement_events": "event_id account_id occurred_at kind",
    "account_signals": "signal_id account_id occurred_at kind",
    "proposals": "proposal_id account_id offer_class product_id plan_id current_mrr proposed_mrr "
    "currency candidate_on contacted_on proposed_on closed_on outcome lost_reason channel "
    "owner_role experiment_id variant recorded_at",
    "experiments": "experiment_id variant is_control planned_share name starts_on ends_on",
    "experiment_assignments": "experiment_id account_id variant assigned_at",
    "costs": "cost_id incurred_on kind channel amount currency",
    "fx_rates": "currency rate_kind valid_from rate",
}
# Text where people deliver what is not a number or a date; everything else is typed.
TEXT_ON_PURPOSE = {"quantity", "unit_price", "starts_on", "ends_on"}
TYPES = {
    "_on": "DATE",
    "_at": "TIMESTAMP",
    "_from": "DATE",
    "_to": "DATE",
    "_rate": "DECIMAL",
    "_mrr": "DECIMAL",
    "_limit": "INTEGER",
    "amount": "DECIMAL",
    "used": "DECIMAL",
    "score": "INTEGER",
    "severity": "INTEGER",
    "tier_rank": "INTEGER",
    "is_": "BOOLEAN",
}
ORDINARY: dict[str, Any] = {"accounts": 40, "months": 14, "events": 3_000}
SMALL: dict[str, Any] = {**ORDINARY, "edge_cases": True}
TINY: dict[str, Any] = {"accounts": 2, "months": 2, "events": 10}


class Files:
    """A written sample and SQL over its files: `{table}` in a query stands for a table."""

    def __init__(self, summary: SampleSummary) -> None:
        self.summary = summary
        self.folder = summary.target

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        names = (path.stem for path in self.folder.glob("*.parquet"))
        tables = {name: f"read_parquet('{self.folder}/{name}.parquet')" for name in names}
        truth = {
            f"truth_{path.stem}": f"read_parquet('{path}')"
            for path in (self.folder / "hidden_truth").glob("*.parquet")
        }
        with duckdb.connect() as con:
            return con.execute(query.format(**tables, **truth)).fetchall()

    def value(self, query: str) -> Any:
        return self.rows(query)[0][0]


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Forty accounts over fourteen months, and every edge case."""
    target = tmp_path_factory.mktemp("small") / "raw"
    return Files(write_sample(SampleOptions(target, **SMALL)))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The default company with a tenth of its events."""
    target = tmp_path_factory.mktemp("full") / "raw"
    return Files(write_sample(SampleOptions(target, events=30_000)))


# The same bytes every time


def test_same_options_give_the_same_bytes_with_any_number_of_threads(
    small: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 4):
        monkeypatch.setattr(company, "threads", lambda number=number: number)
        write_sample(SampleOptions(tmp_path / str(number), **SMALL))
        assert hashes(tmp_path / str(number)) == hashes(small.folder)


def test_another_seed_gives_another_company(small: Files, tmp_path: Path) -> None:
    write_sample(SampleOptions(tmp_path / "raw", **SMALL, seed=2))
    other, same = hashes(tmp_path / "raw"), hashes(small.folder)
    changed = {name for name in same if other[name] != same[name]}
    assert {"accounts.parquet", "contract_lines.parquet", "usage_events.parquet"} <= changed
    assert "products.parquet" not in changed


def test_events_by_day_are_the_events_of_the_one_file(
    small: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "MOST_EVENTS_IN_ONE_FILE", 1_000)
    summary = write_sample(SampleOptions(tmp_path / "raw", **SMALL))
    assert summary.row_counts == small.summary.row_counts
    days = tmp_path / "raw" / "usage_events"
    columns = CONTRACT["usage_events"].replace(" ", ", ")
    in_days = f"select {columns} from read_parquet('{days}/*/*.parquet', hive_partitioning = true)"
    assert small.rows(f"{in_days} except all select {columns} from {{usage_events}}") == []
    assert small.rows(f"select {columns} from {{usage_events}} except all {in_days}") == []
    misplaced = (
        f"select count(*) from read_parquet('{days}/*/*.parquet', hive_partitioning = true) "
        "where event_date <> cast(occurred_at as date)"
    )
    assert small.value(misplaced) == 0


def test_csv_holds_the_rows_of_parquet(small: Files, tmp_path: Path) -> None:
    summary = write_sample(SampleOptions(tmp_path / "raw", **SMALL, file_format="csv"))
    assert summary.row_counts == small.summary.row_counts
    for table, names in CONTRACT.items():
        columns = ", ".join(f"cast({name} as varchar) as {name}" for name in names.split())
        typed = f"select {columns} from {{{table}}}"
        text = (
            f"select {columns} from read_csv('{tmp_path}/raw/{table}.csv', header = true, "
            "all_varchar = true, allow_quoted_nulls = false)"
        )
        assert small.rows(f"{typed} except all {text}") == [], table
        assert small.rows(f"{text} except all {typed}") == [], table


# The raw contract


def test_every_table_has_the_columns_of_the_contract(small: Files) -> None:
    assert {path.stem for path in small.folder.glob("*.parquet")} == set(CONTRACT)
    for table, names in CONTRACT.items():
        described = small.rows(f"describe select * from {{{table}}}")
        assert [row[0] for row in described] == names.split(), table
        for name, kind in (row[:2] for row in described):
            if table == "contract_lines" and name in TEXT_ON_PURPOSE:
                assert kind == "VARCHAR", name
                continue
            wanted = [
                kind
                for part, kind in TYPES.items()
                if name == part or name.endswith(part) or (part == "is_" and name.startswith(part))
            ]
            assert not wanted or kind.startswith(wanted[0]), f"{table}.{name} is {kind}"


def test_the_project_states_the_same_contract() -> None:
    sources = yaml.safe_load((PROJECT / "models/staging/_sources.yml").read_text(encoding="utf-8"))
    tables = {table["name"]: table for source in sources["sources"] for table in source["tables"]}
    # Who delivers events counts nothing, nobody plans, and columns say enough.
    assert set(tables) - {"usage_daily", "budgets", "account_attributes"} == set(CONTRACT)
    for name, columns in CONTRACT.items():
        stated = {column["name"] for column in tables[name]["columns"]}
        assert set(columns.split()) <= stated, name


def test_the_summary_counts_the_rows(small: Files) -> None:
    for table, rows in small.summary.row_counts.items():
        assert small.value(f"select count(*) from {{{table}}}") == rows, table
    assert small.value("select count(*) from {usage_events} where account_id like 'A%'") == 3_000
    assert small.summary.as_of_date == date(2026, 6, 30)
    edge = "select count(distinct account_id) from {truth_accounts} where edge_case is not null"
    assert small.value(edge) == small.summary.edge_accounts


@pytest.mark.parametrize(
    # One exact duplicate, and copies of one account, are a case of the list.
    ("company_of", "repeated_lines", "repeated_accounts"),
    [("full", [], []), ("small", [("E40-1",)], [(("E40-COPIES", None),)])],
)
def test_ids_are_unique(
    company_of: str,
    repeated_lines: list[tuple[str]],
    repeated_accounts: list[tuple[tuple[str, None]]],
    request: pytest.FixtureRequest,
) -> None:
    files: Files = request.getfixturevalue(company_of)
    for table, key in (
        ("usage_events", "event_id"),
        ("invoices", "invoice_id"),
        ("support_tickets", "ticket_id"),
        ("survey_responses", "response_id"),
        ("engagement_events", "event_id"),
        ("account_signals", "signal_id"),
        ("contacts", "(contact_id, recorded_at)"),
        ("actions", "action_id"),
        ("proposals", "proposal_id"),
        ("costs", "cost_id"),
        ("fx_rates", "(currency, rate_kind, valid_from)"),
        ("usage_meters", "(account_id, product_id, meter, measured_on)"),
        ("accounts", "(account_id, recorded_at)"),
    ):
        repeated = files.rows(f"select {key} from {{{table}}} group by all having count(*) > 1")
        assert repeated == (repeated_accounts if table == "accounts" else []), table
    lines = "from {contract_lines} group by contract_line_id, effective_from, recorded_at"
    repeated = files.rows(f"select contract_line_id {lines} having count(*) > 1")
    assert repeated == repeated_lines


def test_nothing_happens_after_the_as_of_date(full: Files, small: Files) -> None:
    end = "timestamp '2026-06-30 15:00:00'"
    for table, column in (
        ("usage_events", "occurred_at"),
        ("support_tickets", "opened_at"),
        ("support_tickets", "closed_at"),
        ("engagement_events", "occurred_at"),
        ("account_signals", "occurred_at"),
        ("survey_responses", "responded_at"),
    ):
        assert full.value(f"select count(*) from {{{table}}} where {column} >= {end}") == 0, table
    for table, column in (
        ("invoices", "issued_on"),
        ("invoices", "paid_on"),
        ("proposals", "closed_on"),
        ("contacts", "left_on"),
        ("contacts", "opted_out_on"),
        ("actions", "done_on"),
    ):
        late = f"select count(*) from {{{table}}} where {column} > date '2026-06-30'"
        assert full.value(late) == 0, table
    # What is agreed may lie ahead; it is known by the last day.
    unknown = "select count(*) from {contract_lines} where recorded_at >= date '2026-07-01'"
    assert full.value(unknown) == 0
    # One answer of the next month is a case of the list.
    late = f"select distinct account_id from {{survey_responses}} where responded_at >= {end}"
    assert small.rows(late) == [("E107",)]


def test_settings_name_the_company(small: Files) -> None:
    settings = yaml.safe_load((small.folder / "settings.yml").read_text(encoding="utf-8"))
    assert settings == {
        "as_of_date": date(2026, 6, 30),
        "business_timezone": "Asia/Tokyo",
        "reporting_currency": "JPY",
        "fiscal_year_start_month": 4,
    }


# The edge cases


def test_the_company_has_ordinary_accounts_only_unless_asked(full: Files) -> None:
    for table, names in CONTRACT.items():
        for column in names.split():
            if column == "account_id" or column.endswith("_account_id"):
                strange = (
                    f"{column} is not null and not regexp_full_match({column}, 'A\\d{{{{6}}}}')"
                )
                assert full.value(f"select count(*) from {{{table}}} where {strange}") == 0, table
    assert full.value("select count(*) from {accounts} where account_id is null") == 0
    assert full.value("select count(*) from {products} where product_id like 'EDGE%'") == 0
    assert full.value("select count(*) from {plans} where plan_id like 'EDGE%'") == 0
    assert full.value("select count(*) from {experiments} where experiment_id like 'E112%'") == 0
    assert full.value("select count(*) from {truth_accounts} where edge_case is not null") == 0
    assert full.value("select count(*) from {truth_accounts}") == 400
    assert full.summary.edge_accounts == 0


def test_edge_cases_change_nothing_about_the_others(small: Files, tmp_path: Path) -> None:
    ordinary = Files(write_sample(SampleOptions(tmp_path / "raw", **ORDINARY)))
    names = [path.relative_to(small.folder) for path in small.folder.rglob("*.parquet")]
    assert len(names) == len(CONTRACT) + 4
    for name in names:
        plain = f"from read_parquet('{ordinary.folder / name}')"
        both = f"from read_parquet('{small.folder / name}')"
        assert small.rows(f"{plain} except all {both}") == [], name
        if name.stem in ("contract_lines", "invoices", "accounts", "usage_events", "proposals"):
            counts = "select count(*), count(*) filter (account_id like 'A%')"
            [(rows, of_the_others)] = small.rows(f"{counts} from ({both} except all {plain})")
            assert rows > 0 == of_the_others, name


def test_every_case_of_the_list_is_accounted_for() -> None:
    listed = {f"E{number:02d}" for number in range(1, LAST_CASE + 1)}
    present = [case.code for case in CASES if case.code.startswith("E")]
    assert LAST_CASE == 112
    assert len(present) == len(set(present))
    assert set(present) | set(LEFT_OUT) == listed
    assert not set(present) & set(LEFT_OUT)
    assert all(LEFT_OUT.values())
    assert set(GUARDS) == set(range(1, 11))
    assert set(GUARDS.values()) <= {case.code for case in CASES}


def test_every_case_has_its_accounts(small: Files) -> None:
    names = dict(small.rows("select account_id, account_name from {accounts}"))
    truth = dict(
        small.rows("select account_id, edge_case from {truth_accounts} where edge_case is not null")
    )
    for case in CASES:
        assert case.account_ids, case.code
        for account_id in case.account_ids:
            assert names[account_id].endswith(case.title)
            assert names[account_id].startswith(case.code)
    assert set(truth.values()) == {case.code for case in CASES}
    assert names["E01"] == "E01 annual prepaid"
    assert names["E04-USD"].startswith("E04-USD ")


def test_bad_data_is_delivered_as_people_deliver_it(small: Files) -> None:
    found = dict(
        small.rows(
            "select contract_line_id, (account_id, unit_price, quantity, starts_on, ends_on) "
            "from {contract_lines} where contract_line_id similar to 'E(2|4|5).*'"
        )
    )
    assert found["E24-1"][3:] == ("2025-06-01", "2025-05-31")
    assert found["E28-1"][3] == "2025-03-31T15:30Z"
    assert [found[f"E43-{name}"][0] for name in ("NULL", "EMPTY", "SPACE")] == [None, "", " "]
    assert found["E44-1"][0] == "E44-UNKNOWN"
    assert [found[f"E45-{number}"][0] for number in (1, 2, 3)] == ["e45 ", "E45", "Ｅ４５"]
    assert found["E46-1"][1] == "-20000"
    assert found["E49-1"][1] is None
    assert found["E50-1"][2] == "0"
    assert found["E54-1"][3] == "2025/02/30"
    assert found["E55-1"][1] == "１,２００,０００円"
    unknown = "select count(*) from {accounts} where account_id = 'E44-UNKNOWN'"
    assert small.value(unknown) == 0
    twice = "select count(*) from {contract_lines} where contract_line_id = 'E40-1'"
    assert small.value(twice) == 2


def test_the_base_contract_is_that_of_the_list(small: Files) -> None:
    line = small.rows(
        "select unit_price, quantity, billing_unit, starts_on, ends_on, currency "
        "from {contract_lines} where account_id = 'E01'"
    )
    assert line == [("1200000", "1", "year", "2025-04-01", "2026-03-31", "JPY")]
    rates = "select rate from {fx_rates} where currency = 'USD' and rate_kind ="
    budget = "'budget' and valid_from in (date '2025-04-01', date '2026-04-01')"
    spot = "'spot' and valid_from in (date '2025-06-01', date '2025-07-01')"
    assert small.rows(f"{rates} {budget} order by valid_from") == [(150,), (145,)]
    assert small.rows(f"{rates} {spot} order by valid_from") == [(150,), (140,)]


def test_edge_cases_stay_however_short_the_company_is(tmp_path: Path, small: Files) -> None:
    options = SampleOptions(tmp_path / "raw", accounts=1, months=1, events=5, edge_cases=True)
    files = Files(write_sample(options))
    edge = "from {contract_lines} where contract_line_id like 'E%'"
    assert files.rows(f"select * {edge} order by all") == small.rows(
        f"select * {edge} order by all"
    )
    assert files.value(f"select min(try_cast(starts_on as date)) {edge}") >= date(2023, 7, 1)
    uncovered = (
        "select count(*) from {contract_lines} as l where l.currency <> 'JPY' and not exists "
        "(select 1 from {fx_rates} as r where r.currency = l.currency and r.rate_kind = 'budget' "
        "and r.valid_from <= try_cast(l.starts_on as date))"
    )
    assert files.value(uncovered) == 0


def test_guard_accounts_meet_only_their_guard(small: Files) -> None:
    """What the raw facts can show: the obstacle of each account is there, and no other one's is."""
    obstacles = {
        4: "select account_id from {support_tickets} where severity <= 2 and closed_at is null",
        5: "select account_id from {invoices} where paid_on is null and due_on < date '2026-05-31'",
        6: "select account_id from {proposals} where proposed_on >= date '2026-04-01'",
        8: "select account_id from {accounts} where do_not_contact",
        10: "select account_id from {proposals} where outcome = 'open'",
    }
    accounts = set(GUARDS.values())
    for guard, query in obstacles.items():
        hit = {row[0] for row in small.rows(query)} & accounts
        assert hit == {GUARDS[guard]}, guard


@pytest.mark.parametrize(("flags", "added"), [((), 0), (("--edge-cases",), count_accounts())])
def test_the_command_adds_edge_cases_on_request(
    tmp_path: Path, flags: tuple[str, ...], added: int
) -> None:
    size = ("--accounts", "2", "--months", "2", "--events", "10")
    target = tmp_path / "raw"
    done = CliRunner().invoke(cli.app, ["sample", "--to", str(target), *size, *flags, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["edge_accounts"] == added
    with duckdb.connect() as con:
        accounts = f"select count(*) from read_parquet('{target}/hidden_truth/accounts.parquet')"
        assert con.execute(accounts).fetchall() == [(2 + added,)]
    said = (target / "settings.yml").read_text(encoding="utf-8")
    assert f"edge cases {'yes' if flags else 'no'}" in said


# A believable company


def test_the_company_grows_and_loses_customers_for_several_causes(full: Files) -> None:
    paying = dict(
        full.rows(
            "select month, count(*) from (select unnest([date '2023-12-31', date '2024-12-31', "
            "date '2025-12-31', date '2026-06-30']) as month) join {truth_accounts} "
            "on kind = 'paying' and paid_from <= month "
            "and (true_churn_on is null or true_churn_on > month) group by month"
        )
    )
    months = sorted(paying)
    assert [paying[month] for month in months] == sorted(paying.values())
    assert paying[months[-1]] > 2 * paying[months[0]]
    causes = dict(
        full.rows(
            "select churn_cause, count(*) from {truth_accounts} "
            "where kind = 'paying' and true_churn_on is not null group by 1"
        )
    )
    assert set(causes) == {"low_satisfaction", "price", "reorganisation", "non_payment"}
    assert sum(causes.values()) >= 100
    assert causes["low_satisfaction"] > 0.6 * sum(causes.values())


def test_no_two_companies_have_one_name(full: Files) -> None:
    names = "select account_name from {accounts} where effective_from is null"
    assert full.rows(f"{names} group by all having count(*) > 1") == []
    assert full.value(f"select count(*) from ({names})") == 400


def test_terms_that_end_with_the_last_day_are_renewed_ahead_as_in_any_other_month(
    full: Files,
) -> None:
    """Yearly terms of the company's first day end with its last; what follows begins after it."""
    terms = """
        with lines as (
            select distinct
                contract_line_id, replaces_line_id, starts_on, ends_on,
                coalesce(end_customer_account_id, account_id) as account_id,
            from {contract_lines}
            where charge_type = 'recurring' and not is_trial
        ),

        notices as (
            select contract_line_id, min(recorded_at) as noticed_at
            from {contract_lines}
            where cancel_notice_on is not null
            group by all
        ),

        entered as (
            select contract_line_id, min(recorded_at) as entered_at
            from {contract_lines}
            group by all
        )

        select
            count(*) filter (stays) as stays,
            count(*) filter (stays and entered_at < last_day + interval 1 day) as renewed,
            count(*) filter (not stays) as leaves,
            count(*) filter (not stays and next.contract_line_id is not null) as contradicted,
            count(*) filter (not stays and noticed_at < last_day + interval 1 day) as noticed
        from (
            select
                lines.*,
                cast(lines.ends_on as date) as last_day,
                truth.true_churn_on is distinct from cast(lines.ends_on as date) + 1 as stays
            from lines
            join {truth_accounts} as truth using (account_id)
            where lines.ends_on in (DAYS)
        ) as ending
        left join lines as next on ending.contract_line_id = next.replaces_line_id
        left join entered on next.contract_line_id = entered.contract_line_id
        left join notices on ending.contract_line_id = notices.contract_line_id
    """
    stays, renewed, leaves, contradicted, noticed = full.rows(
        terms.replace("DAYS", "'2026-06-30'")
    )[0]
    assert stays >= 30
    assert leaves >= 3
    assert contradicted == 0
    assert noticed > 0
    before = full.rows(terms.replace("DAYS", "'2025-06-30', '2024-06-30', '2026-03-31'"))[0]
    assert abs(renewed / stays - before[1] / before[0]) < 0.1
    started = (
        "select count(*) from {contract_lines} where starts_on > '2026-06-30' and signed_on is null"
    )
    assert full.value(started) == 0


def test_some_have_given_notice_on_the_last_day(full: Files) -> None:
    """Of monthly and yearly terms, and nobody of them has left yet."""
    pending = full.rows(
        """
        select l.billing_unit, count(distinct l.account_id)
        from {contract_lines} as l
        join {truth_accounts} as t
            on t.account_id = coalesce(l.end_customer_account_id, l.account_id)
        where l.cancel_notice_on is not null and t.true_churn_on > date '2026-06-30'
        group by all
        order by all
        """
    )
    assert [unit for unit, _ in pending] == ["month", "year"]
    assert all(accounts >= 2 for _, accounts in pending)


def test_the_company_has_what_the_marts_look_at(full: Files) -> None:
    company_lines = "from {contract_lines} where true"
    currencies = full.rows(f"select distinct currency {company_lines} order by 1")
    assert [row[0] for row in currencies] == ["EUR", "JPY", "USD"]
    billing = dict(full.rows(f"select billing_unit, count(*) {company_lines} group by 1"))
    assert {"month", "quarter", "year"} <= set(billing)
    assert {row[0] for row in full.rows(f"select distinct charge_type {company_lines}")} == {
        "recurring",
        "usage",
        "one_time",
        "discount",
    }
    for condition, least in (
        ("is_trial", 20),
        ("end_customer_account_id is not null", 5),
        ("cancel_notice_on is not null", 30),
        ("replaces_line_id is not null", 100),
        ("effective_from is not null and recorded_at > effective_from + interval 14 day", 20),
        ("plan_id like '%-FREE'", 10),
    ):
        assert full.value(f"select count(*) {company_lines} and {condition}") >= least, condition
    for query, least in (
        ("select count(*) from {service_pauses}", 5),
        ("select count(*) from {accounts} where merged_on is not null", 2),
        ("select count(*) from {accounts} where parent_account_id is not null", 2),
        ("select count(*) from {accounts} where is_internal", 3),
        ("select count(*) from {invoices} where kind = 'refund'", 5),
        ("select count(*) from {invoices} where kind = 'credit_note'", 20),
        ("select count(*) from {invoices} where paid_on > due_on", 100),
        ("select count(*) from {proposals} where outcome = 'won'", 200),
        ("select count(*) from {proposals} where outcome = 'lost'", 400),
        ("select count(distinct offer_class) from {proposals}", 6),
        ("select count(*) from {products} where requires_product_id is not null", 1),
        ("select count(*) from {products} where successor_product_id is not null", 1),
        ("select count(*) from {account_signals}", 100),
        ("select count(*) from {contacts} where role = 'champion' and left_on is not null", 20),
        ("select count(*) from {contacts} where opted_out_on is not null", 15),
        ("select count(*) from {contacts} where erased_at is not null", 2),
        ("select count(*) from {actions} where offer_id is not null", 200),
        ("select count(distinct kind) from {actions}", 4),
    ):
        assert full.value(query) >= least, query
    ladders = full.rows(
        "select list(tier_rank order by tier_rank) from {plans} "
        "where product_id in ('CRM', 'MARKETING') group by product_id"
    )
    assert ladders == [([0, 1, 2, 3],), ([0, 1, 2, 3],)]


def test_low_satisfaction_costs_customers(full: Files) -> None:
    rates = full.rows(
        """
        with followed as (
            select
                ntile(3) over (order by t.satisfaction, t.account_id, t.month) as tercile,
                coalesce(a.true_churn_on <= t.month + interval 4 month, false) as churns
            from {truth_account_months} as t
            join {truth_accounts} as a on t.account_id = a.account_id
            where a.kind = 'paying' and t.month >= a.paid_from
                and (a.true_churn_on is null or t.month + interval 1 month <= a.true_churn_on)
                and t.month <= date '2026-03-01'
        )

        select tercile, avg(cast(churns as integer)) from followed group by tercile order by tercile
        """
    )
    lowest, _, highest = (rate for _, rate in rates)
    assert lowest >= 3 * highest > 0


def test_satisfaction_shows_in_what_can_be_observed(full: Files) -> None:
    low, high = full.rows(
        """
        with judged as (
            select account_id, month, satisfaction >= 600 as is_content
            from {truth_account_months} as t
            join {truth_accounts} as a using (account_id)
            where a.kind = 'paying' and t.month >= a.paid_from
                and (a.true_churn_on is null or t.month + interval 1 month <= a.true_churn_on)
        ),

        tickets as (
            select account_id, date_trunc('month', opened_at) as month, count(*) as tickets
            from {support_tickets}
            group by all
        ),

        answers as (
            select account_id, date_trunc('month', responded_at) as month, avg(score) as score
            from {survey_responses}
            where survey = 'nps'
            group by all
        ),

        events as (
            select account_id, date_trunc('month', occurred_at) as month, count(*) as events
            from {usage_events}
            group by all
        )

        select avg(coalesce(events, 0)), avg(coalesce(tickets, 0)), avg(score)
        from judged
        left join events using (account_id, month)
        left join tickets using (account_id, month)
        left join answers using (account_id, month)
        group by is_content
        order by is_content
        """
    )
    assert high[0] > 1.5 * low[0]
    assert low[1] > 2 * high[1]
    assert high[2] > low[2] + 2


def test_some_products_belong_together_and_others_do_not(full: Files) -> None:
    pairs = full.rows(
        "select relation, with_both / with_product, "
        "with_both * accounts / (with_product * with_other) from {truth_products}"
    )
    together = [pair for pair in pairs if pair[0] == "belongs_together"]
    independent = [pair for pair in pairs if pair[0] == "independent"]
    assert len(together) == 2
    assert all(confidence >= 0.8 and lift > 1.5 for _, confidence, lift in together)
    assert len(independent) >= 10
    assert all(confidence < 0.8 for _, confidence, _ in independent)


def test_one_experiment_has_an_effect(full: Files) -> None:
    arms = full.rows(
        """
        select a.variant, count(*), avg(cast(p.proposal_id is not null as integer))
        from {experiment_assignments} as a
        left join {proposals} as p
            on a.experiment_id = p.experiment_id and a.account_id = p.account_id
            and p.outcome = 'won'
        where a.experiment_id = 'EXP-ROI-SHEET'
        group by a.variant
        order by a.variant
        """
    )
    (control, with_control, wins), (sheet, with_sheet, more_wins) = arms
    assert (control, sheet) == ("control", "roi_sheet")
    assert with_control + with_sheet >= 150
    assert more_wins > wins + 0.1


def test_no_model_reads_the_hidden_truth() -> None:
    for folder in ("models", "macros", "seeds", "tests/singular", "tests/generic", "analyses"):
        for path in (PROJECT / folder).rglob("*"):
            if path.is_file():
                assert "hidden_truth" not in path.read_text(encoding="utf-8"), path


# Refusals


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"accounts": 0}, "accounts must be from 1 to"),
        ({"accounts": True}, "accounts must be a whole number"),
        ({"months": 0}, "months must be from 1 to 240"),
        ({"events": -1}, "events must be from 0 to"),
        ({"seed": -1}, "seed must be from 0 to"),
        ({"file_format": "xlsx"}, "format must be parquet or csv, not 'xlsx'"),
        ({"file_format": "csv", "events": 5_000_001}, "csv holds up to 5,000,000 events"),
    ],
)
def test_wrong_options_are_refused_in_one_line(
    tmp_path: Path, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message) as refusal:
        write_sample(SampleOptions(tmp_path / "raw", **wrong))
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "raw").exists()


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Path]:
    """A folder with somebody's work in it; whatever happens, it stays as it is."""
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "accounts.csv").write_text("account_id\nX\n")
    (folder / "settings.yml").write_text("reporting_currency: USD\n")
    before = hashes(folder)
    yield folder
    assert hashes(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_a_folder_of_somebody_else_is_refused(foreign: Path) -> None:
    with pytest.raises(BadInput, match="not empty and not an earlier sample"):
        write_sample(SampleOptions(foreign, **SMALL))


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("")
    with pytest.raises(BadInput, match="is a file, not a folder"):
        write_sample(SampleOptions(tmp_path / "raw", **SMALL))


def test_an_earlier_sample_is_replaced_whole(tmp_path: Path) -> None:
    write_sample(SampleOptions(tmp_path / "raw", **TINY))
    write_sample(SampleOptions(tmp_path / "raw", **TINY, file_format="csv"))
    left = {path.suffix for path in (tmp_path / "raw").iterdir() if path.is_file()}
    assert left == {".csv", ".yml"}
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_an_interrupted_run_leaves_the_earlier_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sample(SampleOptions(tmp_path / "raw", **TINY))
    before = hashes(tmp_path / "raw")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sample, "write_truth", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_sample(SampleOptions(tmp_path / "raw", **TINY, seed=3))
    assert hashes(tmp_path / "raw") == before
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    # No process can have this number: it is above the largest that systems give.
    leftover = tmp_path / ".raw.new-999999999"
    leftover.mkdir()
    (leftover / "half.parquet").write_text("")
    write_sample(SampleOptions(tmp_path / "raw", **TINY))
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_progress_is_told_in_order(tmp_path: Path) -> None:
    heard: list[str] = []
    write_sample(SampleOptions(tmp_path / "raw", **TINY), heard.append)
    assert heard[0] == "calendar and catalogue"
    assert heard[-1] == "files"
    assert [step for step in heard if step.startswith("events")] == [
        "events of 2026-05",
        "events of 2026-06",
    ]
