/* Revenue that comes up for renewal, what is committed, and how good outlooks were. */
report.figures.renewals = () => ({
  id: "renewals",
  marts: ["kpi_renewals"],
  rules: ["specification/revenue.md#2.4"],
  needs: ["renewals"],
  rows: () =>
    ordered(
      report.chosen("renewals").filter((row) => row.expiring_terms > 0),
      "month",
    ),
  title: (rows) => {
    const known = rows.filter((row) => row.is_matured && row.renewal_rate != null);
    return known.length
      ? report.t("figures.renewals.title", {
          rate: report.formats().percent(known.at(-1).renewal_rate),
          month: report.formats().month(known.at(-1).month),
          terms: report.formats().count(known.at(-1).expiring_terms),
        })
      : null;
  },
  chart: (rows) => {
    const format = report.formats();
    const points = rows
      .filter((row) => row.renewal_rate != null)
      .map((row) => ({
        ...row,
        when: format.month(row.month),
        full: format.percent(row.renewal_rate),
        state: report.t(row.is_matured ? "notes.matured" : "notes.provisional"),
        mrr: format.money(row.expiring_mrr),
      }));
    const { line, muted: grey } = report.colours;
    return {
      data: { values: points },
      encoding: {
        x: report.axes.months(points),
        y: report.axes.percent("renewal_rate"),
        tooltip: report.tips([
          ["when", report.label("month")],
          ["full", report.label("renewal_rate")],
          ["state", report.label("state")],
          ["mrr", report.label("expiring_mrr")],
        ]),
      },
      layer: [
        { mark: { type: "line", color: report.colours.line } },
        {
          mark: { type: "point", size: 60, strokeWidth: 2, opacity: 1 },
          encoding: {
            stroke: { condition: { test: "datum.is_small_sample", value: grey }, value: line },
            fill: {
              condition: [
                { test: "!datum.is_matured", value: report.isDark() ? "#15181c" : "#ffffff" },
                { test: "datum.is_small_sample", value: grey },
              ],
              value: line,
            },
          },
        },
      ],
    };
  },
  columns: [
    "month",
    "renewal_rate",
    "expiring_terms",
    "expiring_mrr",
    "renewed_mrr",
    "reduced_mrr",
    "open_mrr",
    "lost_mrr",
    "notice_mrr",
    "is_matured",
    "is_small_sample",
  ],
  tableRows: (rows) => [...rows].reverse(),
});
report.figures.termsAhead = () => ({
  id: "terms_ahead",
  wide: true,
  marts: ["fct_renewals_ahead"],
  needs: ["terms_ahead"],
  basis: false,
  rows: () => report.rows("terms_ahead"),
  columns: [
    "due_on",
    "account_id",
    "account_name",
    "product_name",
    "due_mrr",
    "renewal_state",
    "health_band",
    "health_score",
    "open_proposals",
    "csm_owner",
    "sales_owner",
  ],
  lists: { renewal_state: "renewal_state", health_band: "health_band" },
});
report.figures.schedule = () => ({
  id: "schedule",
  marts: ["kpi_cmrr_schedule"],
  needs: ["schedule"],
  basis: false,
  rules: ["specification/revenue.md#2.4-schedule"],
  rows: () => ordered(report.rows("schedule"), "month"),
  title: (rows) => {
    const at = rows[Math.min(11, rows.length - 1)];
    return report.t("figures.schedule.title", {
      now: report.formats().compact(rows[0].opening_mrr),
      then: report.formats().compact(at.scheduled_mrr),
      month: report.formats().month(at.month),
    });
  },
  chart: (rows) => {
    const format = report.formats();
    const names = ["scheduled_mrr", "outlook_mrr"];
    const points = rows.flatMap((row) =>
      names.map((name) => ({
        month: row.month,
        when: format.month(row.month),
        name: report.label(name),
        value: row[name],
        full: format.money(row[name]),
      })),
    );
    return {
      data: { values: points },
      mark: { type: "line", point: { size: 40 } },
      encoding: {
        x: report.axes.month(),
        y: report.axes.money("value", { scale: { zero: true } }),
        color: {
          field: "name",
          type: "nominal",
          scale: { domain: names.map(report.label), range: [report.colours.line, report.colours.second] },
        },
        tooltip: report.tips([
          ["when", report.label("month")],
          ["name", report.label("metric")],
          ["full", report.label("amount")],
        ]),
      },
    };
  },
  columns: [
    "month",
    "opening_mrr",
    "starts_mrr",
    "steps_mrr",
    "discount_mrr",
    "replaced_mrr",
    "notice_mrr",
    "ended_mrr",
    "scheduled_mrr",
    "committed_mrr",
    "renewal_rate",
    "outlook_mrr",
  ],
});
report.figures.outlook = () => ({
  id: "outlook",
  wide: true,
  marts: ["kpi_cmrr_schedule", "kpi_outlook_track"],
  needs: ["schedule"],
  basis: false,
  rows: () =>
    ordered(
      report.rows("schedule").filter((row) => row.tracked_months > 0),
      "month",
    ),
  title: (rows) =>
    report.t(`figures.outlook.${rows.some((row) => row.verdict === "better") ? "better" : "not_better"}`, {
      n: report.formats().count(rows.filter((row) => row.verdict === "better").length),
      of: report.formats().count(rows.length),
    }),
  columns: ["months_ahead", "outlook_error", "outlook_miss", "naive_error", "naive_miss", "tracked_months", "verdict"],
  lists: { verdict: "outlook_verdict" },
  kinds: { months_ahead: "count", tracked_months: "count" },
});
