/* The first page: if nothing else is read, this must do. */
report.pages.overview = {
  filters: ["basis"],
  segments: "bridge",
  files: () => report.moveFiles(),
  head: () => [report.cards()],
  figures: () => [
    report.figures.monthWaterfall(),
    report.figures.retention({ months: 24 }),
    report.figures.changed({ most: 10 }),
    report.figures.since(),
    report.figures.renewalsAhead(),
    report.figures.firstWarnings(),
  ],
};
report.figures = {};

report.figures.monthWaterfall = () => ({
  id: "month_waterfall",
  marts: ["kpi_mrr_bridge"],
  rules: ["specification/revenue.md#2.2"],
  explains: "kpi_mrr_bridge.closing_mrr",
  needs: ["bridge"],
  rows: () =>
    report.withBooks(
      report.chosen("bridge", { segment_type: "all", segment: "all", month: report.last(report.rows("bridge")) }),
    ),
  subtitle: (rows) => report.joined(report.t("figures.month_waterfall.subtitle"), report.openNote(rows)),
  title: ([row]) =>
    report.t(`figures.month_waterfall.${report.went(row.closing_mrr, row.opening_mrr)}`, {
      mrr: report.formats().compact(row.closing_mrr),
      change: report.formats().signedCompact(row.closing_mrr - row.opening_mrr),
      month: report.formats().month(row.month),
    }),
  chart: ([row]) => report.waterfall(row),
  onPick: ({ name }, [row]) => report.openBar(report.figures.monthWaterfall(), row, name),
  columns: ["month", "opening_mrr", ...report.movements, "closing_mrr", "books"],
  lists: { books: "books" },
});

report.figures.renewalsAhead = (type = "quarter", most = 4) => ({
  id: "renewals_ahead",
  marts: ["kpi_renewals_ahead"],
  rules: ["specification/revenue.md#2.4-ahead"],
  needs: ["renewals_ahead"],
  basis: false,
  rows: () =>
    report
      .rows("renewals_ahead")
      .filter((row) => row.period_type === type)
      .slice(0, most),
  title: (rows) =>
    report.t("figures.renewals_ahead.title", {
      due: report.formats().compact(report.sum(rows, "due_mrr")),
      red: report.formats().compact(report.sum(rows, "red_mrr")),
      open: report.formats().compact(report.sum(rows, "open_mrr")),
    }),
  chart: (rows) =>
    report.stackChart(
      report
        .melt(rows, ["green_mrr", "yellow_mrr", "red_mrr", "unscored_mrr"], ["period_label"])
        .map((row) => ({ ...row, part: row.part.replace("_mrr", "") })),
      { x: "period_label", parts: ["green", "yellow", "red", "unscored"], list: "health_band" },
    ),
  columns: [
    "period_label",
    "due_terms",
    "due_accounts",
    "due_mrr",
    "open_mrr",
    "at_risk_mrr",
    "notice_mrr",
    "renewed_early_mrr",
    "green_mrr",
    "yellow_mrr",
    "red_mrr",
    "unscored_mrr",
    "unproposed_mrr",
  ],
});

/* What is different from the run before: MRR and health of accounts, alerts that began or ended. */
report.figures.since = () => ({
  id: "since",
  wide: true,
  marts: ["fct_accounts_today", "fct_alerts"],
  basis: false,
  rows: () => {
    const { money } = report.formats();
    const shown = (row, value) =>
      value == null
        ? null
        : row.what === "mrr_in_force"
          ? money(value)
          : report.value(row.what === "health_bands" ? "health_band" : "alert_kind", value);
    return report.facts.since.rows.map((row) => ({ ...row, was: shown(row, row.was), now: shown(row, row.now) }));
  },
  title: (rows) => {
    const of = (what) => report.formats().count(rows.filter((row) => row.what === what).length);
    return report.t("figures.since.title", {
      mrr: of("mrr_in_force"),
      bands: of("health_bands"),
      began: of("alert_began"),
      ended: of("alert_ended"),
    });
  },
  subtitle: () => {
    const { as_of: before } = report.facts.since;
    return before ? report.t("figures.since.subtitle", { as_of: report.formats().day(before) }) : null;
  },
  nothing: () => (report.facts.since.why_not ? report.t("figures.since.alone") : null),
  columns: ["what", "account_id", "account_name", "was", "now"],
  lists: { what: "change" },
});
