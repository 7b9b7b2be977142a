/* Account: one customer's whole story, loaded when it is asked for. */
report.pages.account = { filters: [], figures: () => report.accountFigures(), head: () => [report.accountSearch()] };
report.accountColumns = (columns, perFile) => {
  report.accountSets = columns;
  report.accountsPerFile = perFile;
};
report.account = (id, parts) => {
  report.accounts[id] = parts;
};

report.accountSearch = () => {
  const { el, t } = report;
  const format = report.formats();
  const index = report.rows("account_index");
  const list = el("ul", { class: "found", id: "found" });
  const show = (wanted) => {
    const found = index
      .filter((row) => `${row.account_name ?? ""} ${row.account_id}`.toLowerCase().includes(wanted))
      .sort((a, b) => report.compare(a.mrr, b.mrr, true));
    list.replaceChildren(
      ...found
        .slice(0, 20)
        .map((row) =>
          el(
            "li",
            {},
            report.accountLink(row.account_id, row.account_name ?? row.account_id),
            ` ${row.account_id} · `,
            row.mrr == null
              ? t("account.gone")
              : `${format.money(row.mrr)} · ${report.value("health_band", row.health_band)}`,
          ),
        ),
      found.length > 20 ? el("li", { class: "rest" }, t("account.more", { n: format.count(found.length - 20) })) : "",
    );
  };
  const box = el("input", {
    type: "search",
    id: "account-search",
    "aria-controls": "found",
    placeholder: t("account.search"),
    "aria-label": t("account.search"),
    oninput: (event) => show(event.target.value.trim().toLowerCase()),
  });
  if (!report.state.account) show("");
  return el(
    "section",
    { class: "figure wide", "aria-label": t("account.search") },
    el("h2", {}, t("account.title")),
    box,
    list,
  );
};

/* The story of the chosen account; its file is loaded first, and the page shown again. */
report.accountFigures = () => {
  const id = report.state.account;
  if (!id) return [];
  const place = report.rows("account_index").findIndex((row) => row.account_id === id);
  if (place < 0) return [{ id: "account_unknown", marts: [], basis: false, rows: () => [] }];
  if (!report.accounts[id]) {
    const file = `${report.place.data}accounts/${Math.floor(place / report.accountsPerFile)}.js`;
    document.head.append(report.el("script", { src: file, onload: () => report.show() }));
    return [{ id: "account_loading", marts: [], basis: false, rows: () => [] }];
  }
  const story = (name) =>
    (report.accounts[id][name] ?? []).map((row) =>
      Object.fromEntries(report.accountSets[name].map((column, i) => [column, row[i]])),
    );
  const table = (name, mart, columns, more = {}) => ({
    id: `account_${name}`,
    marts: [mart],
    basis: false,
    rows: () => story(name),
    columns,
    ...more,
  });
  return [
    report.accountHead(id, story),
    report.accountMrr(story),
    report.accountHealth(story),
    table("movements", "fct_mrr_movements", ["month", "movement", "opening_mrr", "change_mrr", "closing_mrr"], {
      basis: "restated",
      lists: { movement: "movement" },
    }),
    table(
      "lines",
      "fct_mrr_lines",
      [
        "contract_line_id",
        "product_id",
        "plan_id",
        "quantity",
        "currency",
        "mrr_native",
        "discount_rate",
        "mrr",
        "is_gap_filled",
        "is_paused",
        "ended_by",
        "ended_on",
        "source_file",
        "raw_key",
      ],
      {
        wide: true,
        basis: "restated",
        lists: { ended_by: "ended_by" },
        kinds: { discount_rate: "percent", mrr_native: "native" },
      },
    ),
    table(
      "retention",
      "fct_account_retention",
      ["retention_window", "opening_mrr", "closing_mrr", "nrr", "nrr_points", "explanation"],
      {
        wide: true,
        basis: "restated",
        lists: { retention_window: "window" },
        tableRows: (rows) => [...rows].sort((a, b) => report.compare(a.retention_window, b.retention_window)),
      },
    ),
    table(
      "components",
      "fct_health_components",
      ["component", "component_score", "effective_weight", "contribution", "explanation"],
      {
        wide: true,
        lists: { component: "component" },
        kinds: { effective_weight: "percent" },
      },
    ),
    table("alerts", "fct_alerts", ["began_on", "ended_on", "severity", "alert_kind", "sentence", "what_to_do"], {
      wide: true,
      lists: { severity: "severity", alert_kind: "alert_kind" },
      instead: { what_to_do: ["what_to_do", "alert_kind"] },
    }),
    table(
      "offers",
      "fct_upsell_opportunities",
      [
        "offer_class",
        "product_id",
        "plan_id",
        "is_eligible",
        "is_timed",
        "sentence",
        "delta_mrr",
        "expected_value",
        "blocked_reasons",
        "blocked_until",
      ],
      { wide: true, lists: { offer_class: "offer_class", blocked_reasons: "guard_reason" } },
    ),
    table(
      "proposals",
      "fct_proposals",
      ["proposed_on", "offer_class", "product_id", "plan_id", "current_mrr", "proposed_mrr", "outcome", "closed_on"],
      { lists: { offer_class: "offer_class", outcome: "outcome" } },
    ),
    table("renewals", "fct_renewals_ahead", ["due_on", "product_id", "due_mrr", "renewal_state"], {
      lists: { renewal_state: "renewal_state" },
    }),
    table("actions", "fct_actions", ["done_on", "kind", "outcome", "done_by", "first_won_on"], {
      lists: { kind: "action_kind", outcome: "action_outcome" },
    }),
  ];
};
report.accountHead = (id, story) => ({
  id: "account_today",
  wide: true,
  marts: ["dim_accounts", "fct_accounts_today"],
  basis: false,
  rows: () => story("today"),
  title: ([row]) => `${row.account_name ?? id} (${id})`,
  subtitle: ([row]) => {
    const { t } = report;
    const format = report.formats();
    const last = report.last(story("mrr"));
    if (row?.mrr == null)
      return last ? t("figures.account_today.gone", { month: format.month(last) }) : t("figures.account_today.never");
    return t("figures.account_today.line", {
      mrr: format.money(row.mrr),
      band: report.value("health_band", row.health_band),
      renewal: format.day(row.next_renewal_on),
    });
  },
  content: ([row]) => {
    const lists = { health_band: "health_band", lifecycle_stage: "lifecycle_stage", moved_component: "component" };
    const format = report.formats();
    const said = (column) =>
      lists[column] ? report.value(lists[column], row[column]) : format[report.kindOf(column, [row])](row[column]);
    // Of an account that pays nothing, what is not known of the day is left out.
    const known = report.accountSets.today.filter((column) => row.mrr != null || row[column] != null);
    return report.factList(known.map((column) => [report.label(column), said(column)]));
  },
});
report.accountMrr = (story) => ({
  id: "account_mrr",
  wide: true,
  marts: ["fct_mrr"],
  basis: "restated",
  rows: () => story("mrr"),
  explains: "fct_mrr.mrr",
  chart: (rows) => {
    const products = [...new Set(rows.map((row) => row.product_id))].sort();
    const range = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#9aa0a8", "#b8a600"];
    const shown = report.stackChart(
      rows.map((row) => ({ ...row, part: row.product_id, amount: row.mrr, place: products.indexOf(row.product_id) })),
      { parts: products, list: "product" },
    );
    shown.encoding.color.scale.range = products.map((_, i) => range[i % range.length]);
    return shown;
  },
  columns: ["month", "product_id", "mrr"],
  tableRows: (rows) => [...rows].reverse(),
});
report.accountHealth = (story) => ({
  id: "account_health",
  marts: ["fct_health_scores"],
  basis: false,
  rows: () => story("health"),
  explains: "fct_health_scores.health_score",
  chart: (rows) => {
    const format = report.formats();
    const points = rows.map((row) => ({
      ...row,
      when: format.month(row.month),
      band: report.value("health_band", row.health_band),
      words: format.score(row.health_score),
    }));
    const bands = report.bands.filter((band) => rows.some((row) => (row.health_band ?? "unscored") === band));
    return {
      data: { values: points },
      encoding: {
        x: report.axes.months(rows),
        y: report.axes.count("health_score", { scale: { domain: [0, 100] } }),
        tooltip: report.tips([
          ["when", report.label("month")],
          ["words", report.label("health_score")],
          ["band", report.label("health_band")],
        ]),
      },
      layer: [
        { mark: { type: "line", color: report.colours.muted } },
        {
          mark: { type: "point", filled: true, size: 70, opacity: 1 },
          encoding: {
            color: report.axes.colour("band", bands, "health_band"),
            shape: {
              field: "band",
              type: "nominal",
              scale: {
                domain: bands.map((band) => report.value("health_band", band)),
                range: bands.map(
                  (band) => ({ green: "circle", yellow: "triangle-up", red: "square" })[band] ?? "diamond",
                ),
              },
            },
          },
        },
      ],
    };
  },
  columns: ["month", "health_score", "health_band"],
  lists: { health_band: "health_band" },
  tableRows: (rows) => [...rows].reverse(),
});
