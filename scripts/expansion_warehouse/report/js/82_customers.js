/* Customers: who is well, who is not, and how much that says. */
report.pages.customers = {
  filters: [],
  figures: () => [
    report.figures.health(), report.figures.healthMrr(), report.figures.moves(), report.figures.tiers(), report.figures.record(), report.figures.redReasons(),
    report.figures.alerts(), report.figures.alertRecord(), report.figures.usage(), report.figures.rfm(),
    report.figures.accountsToday(),
  ],
};
report.bands = ["green", "yellow", "red", "onboarding", "insufficient_data", "unscored"];
const healthRows = () => report.rows("health").map((row) => ({ ...row, part: row.health_band ?? "unscored", place: report.bands.indexOf(row.health_band ?? "unscored") }))
  .sort((a, b) => a.month.localeCompare(b.month) || a.place - b.place);
const bandsOf = (rows) => report.bands.filter((band) => rows.some((row) => row.part === band));
const healthColumns = { columns: ["month", "health_band", "accounts", "mrr"], lists: { health_band: "health_band" }, tableRows: (rows) => [...rows].reverse() };

report.figures.health = () => ({
  id: "health", marts: ["fct_health_scores"], rules: ["specification/health.md#3.2"], explains: "fct_health_scores.health_score", needs: ["health"], basis: false, rows: healthRows,
  title: (rows) => {
    const last = report.last(rows);
    const of = (month, band) => rows.find((row) => row.month === month && row.part === band)?.accounts ?? 0;
    const red = of(last, "red");
    return report.t(`figures.health.${report.went(red, of(report.monthBefore(last), "red"))}`, { red: report.formats().count(red),
      accounts: report.formats().count(report.sum(rows.filter((row) => row.month === last), "accounts")), change: report.formats().signedCount(red - of(report.monthBefore(last), "red")) });
  },
  chart: (rows) => report.stackChart(rows, { parts: bandsOf(rows), list: "health_band", amount: "accounts", money: false }), ...healthColumns,
});
report.figures.healthMrr = () => ({
  id: "health_mrr", marts: ["fct_health_scores", "fct_mrr"], rules: ["specification/health.md#3.2"], needs: ["health"], basis: "restated", rows: healthRows,
  chart: (rows) => report.stackChart(rows, { parts: bandsOf(rows), list: "health_band", amount: "mrr" }), ...healthColumns,
});
report.figures.moves = () => ({
  id: "moves", marts: ["fct_health_scores"], needs: ["health_moves"], basis: false, rows: () => report.rows("health_moves"),
  content: (rows) => {
    const { el } = report;
    const format = report.formats();
    const order = [...report.bands, "not_there"];
    const present = (column) => order.filter((band) => rows.some((row) => row[column] === band));
    const [from, to] = [present("band_before"), present("band_now")];
    const count = (before, now) => rows.find((row) => row.band_before === before && row.band_now === now)?.accounts;
    return el("div", { class: "scroll" }, el("table", { class: "matrix" }, el("caption", {}, report.t("figures.moves.caption")),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, report.t("figures.moves.from")), to.map((band) => el("th", { scope: "col", class: "number" }, report.value("health_band", band))))),
      el("tbody", {}, from.map((before) => el("tr", {}, el("th", { scope: "row" }, report.value("health_band", before)),
        to.map((now) => el("td", { class: `number ${before === now ? "same" : ""}` }, count(before, now) == null ? "·" : format.count(count(before, now)))))))));
  },
});
report.figures.record = () => ({
  id: "record", wide: true, marts: ["kpi_health_backtest"], rules: ["specification/health.md#3.5"], needs: ["track_record"], basis: false,
  rows: () => report.rows("track_record").filter((row) => row.bucket_type === "band" || row.bucket_type === "all"),
  title: (rows) => { const known = rows.find((row) => row.auc != null);
    return known ? report.t("figures.record.title", { auc: report.formats().decimal(known.auc), low: report.formats().decimal(known.auc_low), high: report.formats().decimal(known.auc_high), days: known.horizon_days }) : null; },
  columns: ["score_version", "horizon_days", "bucket", "accounts", "churned", "churn_rate", "upsold", "upsell_rate", "lift", "auc", "verdict"],
  lists: { bucket: "health_band", verdict: "verdict" }, kinds: { horizon_days: "count" },
});
report.figures.redReasons = () => ({
  id: "red_reasons", wide: true, marts: ["kpi_red_reasons"], needs: ["red_reasons"], basis: false, rows: () => report.rows("red_reasons"),
  columns: ["reason", "horizon_days", "red_rows", "losses", "loss_rate", "loss_rate_low", "loss_rate_high", "base_rate", "lift", "verdict"],
  lists: { reason: "red_reason", verdict: "verdict" },
});
report.figures.alerts = () => ({
  id: "alerts", wide: true, marts: ["fct_alerts"], needs: ["alerts"], basis: false, rows: () => report.rows("alerts"),
  title: () => { const [now] = report.rows("alert_counts"); const { count } = report.formats();
    return report.t("figures.alerts.title", { n: count(now.alerts), high: count(now.high), accounts: count(now.accounts) }); },
  columns: ["severity", "alert_kind", "account_id", "account_name", "mrr", "owner", "began_on", "sentence", "what_to_do"],
  lists: { severity: "severity", alert_kind: "alert_kind" }, instead: { what_to_do: ["what_to_do", "alert_kind"] },
});
report.figures.alertRecord = () => ({
  id: "alert_record", wide: true, marts: ["kpi_alert_backtest"], needs: ["alert_record"], basis: false, rows: () => report.rows("alert_record"),
  columns: ["alert_kind", "outcome", "horizon_days", "alerts", "hits", "hit_rate", "hit_rate_lower", "hit_rate_upper", "base_rate", "lift", "median_lead_days", "verdict"],
  lists: { alert_kind: "alert_kind", outcome: "alert_outcome", verdict: "verdict" },
});
report.heat = (rows, { x, y, xs, ys, xTitle, yTitle, xList, yList, height = 240 }) => {
  const format = report.formats();
  const named = (list, value) => (list ? report.value(list, value) : String(value));
  const cells = rows.map((row) => ({ ...row, left: named(yList, row[y]), below: named(xList, row[x]), words: format.count(row.accounts), mrrWords: row.mrr == null ? "" : format.money(row.mrr) }));
  return { height, data: { values: cells }, encoding: {
    x: { field: "below", type: "ordinal", sort: xs.map((value) => named(xList, value)), title: xTitle, axis: { labelAngle: 0 } },
    y: { field: "left", type: "ordinal", sort: ys.map((value) => named(yList, value)), title: yTitle },
    tooltip: report.tips([["left", yTitle], ["below", xTitle], ["words", report.label("accounts")],
      ...(rows.some((row) => row.mrr != null) ? [["mrrWords", report.label("mrr")]] : [])]) },
  layer: [{ mark: "rect", encoding: { color: { field: "accounts", type: "quantitative", scale: { scheme: "blues", domainMin: 0 }, legend: null } } },
    { mark: { type: "text" }, encoding: { text: { field: "words" }, color: { condition: { test: `datum.accounts > ${Math.max(...rows.map((row) => row.accounts)) * 0.55}`, value: "#ffffff" }, value: "#202429" } } }] };
};
report.figures.usage = () => ({
  id: "usage", marts: ["fct_usage_monthly", "fct_lifecycle_stages"], needs: ["stages"], basis: false, rows: () => report.rows("stages"),
  chart: (rows) => report.heat(rows, { x: "usage_trend", y: "lifecycle_stage", xs: ["up", "flat", "down", "unknown"], ys: ["onboarding", "adoption", "expansion", "retention", "churned", "prospect"].filter((stage) => rows.some((row) => row.lifecycle_stage === stage)),
    xTitle: report.label("usage_trend"), yTitle: report.label("lifecycle_stage"), xList: "usage_trend", yList: "lifecycle_stage" }),
  columns: ["lifecycle_stage", "usage_trend", "accounts"], lists: { lifecycle_stage: "lifecycle_stage", usage_trend: "usage_trend" },
});
report.figures.rfm = () => ({
  id: "rfm", marts: ["fct_rfm", "fct_mrr"], needs: ["rfm"], basis: "restated",
  rows: () => { const bases = report.distinct("rfm", "rfm_basis"); const basis = bases.includes("value_event") ? "value_event" : bases[0]; return report.rows("rfm").filter((row) => row.rfm_basis === basis); },
  chart: (rows) => report.heat(rows, { x: "f_score", y: "r_score", xs: [1, 2, 3, 4, 5], ys: [5, 4, 3, 2, 1], xTitle: report.label("f_score"), yTitle: report.label("r_score") }),
  columns: ["rfm_basis", "r_score", "f_score", "accounts", "mrr"], lists: { rfm_basis: "rfm_basis" },
});
report.figures.tiers = () => ({
  id: "tiers", marts: ["fct_customer_tiers"], needs: ["tiers"], basis: false,
  rows: () => { const all = report.rows("tiers"); const last = report.last(all); return all.filter((row) => row.month === last); },
  columns: ["month", "customer_tier", "accounts"], lists: { customer_tier: "customer_tier" },
});
report.figures.accountsToday = () => ({
  id: "accounts_today", wide: true, marts: ["fct_accounts_today"], needs: ["accounts_today"], basis: false, explains: "fct_mrr.mrr", rows: () => report.rows("accounts_today"),
  columns: ["account_id", "account_name", "mrr", "seats", "seat_utilisation", "health_band", "health_score", "health_change", "next_renewal_on", "open_tickets", "last_contacted_on", "overdue_since", "do_not_contact", "csm_owner", "sales_owner"],
  lists: { health_band: "health_band" },
});
