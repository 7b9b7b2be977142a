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

/* What moved MRR: the movement, and what is none: another rate, a merger, a correction of earlier months. */
const movementName = (row) => {
  const besides = ["fx_mrr", "merge_mrr", "prior_period_mrr"].filter((name) => row[name]);
  const isMovement = row.movement !== "flat" || !besides.length;
  const names = [
    ...(isMovement ? [report.value("movement", row.movement)] : []),
    ...besides.map((name) => report.t(`movements.${name}`)),
  ];
  const why = row.sub_movement ? ` (${report.value("sub_movement", row.sub_movement)})` : "";
  return names.join(report.t("formats.and")) + why;
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
    report.accountStory(story),
    table("movements", "fct_mrr_movements", ["month", "movement", "opening_mrr", "change_mrr", "closing_mrr"], {
      basis: "restated",
      texts: { movement: movementName },
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
      { wide: true, lists: { offer_class: "offer_class", outcome: "outcome" } },
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
