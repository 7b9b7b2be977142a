"""Several imports of one company: order, links, who is believed; own files; own systems."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from expansion_warehouse.cli import app
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.company import import_all
from expansion_warehouse.importers.importer import ImportSummary
from expansion_warehouse.importers.links import find_links
from expansion_warehouse.importers.systems import find_system

DOCS = Path(__file__).parents[2] / "docs"
SYSTEMS: dict[str, dict[str, str]] = {
    "billing": {
        "system.yml": """
title: Billing
sources:
  - table: customers
    files: [customers]
    columns: [id, name, country]
    optional_columns: [since]
    becomes: accounts
  - table: items
    files: [items]
    columns: [id, customer, price]
    becomes: contract_lines
""",
        "accounts.sql": """
select id as account_id, name as account_name, country, since as effective_from
from source.customers
""",
        "contract_lines.sql": """
select
    id as contract_line_id, customer as account_id, 'p' as product_id,
    'recurring' as charge_type, '2' as quantity, price as unit_price, 'month' as billing_unit,
    'EUR' as currency, '2024-01-01' as starts_on
from source.items
""",
        "products.sql": "select 'p' as product_id, 'Billing name' as product_name",
    },
    "crm": {
        "system.yml": """
title: CRM
options:
  owner: {default: nobody, meaning: who owns}
sources:
  - table: companies
    files: [companies]
    columns: [id, title, land, parent]
    optional_columns: [blocked]
    becomes: accounts
""",
        "accounts.sql": """
select
    id as account_id, title as account_name, land as country, parent as parent_account_id,
    getvariable('owner') as sales_owner, blocked as do_not_contact,
    cast(null as varchar) as recorded_at
from source.companies
""",
        "products.sql": """
select 'p' as product_id, 'CRM name' as product_name, 'Family' as product_family
""",
    },
}
COMPANY: dict[str, Any] = {
    "settings": {"reporting_currency": "EUR", "fiscal_year_start_month": 1},
    "importers": "importers",
    "account_links": "links.csv",
    "sources": [
        {"system": "billing", "from": "exports/billing"},
        {"system": "crm", "from": "exports/crm", "as": "sales", "options": {"owner": "Ann"}},
    ],
}
LINKS = "system,foreign_id,account_id,valid_from\n"


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A company with billing and a CRM; its company.yml."""
    for system, files in SYSTEMS.items():
        folder = tmp_path / "importers" / system
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text)
    exports = {
        "billing/customers.csv": "id,name,country\nb1,One,\nb2,Two,DE\n",
        "billing/items.csv": "id,customer,price\ni1,b1,5\ni2,b2,7\n",
        "crm/companies.csv": "id,title,land,parent\nx1,Uno,FR,x2\nx2,Two,AT,\nx3,Three,,\n",
    }
    for name, text in exports.items():
        path = tmp_path / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "links.csv").write_text(LINKS + "sales,x1,b1,\nsales,x2,b2,\n")
    write(tmp_path / "company.yml", COMPANY)
    return tmp_path / "company.yml"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "home" / "raw"


def write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def rows(raw: Path, table: str, name: str, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        file = raw / table / f"{name}.parquet"
        return con.execute(f"select {columns} from read_parquet('{file}') order by all").fetchall()


def losses(summary: ImportSummary, kind: str) -> list[tuple[Any, ...]]:
    return [
        (loss.what, loss.reason, loss.rows, dict(loss.money), loss.keys)
        for loss in summary.losses
        if loss.kind == kind
    ]


def test_a_full_disk_is_told_of_the_whole_company(
    company: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is left of the imports that were ready."""

    def refuse(path: Path, to: Path) -> Path:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(BadInput, match=r"import of .*company\.yml: .*No space left on device"):
        import_all(company, raw)
    assert not list(raw.glob("*/*.parquet"))


def test_sources_meet_by_links_and_in_their_order(company: Path, raw: Path) -> None:
    (billing, sales), others = import_all(company, raw)
    assert others == []
    assert billing.losses == ()
    assert rows(raw, "accounts", "billing", "account_id, account_name, country") == [
        ("b1", "One", None),
        ("b2", "Two", "DE"),
    ]
    # What billing leaves empty the CRM says; b1 belongs to b2 by the link of its parent.
    columns = "account_id, account_name, country, parent_account_id, sales_owner"
    assert rows(raw, "accounts", "sales", columns) == [
        ("b1", None, "FR", "b2", "Ann"),
        ("b2", None, None, None, "Ann"),
        ("x3", "Three", None, None, "Ann"),
    ]
    assert rows(raw, "products", "sales", "*") == [("p", None, "Family")]
    assert losses(sales, "overruled") == [
        (
            "accounts",
            "an earlier import says otherwise: account_name (1), country (1)",
            2,
            {},
            ("b1", "b2"),
        ),
        ("products", "an earlier import says otherwise: product_name (1)", 1, {}, ("p",)),
    ]
    assert losses(sales, "unlinked") == [
        ("accounts.account_id", "1 account id without a link, kept as written", 1, {}, ("x3",))
    ]
    assert billing.notes[-1] == "links.csv has no link of billing"
    assert yaml.safe_load((raw / "settings.yml").read_text()) == COMPANY["settings"]
    record = json.loads((raw / "import.json").read_text())
    assert list(record["imports"]) == ["billing", "sales"]
    assert record["company"] == COMPANY["settings"]
    assert str(company.parent) not in (raw / "import.json").read_text()


def test_money_of_unlinked_accounts(company: Path, raw: Path) -> None:
    (company.parent / "links.csv").write_text(LINKS + "billing,b1,a1,2024-01-01\n")
    (billing, _), _ = import_all(company, raw)
    assert ("contract_lines.account_id", "1 account id without a link, kept as written", 1) in [
        loss[:3] for loss in losses(billing, "unlinked")
    ]
    money = [loss.money for loss in billing.losses if loss.what == "contract_lines.account_id"]
    assert money == [{"EUR": "14.00"}]
    assert rows(raw, "contract_lines", "billing", "account_id") == [("a1",), ("b2",)]


def test_the_latest_link_counts_and_contradictions_link_nothing(company: Path, raw: Path) -> None:
    (company.parent / "links.csv").write_text(
        LINKS + "sales,x1,b9,2024-01-01\nsales,x1,b1,2024/2/1\n"
        "sales,x2,b1,2024-01-01\nsales,x2,b2,2024-01-01\nsales,x3,b3,\n"
    )
    (_, sales), _ = import_all(company, raw)
    assert rows(raw, "accounts", "sales", "account_id") == [("b1",), ("b3",), ("x2",)]
    assert [loss[:2] for loss in losses(sales, "unlinked")] == [
        ("accounts.account_id", "1 account id with two links of one day, kept as written"),
        ("accounts.parent_account_id", "1 account id with two links of one day, kept as written"),
    ]


def test_links_of_the_raw_folder_and_by_the_name_of_the_system(company: Path, raw: Path) -> None:
    write(company, {key: value for key, value in COMPANY.items() if key != "account_links"})
    raw.mkdir(parents=True)
    assert find_links(raw) is None
    (raw / "account_links.csv").write_text("System,Foreign_ID,account_id\ncrm,x1,b1\n")
    import_all(company, raw)
    assert ("b1", "FR") in rows(raw, "accounts", "sales", "account_id, country")
    (raw / "account_links.csv").write_text("system,account_id\n")
    with pytest.raises(BadInput, match=r"account_links\.csv lacks the column foreign_id"):
        import_all(company, raw)


def test_versions_of_the_earlier_source_are_each_completed(company: Path, raw: Path) -> None:
    (company.parent / "exports" / "billing" / "customers.csv").write_text(
        "id,name,country,since\nb1,One,,2024-01-01\nb1,Uno,,2025-01-01\nb2,Two,DE,\n"
    )
    import_all(company, raw)
    columns = "account_id, cast(effective_from as varchar), account_name, country"
    assert rows(raw, "accounts", "sales", columns) == [
        ("b1", "2024-01-01", None, "FR"),
        ("b1", "2025-01-01", None, "FR"),
        ("b2", None, None, None),
        ("x3", None, "Three", None),
    ]


def test_a_single_yes_is_not_overruled(company: Path, raw: Path) -> None:
    """Who must not be contacted by the word of one system must not be by any."""
    billing = company.parent / "importers" / "billing" / "accounts.sql"
    billing.write_text(
        billing.read_text().replace("country,", "country, 'false' as do_not_contact,")
    )
    (company.parent / "exports" / "crm" / "companies.csv").write_text(
        "id,title,land,parent,blocked\nx1,Uno,FR,x2,true\nx2,Two,AT,,\nx3,Three,,,\n"
    )
    import_all(company, raw)
    assert ("b1", True) in rows(raw, "accounts", "sales", "account_id, do_not_contact")


def test_all_or_nothing(company: Path, raw: Path) -> None:
    (company.parent / "exports" / "crm" / "companies.csv").write_text("id\nx1\n")
    with pytest.raises(BadInput, match="lacks the column title"):
        import_all(company, raw)
    assert not raw.exists()


def test_the_same_sources_give_the_same_bytes(company: Path, raw: Path, tmp_path: Path) -> None:
    import_all(company, raw)
    for name in ("billing/customers", "billing/items", "crm/companies"):
        path = company.parent / "exports" / f"{name}.csv"
        head, *others = path.read_text().splitlines()
        path.write_text("\n".join([head, *reversed(others)]) + "\n")
    import_all(company, tmp_path / "again")
    files = [path for path in raw.rglob("*") if path.is_file()]
    assert len(files) == 7
    for path in files:
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(raw)).read_bytes()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sources": []}, "company.yml names no source"),
        ({"sources": [{"system": "billing"}]}, "sources.0 lacks the key 'from'"),
        ({"sources": COMPANY["sources"][:1] * 2}, "two sources are called billing"),
        ({"account_links": "nowhere.csv"}, "nowhere.csv does not exist"),
        ({"importers": "nowhere"}, "there is no folder"),
        ({"settings": {"close_day": 99}}, "settings: close_day must be from 1 to 28"),
        ({"colour": "red"}, "unknown key 'colour'"),
    ],
)
def test_a_wrong_company_is_named(
    company: Path, raw: Path, changes: dict[str, Any], words: str
) -> None:
    write(company, {**COMPANY, **changes})
    with pytest.raises(BadInput) as caught:
        import_all(company, raw)
    assert words in str(caught.value) and "\n" not in str(caught.value)
    assert not raw.exists()


def test_settings_by_hand_are_not_overwritten(company: Path, raw: Path) -> None:
    raw.mkdir(parents=True)
    (raw / "settings.yml").write_text("reporting_currency: JPY\n")
    with pytest.raises(
        BadInput, match=r"was written by hand, and company\.yml states settings too"
    ):
        import_all(company, raw)
    write(company, {key: value for key, value in COMPANY.items() if key != "settings"})
    import_all(company, raw)
    assert (raw / "settings.yml").read_text() == "reporting_currency: JPY\n"


# ---- The command ----


def run(*words: object) -> tuple[int, str]:
    """Exit code and everything that was printed."""
    done = CliRunner().invoke(app, ["import", *map(str, words)])
    return done.exit_code, done.output


def test_all_by_command(company: Path, raw: Path) -> None:
    code, text = run("--all", "--company", company, "--to", raw)
    assert code == 0, text
    assert "Imported sales into" in text
    assert "accounts: 2 of 3 rows: an earlier import says otherwise" in text
    own = company.parent / "own"
    own.mkdir()
    (own / "plans.csv").write_text("plan_id,tier_rank,product_id\nbasic,1,p\n")
    code, text = run("own", "--from", own, "--to", raw, "--as", "plans-by-hand")
    assert code == 0, text
    code, text = run("--all", "--company", company, "--to", raw)
    assert "The import plans-by-hand is not in company.yml: its files stay" in text
    code, text = run("--all", "--company", company, "--to", raw, "--json")
    told = json.loads(text)
    assert [entry["name"] for entry in told["imports"]] == ["billing", "sales"]
    assert told["others"] == ["plans-by-hand"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--all", "--from", "x"], "--all takes what company.yml says, and no --from beside it"),
        (["billing", "--all"], "--all takes what company.yml says, and no billing beside it"),
        (["--all", "--company", "nowhere.yml"], "there is no nowhere.yml: write it, or name it"),
        (["own", "--company", "x", "--from", "x"], "--company goes with --all"),
        ([], "name a system ("),
        (["own"], "name the export with --from"),
        (["own", "two", "--from", "x"], "import takes one system, and 'two' is another word"),
        (["new", "--from", "x"], "name the new system: `warehouse import new NAME --from EXPORT`"),
        (["own", "--from", ".", "--set", "x"], "--set takes NAME=VALUE, not 'x'"),
        (["nobody", "--from", "."], "unknown system 'nobody'; known: "),
        (
            ["own", "--from", ".", "--importers", "nowhere"],
            "there is no folder nowhere with systems",
        ),
    ],
)
def test_a_wrong_command_is_told_in_one_line(
    words: list[str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, text = run(*words)
    assert code == 2
    assert text.startswith(f"error: {expected}") and text.count("\n") == 1


# ---- Own files ----


def test_own_files_are_read_as_they_are(tmp_path: Path, raw: Path) -> None:
    own = tmp_path / "own"
    (own / "usage_meters").mkdir(parents=True)
    (own / "accounts.csv").write_text("account_id,account_name,mood\na1,One,good\na2,,\n")
    (own / "invoices.csv").write_text(
        "invoice_id,account_id,issued_on,amount,currency\ni1,a1,2024-01-31,12.50,EUR\ni2,a1,soon,x,EUR\n"
    )
    code, text = run("own", "--from", own, "--to", raw)
    assert code == 0, text
    assert "accounts: 1 column that this importer does not know: mood" in text
    assert rows(raw, "accounts", "own", "account_id, account_name") == [("a1", "One"), ("a2", None)]
    assert rows(raw, "invoices", "own", "invoice_id, issued_on, amount") == [
        ("i1", "2024-01-31", "12.50"),
        ("i2", "soon", "x"),
    ]
    assert sorted(path.name for path in raw.iterdir()) == ["accounts", "import.json", "invoices"]


def test_an_export_without_any_file_is_named(tmp_path: Path, raw: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, text = run("own", "--from", tmp_path / "empty", "--to", raw)
    assert code == 2
    assert "holds no file of own; it looks for accounts, account_attributes, products" in text


# ---- A system of one's own ----


def test_a_new_system_runs_at_once(tmp_path: Path, raw: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "Customers.csv").write_text("Customer ID,Company Name,mood\n1,One,good\n2,Two,\n")
    (export / "subscriptions.tsv").write_text("id\tcustomer_id\tprice\ns1\t1\t5\n")
    (export / "broken.parquet").write_bytes(b"?")
    importers = tmp_path / "mine"
    code, text = run("new", "shop", "--from", export, "--importers", importers)
    assert code == 0, text
    assert "contract_lines.sql.draft" in text and "not read: " in text
    code, text = run("shop", "--from", export, "--to", raw, "--importers", importers)
    assert code == 0, text
    assert rows(raw, "accounts", "shop", "account_id, account_name") == [("1", "One"), ("2", "Two")]
    assert "customers.mood: not decided yet" in text
    assert "subscriptions: 1 of 1 rows: not decided yet" in text

    # The draft becomes a table once it says what it means.
    folder = importers / "shop"
    draft = (folder / "contract_lines.sql.draft").read_text()
    for needed, value in (
        ("null as contract_line_id,", '"id" as contract_line_id,'),
        ("null as account_id,", '"customer_id" as account_id,'),
        ("null as unit_price,", 'as_number("price") as unit_price,'),
    ):
        assert needed in draft
        draft = draft.replace(needed, value)
    (folder / "contract_lines.sql").write_text(draft)
    code, text = run("shop", "--from", export, "--to", raw, "--importers", importers)
    assert code == 0, text
    columns = "contract_line_id, account_id, cast(unit_price as integer)"
    assert rows(raw, "contract_lines", "shop", columns) == [("s1", "1", 5)]


def test_a_new_system_without_a_table_of_accounts(tmp_path: Path, raw: Path) -> None:
    export = tmp_path / "tickets.json"
    export.write_text('[{"id": 7, "customer_id": "c1"}, {"id": 8, "customer_id": "c1"}]')
    importers = tmp_path / "mine"
    assert run("new", "desk-2", "--from", export, "--importers", importers)[0] == 0
    assert run("desk-2", "--from", export, "--to", raw, "--importers", importers)[0] == 0
    assert rows(raw, "accounts", "desk-2", "account_id") == [("c1",)]
    other = tmp_path / "numbers.csv"
    other.write_text("a,b\n1,2\n")
    code, text = run("new", "numbers", "--from", other, "--importers", importers)
    assert code == 0 and "Nothing looks like the id of an account: until " in text
    code, text = run("numbers", "--from", other, "--to", raw, "--importers", importers)
    assert code == 0 and "numbers: 1 of 1 rows: not decided yet" in text
    assert rows(raw, "accounts", "numbers", "account_id") == []
    select = importers / "numbers" / "accounts.sql"
    select.write_text(
        select.read_text().replace("cast(null as varchar)", "a").replace("where false", "")
    )
    assert run("numbers", "--from", other, "--to", raw, "--importers", importers)[0] == 0
    assert rows(raw, "accounts", "numbers", "account_id") == [("1",)]


def test_files_that_cannot_be_read_do_not_stop_a_new_system(tmp_path: Path) -> None:
    export = tmp_path / "export"
    (export / "hollow").mkdir(parents=True)
    (export / "accounts.csv").write_text("id\n1\n")
    for name in ("empty.csv", "old.xls"):
        (export / name).write_bytes(b"")
    code, text = run("new", "shop", "--from", export, "--importers", tmp_path / "mine")
    assert code == 0, text
    not_read = [line for line in text.splitlines() if line.startswith("  not read: ")]
    for name, line in zip(("empty.csv", "hollow", "old.xls"), not_read, strict=True):
        assert name in line


@pytest.mark.parametrize(
    ("name", "export", "words"),
    [
        ("ravenstack", "export", "a system called ravenstack comes along: choose another name"),
        ("csv", "export", "a system called csv comes along: choose another name"),
        ("kintone", "export", "a system called kintone comes along: choose another name"),
        ("shop", "export", "shop is there already: choose another name"),
        ("a b", "export", "an import cannot be called 'a b'"),
        ("new-1", "nowhere", "source folder nowhere does not exist"),
        ("new-1", "empty", "empty holds no file that can be read"),
    ],
)
def test_a_new_system_that_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, export: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("export", "empty", "shop"):
        (tmp_path / folder).mkdir()
    (tmp_path / "export" / "accounts.csv").write_text("id\n1\n")
    code, text = run("new", name, "--from", export)
    assert code == 2 and words in text


@pytest.mark.parametrize("page", ["importing.md", "walk-through.md"])
def test_the_company_of_a_page_is_one_that_can_be_imported(
    page: str, tmp_path: Path, raw: Path
) -> None:
    """Its words, systems and options are known: the first thing that lacks is an export."""
    text = (DOCS / page).read_text(encoding="utf-8")
    (block,) = [
        part
        for part in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
        if "sources:" in part and "system:" in part
    ]
    (tmp_path / "company.yml").write_text(block, encoding="utf-8")
    content = yaml.safe_load(block)
    (tmp_path / content["account_links"]).write_text(LINKS, encoding="utf-8")
    (tmp_path / "importers").mkdir()
    with pytest.raises(BadInput, match=r"exports/stripe does not exist"):
        import_all(tmp_path / "company.yml", raw)
    for source in content["sources"]:
        known = find_system(source["system"], None, None).options
        assert set(source.get("options", {})) <= set(known)
