/* Win rates by month of proposal: a line of final cohorts with their intervals, hollow points of those that are not. */
report.winRateChart = (rows, band) => {
  const format = report.formats();
  const { axes, tips, label, t } = report;
  const points = rows
    .filter((row) => row.proposal_win_rate != null)
    .map((row) => ({
      month: row.month,
      value: row.proposal_win_rate,
      low: row.proposal_win_rate_low,
      high: row.proposal_win_rate_high,
      isFinal: row.is_cohort_matured,
      when: format.month(row.month),
      full: format.percent(row.proposal_win_rate),
      won: `${format.count(row.won_proposals)} / ${format.count(row.proposals)}`,
      sure:
        row.proposal_win_rate_low == null
          ? t("formats.missing")
          : `${format.percent(row.proposal_win_rate_low)} – ${format.percent(row.proposal_win_rate_high)}`,
      state: t(row.is_cohort_matured ? "notes.matured" : "figures.funnel.open"),
    }));
  const known = points.filter((point) => point.isFinal);
  const x = axes.months(rows);
  const y = axes.percent("value", { scale: { domain: [0, 1] } });
  const tooltip = tips([
    ["when", label("month")],
    ["full", label("proposal_win_rate")],
    ["sure", t("columns.interval")],
    ["won", t("figures.funnel.won_of")],
    ["state", label("is_cohort_matured")],
  ]);
  const mark = (isFinal) => ({
    data: { values: points.filter((point) => point.isFinal === isFinal) },
    mark: {
      type: "point",
      size: 50,
      opacity: 1,
      strokeWidth: 2,
      stroke: report.colours.line,
      fill: isFinal ? report.colours.line : report.isDark() ? "#1d2126" : "#f7f8f9",
    },
    encoding: { x, y, tooltip },
  });
  return {
    layer: [
      ...report.bandLayers(band),
      {
        data: { values: points.filter((point) => point.low != null) },
        mark: { type: "rule", strokeWidth: 2, opacity: 0.45, color: report.colours.line },
        encoding: { x, y: axes.percent("low", { scale: { domain: [0, 1] } }), y2: { field: "high" } },
      },
      { data: { values: known }, mark: { type: "line", color: report.colours.line }, encoding: { x, y } },
      mark(true),
      mark(false),
    ],
  };
};
