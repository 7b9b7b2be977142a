/* Revenue that stays: NRR by segment and product, and cohorts. */
report.figures.segments = () => ({
  id: "segments",
  marts: ["kpi_nrr"],
  rules: ["specification/revenue.md#2.4"],
  explains: "kpi_nrr.nrr",
  needs: ["nrr"],
  rows: () => {
    const type =
      report.state.segment_type === "all"
        ? report.distinct("nrr", "segment_type").find((name) => name !== "all")
        : report.state.segment_type;
    const rows = report.chosen("nrr", { segment_type: type, segment: undefined });
    const last = report.last(rows);
    return report.withBooks(rows.filter((row) => row.month === last && row.nrr != null)).sort((a, b) => b.nrr - a.nrr);
  },
  subtitle: (rows) => report.joined(report.t("figures.segments.subtitle"), report.openNote(rows)),
  title: (rows) =>
    report.t(`figures.segments.${rows.length > 1 ? "title" : "one"}`, {
      type: report.value("segment_type", rows[0].segment_type),
      best: rows[0].segment,
      nrr: report.formats().percent(rows[0].nrr),
      worst: rows.at(-1).segment,
      low: report.formats().percent(rows.at(-1).nrr),
    }),
  chart: (rows) => {
    const format = report.formats();
    const dots = rows.map((row) => ({
      ...row,
      full: format.percent(row.nrr),
      accounts: format.count(row.opening_accounts),
      sure:
        row.nrr_low == null
          ? report.value("interval_note", row.interval_note)
          : `${format.percent(row.nrr_low)} – ${format.percent(row.nrr_high)}`,
      name: row.is_small_sample ? `${row.segment} (n = ${format.count(row.opening_accounts)})` : row.segment,
    }));
    const dotColour = {
      condition: { test: "datum.is_small_sample", value: report.colours.muted },
      value: report.colours.line,
    };
    const y = {
      field: "name",
      type: "nominal",
      sort: dots.map((dot) => dot.name),
      title: null,
      axis: { labelLimit: 180 },
    };
    return {
      height: Math.max(120, dots.length * 26),
      data: { values: dots },
      layer: [
        {
          data: { values: [{ at: 1 }] },
          mark: { type: "rule", strokeDash: [4, 3], color: report.colours.muted },
          encoding: { x: { field: "at", type: "quantitative" } },
        },
        ...(dots.some((dot) => dot.nrr_low != null)
          ? [
              {
                mark: { type: "rule", strokeWidth: 2, opacity: 0.6, color: report.colours.line },
                encoding: {
                  y,
                  x: report.axes.percent("nrr_low", { scale: { zero: false } }),
                  x2: { field: "nrr_high" },
                },
              },
            ]
          : []),
        {
          mark: { type: "point", size: 80, strokeWidth: 2, opacity: 1 },
          encoding: {
            y,
            x: report.axes.percent("nrr", { scale: { zero: false } }),
            stroke: dotColour,
            fill: dotColour,
            fillOpacity: { condition: { test: "datum.books === 'open'", value: 0 }, value: 1 },
            tooltip: report.tips([
              ["segment", report.label("segment")],
              ["full", "NRR"],
              ["sure", report.label("interval")],
              ["accounts", report.label("opening_accounts")],
            ]),
          },
        },
      ],
    };
  },
  columns: [
    "segment",
    "nrr",
    "nrr_low",
    "nrr_high",
    "grr",
    "logo_retention",
    "opening_mrr",
    "closing_mrr",
    "kept_mrr",
    "opening_accounts",
    "is_small_sample",
    "interval_note",
  ],
  lists: { interval_note: "interval_note" },
});
report.figures.products = () => ({
  id: "products",
  wide: true,
  marts: ["kpi_nrr_products"],
  rules: ["specification/revenue.md#2.7-products"],
  needs: ["nrr_products"],
  rows: () => {
    const rows = report.chosen("nrr_products");
    const last = report.last(rows);
    return report.withBooks(rows.filter((row) => row.month === last));
  },
  subtitle: (rows) => report.joined(report.t("figures.products.subtitle"), report.openNote(rows, "notes.open_rows")),
  columns: [
    "product_name",
    "nrr",
    "grr",
    "opening_mrr",
    "expansion_mrr",
    "contraction_mrr",
    "churn_mrr",
    "closing_mrr",
    "moved_in_mrr",
    "moved_out_mrr",
    "entered_mrr",
    "opening_accounts",
    "is_small_sample",
  ],
});
