/* Revenue: how it came to what it is, how sure that is, and what is due. */
report.pages.revenue = {
  filters: ["basis", "segment_type", "segment", "window", "period", "month"], segments: "bridge",
  figures: () => [
    report.figures.waterfall(), report.figures.stack(), report.figures.retention({ months: 36 }),
    report.figures.drivers(), report.figures.segments(), report.figures.renewals(), report.figures.products(), report.figures.cohorts(),
    report.figures.changed({ most: 100 }), report.figures.renewalsAhead(), report.figures.schedule(), report.figures.termsAhead(),
    report.figures.outlook(), report.figures.restatements(), report.figures.restatedLines(), report.figures.seals(),
  ],
};
const bridgeRows = () => (report.state.period === "month"
  ? report.chosen("bridge").map((row) => ({ ...row, period: row.month, period_label: report.formats().month(row.month) }))
  : report.chosen("bridge_periods", { period_type: report.state.period }));
const bridgeMart = () => (report.state.period === "month" ? "kpi_mrr_bridge" : "kpi_mrr_bridge_periods");
const bridgeColumns = ["period_label", "opening_mrr", ...report.movements, "closing_mrr", "paying_accounts", "quick_ratio"];
const ordered = (rows, column) => [...rows].sort((a, b) => a[column].localeCompare(b[column]));

report.figures.waterfall = () => ({
  id: "waterfall", wide: true, marts: [bridgeMart()], rules: ["specification/revenue.md#2.2"], explains: "kpi_mrr_bridge.closing_mrr", needs: ["bridge", "bridge_periods"],
  rows: () => { const rows = bridgeRows(); return rows.filter((row) => row.period === report.last(rows, "period")); },
  title: ([row]) => report.t(`figures.month_waterfall.${report.went(row.closing_mrr, row.opening_mrr)}`, {
    mrr: report.formats().compact(row.closing_mrr), change: report.formats().signedCompact(row.closing_mrr - row.opening_mrr), month: row.period_label })
    + (row.is_partial ? ` ${report.t("notes.partial")}` : ""),
  chart: ([row]) => report.waterfall(row), onPick: () => report.openMonth(report.last(report.rows("movers"))),
  columns: bridgeColumns,
});
report.figures.stack = () => ({
  id: "stack", wide: true, marts: [bridgeMart()], rules: ["specification/revenue.md#2.2"], needs: ["bridge", "bridge_periods"],
  rows: () => ordered(bridgeRows(), "period"),
  title: (rows) => {
    const gained = report.sum(rows, "new_mrr") + report.sum(rows, "expansion_mrr") + report.sum(rows, "reactivation_mrr");
    const lost = report.sum(rows, "contraction_mrr") + report.sum(rows, "churn_mrr");
    return report.t("figures.stack.title", { gained: report.formats().compact(gained), lost: report.formats().compact(-lost), from: rows[0].period_label, to: rows.at(-1).period_label });
  },
  chart: (rows) => report.stackChart(report.melt(rows, report.movements.slice(0, 8), ["period", "period_label"]), { x: "period_label", parts: report.movements.slice(0, 8) }),
  onPick: (datum) => report.openMonth(datum.period),
  columns: bridgeColumns, tableRows: (rows) => [...rows].reverse(),
});
report.figures.drivers = () => ({
  id: "drivers", marts: ["fct_mrr_drivers"], rules: ["specification/revenue.md#2.2-drivers"], needs: ["drivers"],
  rows: () => {
    const all = report.chosen("drivers");
    const first = report.monthBefore(report.last(all) ?? "2000-01-01", 11);
    const found = new Map();
    for (const row of all.filter((one) => one.month >= first)) found.set(row.driver, (found.get(row.driver) ?? 0) + row.amount);
    return [...found].map(([driver, amount]) => ({ driver, amount })).sort((a, b) => b.amount - a.amount);
  },
  title: (rows) => report.t("figures.drivers.title", { best: report.value("driver", rows[0].driver), gain: report.formats().signedCompact(rows[0].amount),
    worst: report.value("driver", rows.at(-1).driver), loss: report.formats().signedCompact(rows.at(-1).amount) }),
  chart: (rows) => {
    const bars = rows.map((row) => ({ ...row, named: report.value("driver", row.driver), full: report.formats().money(row.amount), words: report.formats().signedCompact(row.amount) }));
    return { height: Math.max(160, bars.length * 24), data: { values: bars }, encoding: {
      y: { field: "named", type: "nominal", sort: bars.map((bar) => bar.named), title: null, axis: { labelLimit: 180 } },
      x: report.axes.money("amount", { scale: report.axes.room(bars.map((bar) => bar.amount)) }), tooltip: report.tips([["named", report.label("driver")], ["full", report.label("amount")]]) },
    layer: [{ mark: "bar", encoding: { color: { condition: { test: "datum.amount < 0", value: report.colours.churn_mrr }, value: report.colours.expansion_mrr } } },
      { mark: { type: "text", align: { expr: "datum.amount < 0 ? 'right' : 'left'" }, dx: { expr: "datum.amount < 0 ? -4 : 4" } }, encoding: { text: { field: "words" } } }] };
  },
  columns: ["driver", "amount"], lists: { driver: "driver" },
});
report.figures.segments = () => ({
  id: "segments", marts: ["kpi_nrr"], rules: ["specification/revenue.md#2.4"], explains: "kpi_nrr.nrr", needs: ["nrr"],
  rows: () => {
    const type = report.state.segment_type === "all" ? report.distinct("nrr", "segment_type").find((name) => name !== "all") : report.state.segment_type;
    const rows = report.chosen("nrr", { segment_type: type, segment: undefined });
    const last = report.last(rows);
    return rows.filter((row) => row.month === last && row.nrr != null).sort((a, b) => b.nrr - a.nrr);
  },
  title: (rows) => report.t("figures.segments.title", { type: report.value("segment_type", rows[0].segment_type), best: rows[0].segment, nrr: report.formats().percent(rows[0].nrr),
    worst: rows.at(-1).segment, low: report.formats().percent(rows.at(-1).nrr) }),
  chart: (rows) => {
    const format = report.formats();
    const dots = rows.map((row) => ({ ...row, full: format.percent(row.nrr), accounts: format.count(row.opening_accounts),
      sure: row.nrr_low == null ? report.value("interval_note", row.interval_note) : `${format.percent(row.nrr_low)} – ${format.percent(row.nrr_high)}`,
      name: row.is_small_sample ? `${row.segment} (n = ${format.count(row.opening_accounts)})` : row.segment }));
    const y = { field: "name", type: "nominal", sort: dots.map((dot) => dot.name), title: null, axis: { labelLimit: 180 } };
    return { height: Math.max(120, dots.length * 26), data: { values: dots }, layer: [
      { data: { values: [{ at: 1 }] }, mark: { type: "rule", strokeDash: [4, 3], color: report.colours.muted }, encoding: { x: { field: "at", type: "quantitative" } } },
      ...(dots.some((dot) => dot.nrr_low != null)
        ? [{ mark: { type: "rule", strokeWidth: 2, opacity: 0.5, color: report.colours.line }, encoding: { y, x: report.axes.percent("nrr_low", { scale: { zero: false } }), x2: { field: "nrr_high" } } }] : []),
      { mark: { type: "point", filled: true, size: 90, opacity: 1 }, encoding: { y, x: report.axes.percent("nrr", { scale: { zero: false } }),
        color: { condition: { test: "datum.is_small_sample", value: report.colours.muted }, value: report.colours.line },
        tooltip: report.tips([["segment", report.label("segment")], ["full", "NRR"], ["sure", report.label("interval")], ["accounts", report.label("opening_accounts")]]) } },
    ] };
  },
  columns: ["segment", "nrr", "nrr_low", "nrr_high", "grr", "logo_retention", "opening_mrr", "closing_mrr", "kept_mrr", "opening_accounts", "is_small_sample", "interval_note"],
  lists: { interval_note: "interval_note" },
});
report.figures.products = () => ({
  id: "products", wide: true, marts: ["kpi_nrr_products"], rules: ["specification/revenue.md#2.7-products"], needs: ["nrr_products"],
  rows: () => { const rows = report.chosen("nrr_products"); const last = report.last(rows); return rows.filter((row) => row.month === last); },
  columns: ["product_name", "nrr", "grr", "opening_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr", "closing_mrr", "moved_in_mrr", "moved_out_mrr", "entered_mrr", "opening_accounts", "is_small_sample"],
});
report.figures.cohorts = () => ({
  id: "cohorts", wide: true, isCompany: true, marts: ["kpi_cohort_retention"], rules: ["specification/revenue.md#2.4"], needs: ["cohorts"],
  rows: () => ordered(report.chosen("cohorts", { segment_type: "all", segment: "all" }).filter((row) => row.nrr != null), "cohort_month"),
  title: (rows) => {
    const year = rows.filter((row) => row.months_since === 12);
    return year.length ? report.t("figures.cohorts.title", { kept: report.formats().count(year.filter((row) => row.nrr >= 1).length), of: report.formats().count(year.length) }) : null;
  },
  chart: (rows) => {
    const format = report.formats();
    const cells = rows.map((row) => ({ ...row, when: format.month(row.cohort_month), full: format.percent(row.nrr), logos: format.percent(row.logo_retention), money: format.money(row.retained_mrr) }));
    return { height: 420, data: { values: cells }, mark: "rect", encoding: {
      x: { field: "months_since", type: "ordinal", title: report.label("months_since"), axis: { labelAngle: 0, labelOverlap: "greedy" } },
      y: { ...report.axes.month("cohort_month"), axis: { labelExpr: "as_month(datum.value)", labelOverlap: "greedy", labelSeparation: 2 } },
      color: { field: "nrr", type: "quantitative", scale: { scheme: "blueorange", reverse: true, domainMid: 1, domain: [0.4, 1.6], clamp: true }, legend: { format: ".0%", title: null, gradientLength: 160 } },
      tooltip: report.tips([["when", report.label("cohort_month")], ["months_since", report.label("months_since")], ["full", "NRR"], ["logos", report.label("logo_retention")], ["money", report.label("retained_mrr")]]) } };
  },
  columns: ["cohort_month", "months_since", "nrr", "logo_retention", "cohort_mrr", "retained_mrr", "cohort_accounts", "retained_accounts", "is_small_sample"],
});
report.figures.renewals = () => ({
  id: "renewals", marts: ["kpi_renewals"], rules: ["specification/revenue.md#2.4"], needs: ["renewals"],
  rows: () => ordered(report.chosen("renewals").filter((row) => row.expiring_terms > 0), "month"),
  title: (rows) => { const known = rows.filter((row) => row.is_matured && row.renewal_rate != null);
    return known.length ? report.t("figures.renewals.title", { rate: report.formats().percent(known.at(-1).renewal_rate), month: report.formats().month(known.at(-1).month) }) : null; },
  chart: (rows) => {
    const format = report.formats();
    const points = rows.filter((row) => row.renewal_rate != null).map((row) => ({ ...row, when: format.month(row.month), full: format.percent(row.renewal_rate),
      state: report.t(row.is_matured ? "notes.matured" : "notes.provisional"), mrr: format.money(row.expiring_mrr) }));
    return { data: { values: points }, encoding: { x: report.axes.month(), y: report.axes.percent("renewal_rate"),
      tooltip: report.tips([["when", report.label("month")], ["full", report.label("renewal_rate")], ["state", report.label("state")], ["mrr", report.label("expiring_mrr")]]) },
    layer: [{ mark: { type: "line", color: report.colours.line } },
      { mark: { type: "point", size: 60, strokeWidth: 2, color: report.colours.line, opacity: 1 }, encoding: { fill: { condition: { test: "datum.is_matured", value: report.colours.line }, value: report.isDark() ? "#15181c" : "#ffffff" } } }] };
  },
  columns: ["month", "renewal_rate", "expiring_terms", "expiring_mrr", "renewed_mrr", "reduced_mrr", "open_mrr", "lost_mrr", "notice_mrr", "is_matured", "is_small_sample"],
  tableRows: (rows) => [...rows].reverse(),
});
report.figures.termsAhead = () => ({
  id: "terms_ahead", wide: true, marts: ["fct_renewals_ahead"], needs: ["terms_ahead"], basis: false, rows: () => report.rows("terms_ahead"),
  columns: ["due_on", "account_id", "account_name", "product_name", "due_mrr", "renewal_state", "health_band", "health_score", "open_proposals", "csm_owner", "sales_owner"],
  lists: { renewal_state: "renewal_state", health_band: "health_band" },
});
report.figures.schedule = () => ({
  id: "schedule", marts: ["kpi_cmrr_schedule"], needs: ["schedule"], basis: false, rules: ["specification/revenue.md#2.4-schedule"],
  rows: () => ordered(report.rows("schedule"), "month"),
  title: (rows) => { const at = rows[Math.min(11, rows.length - 1)];
    return report.t("figures.schedule.title", { now: report.formats().compact(rows[0].opening_mrr), then: report.formats().compact(at.scheduled_mrr), month: report.formats().month(at.month) }); },
  chart: (rows) => {
    const format = report.formats();
    const names = ["scheduled_mrr", "outlook_mrr"];
    const points = rows.flatMap((row) => names.map((name) => ({ month: row.month, when: format.month(row.month), name: report.label(name), value: row[name], full: format.money(row[name]) })));
    return { data: { values: points }, mark: { type: "line", point: { size: 40 } }, encoding: { x: report.axes.month(), y: report.axes.money("value", { scale: { zero: true } }),
      color: { field: "name", type: "nominal", scale: { domain: names.map(report.label), range: [report.colours.line, report.colours.second] } },
      tooltip: report.tips([["when", report.label("month")], ["name", report.label("metric")], ["full", report.label("amount")]]) } };
  },
  columns: ["month", "opening_mrr", "starts_mrr", "steps_mrr", "discount_mrr", "replaced_mrr", "notice_mrr", "ended_mrr", "scheduled_mrr", "committed_mrr", "renewal_rate", "outlook_mrr"],
});
report.figures.outlook = () => ({
  id: "outlook", wide: true, marts: ["kpi_cmrr_schedule", "kpi_outlook_track"], needs: ["schedule"], basis: false,
  rows: () => ordered(report.rows("schedule").filter((row) => row.tracked_months > 0), "month"),
  title: (rows) => report.t(`figures.outlook.${rows.some((row) => row.verdict === "better") ? "better" : "not_better"}`, {
    n: report.formats().count(rows.filter((row) => row.verdict === "better").length), of: report.formats().count(rows.length) }),
  columns: ["months_ahead", "outlook_error", "outlook_miss", "naive_error", "naive_miss", "tracked_months", "verdict"],
  lists: { verdict: "outlook_verdict" }, kinds: { months_ahead: "count", tracked_months: "count" },
});
report.figures.restatements = () => ({
  id: "restatements", wide: true, marts: ["fct_nrr_restatements"], needs: ["restatements"], basis: false,
  rows: () => report.rows("restatements").filter((row) => row.retention_window === report.state.window),
  title: (rows) => { const changed = rows.filter((row) => row.nrr_difference);
    return report.t(changed.length ? "figures.restatements.title" : "figures.restatements.none", { n: report.formats().count(changed.length), of: report.formats().count(rows.length) }); },
  columns: ["month", "as_reported_nrr", "restated_nrr", "nrr_difference", "as_reported_opening_mrr", "restated_opening_mrr", "as_reported_closing_mrr", "restated_closing_mrr", "changed_lines"],
});
report.figures.restatedLines = () => ({
  id: "restated_lines", wide: true, marts: ["fct_nrr_restatement_lines"], needs: ["restatement_lines"], basis: false,
  rows: () => report.rows("restatement_lines").filter((row) => row.retention_window === report.state.window),
  columns: ["month", "contract_line_id", "account_id", "opening_difference", "closing_difference", "nrr_points", "reason", "known_on"],
  lists: { reason: "restatement_reason" },
});
report.figures.seals = () => ({
  id: "seals", wide: true, marts: ["fct_sealed_months"], needs: ["seals"], basis: false, rows: () => report.rows("seals"),
  columns: ["month", "sealed_on", "sealed_by", "close_note", "sealed_closing_mrr", "current_closing_mrr", "sealed_nrr_12m", "current_nrr_12m", "changed_lines", "reason"],
  lists: { reason: "seal_reason" },
});
