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
  behind: report.behind.band,
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
  behind: report.behind.move,
  called: (row) => ["band_before", "band_now"].map((name) => report.value("health_band", row[name])).join(" → "),
  title: (rows) => {
    const place = (band) => ["green", "yellow", "red"].indexOf(band);
    const both = rows.filter((row) => place(row.band_before) >= 0 && place(row.band_now) >= 0);
    const moved = (sign) =>
      report.sum(
        both.filter((row) => Math.sign(place(row.band_now) - place(row.band_before)) === sign),
        "accounts",
      );
    return report.t("figures.moves.title", {
      down: report.formats().count(moved(1)),
      up: report.formats().count(moved(-1)),
    });
  },
  content: (rows) => {
    const { el } = report;
    const format = report.formats();
    const order = [...report.bands, "not_there"];
    const present = (column) => order.filter((band) => rows.some((row) => row[column] === band));
    const [from, to] = [present("band_before"), present("band_now")];
    const figure = report.figures.moves();
    const count = (before, now) => {
      const row = rows.find((one) => one.band_before === before && one.band_now === now);
      return row ? report.number(figure, row, "accounts", format.count(row.accounts)) : "·";
    };
    const body = (lines) => {
      const made = el("tbody", {}, lines);
      report.arrows(made)();
      return made;
    };
    return el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": report.t("figures.moves.caption") },
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
        body(
          from.map((before) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, report.value("health_band", before)),
              to.map((now) => el("td", { class: `number ${before === now ? "same" : ""}` }, count(before, now))),
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
  rows: () => {
    const place = (row) => [...report.bands, "all"].indexOf(row.bucket);
    return report
      .rows("track_record")
      .filter((row) => row.bucket_type === "band" || row.bucket_type === "all")
      .sort((a, b) => a.horizon_days - b.horizon_days || place(a) - place(b));
  },
  title: (rows) => {
    const format = report.formats();
    const known = rows.find((row) => row.auc != null && row.auc_low != null);
    const of = (band) => rows.find((row) => row.bucket === band && row.horizon_days === known?.horizon_days);
    const lost = (band) =>
      report.t("figures.record.lost", {
        rate: format.percent(of(band).churn_rate),
        churned: format.count(of(band).churned),
        n: format.count(of(band).accounts),
      });
    return of("red")?.churn_rate != null && of("green")?.churn_rate != null
      ? report.t("figures.record.title", {
          verdict: report.value("verdict", known.verdict),
          red: lost("red"),
          green: lost("green"),
          auc: format.factor(known.auc),
          low: format.factor(known.auc_low),
          high: format.factor(known.auc_high),
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
