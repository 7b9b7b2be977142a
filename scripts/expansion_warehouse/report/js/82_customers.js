/* Customers: who is well, who is not, and how much that says. */
report.pages.customers = {
  filters: [],
  figures: () => [
    report.figures.health(),
    report.figures.healthMrr(),
    report.figures.moves(),
    report.figures.tiers(),
    report.figures.record(),
    report.figures.redReasons(),
    report.figures.alerts(),
    report.figures.alertRecord(),
    report.figures.usage(),
    report.figures.rfm(),
    report.figures.accountsToday(),
  ],
};
report.bands = ["green", "yellow", "red", "onboarding", "insufficient_data", "unscored"];
const healthRows = () =>
  report
    .rows("health")
    .map((row) => ({
      ...row,
      part: row.health_band ?? "unscored",
      place: report.bands.indexOf(row.health_band ?? "unscored"),
    }))
    .sort((a, b) => a.month.localeCompare(b.month) || a.place - b.place);
const bandsOf = (rows) => report.bands.filter((band) => rows.some((row) => row.part === band));
const healthColumns = {
  columns: ["month", "health_band", "accounts", "mrr"],
  lists: { health_band: "health_band" },
  tableRows: (rows) => [...rows].reverse(),
};

report.figures.health = () => ({
  id: "health",
  marts: ["fct_health_scores"],
  rules: ["specification/health.md#3.2"],
  explains: "fct_health_scores.health_score",
  needs: ["health"],
  basis: false,
  rows: healthRows,
  title: (rows) => {
    const last = report.last(rows);
    const of = (month, band) => rows.find((row) => row.month === month && row.part === band)?.accounts ?? 0;
    const red = of(last, "red");
    return report.t(`figures.health.${report.went(red, of(report.monthBefore(last), "red"))}`, {
      red: report.formats().count(red),
      accounts: report.formats().count(
        report.sum(
          rows.filter((row) => row.month === last),
          "accounts",
        ),
      ),
      change: report.formats().signedCount(red - of(report.monthBefore(last), "red")),
    });
  },
  chart: (rows) =>
    report.stackChart(rows, { parts: bandsOf(rows), list: "health_band", amount: "accounts", money: false }),
  ...healthColumns,
});
report.figures.healthMrr = () => ({
  id: "health_mrr",
  marts: ["fct_health_scores", "fct_mrr"],
  rules: ["specification/health.md#3.2"],
  needs: ["health"],
  basis: "restated",
  rows: healthRows,
  chart: (rows) => report.stackChart(rows, { parts: bandsOf(rows), list: "health_band", amount: "mrr" }),
  ...healthColumns,
});
report.figures.moves = () => ({
  id: "moves",
  marts: ["fct_health_scores"],
  needs: ["health_moves"],
  basis: false,
  rows: () => report.rows("health_moves"),
  content: (rows) => {
    const { el } = report;
    const format = report.formats();
    const order = [...report.bands, "not_there"];
    const present = (column) => order.filter((band) => rows.some((row) => row[column] === band));
    const [from, to] = [present("band_before"), present("band_now")];
    const count = (before, now) => rows.find((row) => row.band_before === before && row.band_now === now)?.accounts;
    return el(
      "div",
      { class: "scroll" },
      el(
        "table",
        { class: "matrix" },
        el("caption", {}, report.t("figures.moves.caption")),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", { scope: "col" }, report.t("figures.moves.from")),
            to.map((band) => el("th", { scope: "col", class: "number" }, report.value("health_band", band))),
          ),
        ),
        el(
          "tbody",
          {},
          from.map((before) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, report.value("health_band", before)),
              to.map((now) =>
                el(
                  "td",
                  { class: `number ${before === now ? "same" : ""}` },
                  count(before, now) == null ? "·" : format.count(count(before, now)),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  },
});
report.figures.record = () => ({
  id: "record",
  wide: true,
  marts: ["kpi_health_backtest"],
  rules: ["specification/health.md#3.5"],
  needs: ["track_record"],
  basis: false,
  rows: () => report.rows("track_record").filter((row) => row.bucket_type === "band" || row.bucket_type === "all"),
  title: (rows) => {
    const known = rows.find((row) => row.auc != null);
    return known
      ? report.t("figures.record.title", {
          auc: report.formats().decimal(known.auc),
          low: report.formats().decimal(known.auc_low),
          high: report.formats().decimal(known.auc_high),
          days: known.horizon_days,
        })
      : null;
  },
  columns: [
    "score_version",
    "horizon_days",
    "bucket",
    "accounts",
    "churned",
    "churn_rate",
    "upsold",
    "upsell_rate",
    "lift",
    "auc",
    "verdict",
  ],
  lists: { bucket: "health_band", verdict: "verdict" },
  kinds: { horizon_days: "count" },
});
report.figures.redReasons = () => ({
  id: "red_reasons",
  wide: true,
  marts: ["kpi_red_reasons"],
  needs: ["red_reasons"],
  basis: false,
  rows: () => report.rows("red_reasons"),
  columns: [
    "reason",
    "horizon_days",
    "red_rows",
    "losses",
    "loss_rate",
    "loss_rate_low",
    "loss_rate_high",
    "base_rate",
    "lift",
    "verdict",
  ],
  lists: { reason: "red_reason", verdict: "verdict" },
});
