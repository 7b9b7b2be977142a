/* What became known later: restatements, the lines behind them, sealed months. */
report.figures.restatements = () => ({
  id: "restatements",
  wide: true,
  marts: ["fct_nrr_restatements"],
  needs: ["restatements"],
  basis: false,
  rows: () => report.rows("restatements").filter((row) => row.retention_window === report.state.window),
  title: (rows) => {
    const changed = rows.filter((row) => row.nrr_difference);
    return report.t(changed.length ? "figures.restatements.title" : "figures.restatements.none", {
      n: report.formats().count(changed.length),
      of: report.formats().count(rows.length),
    });
  },
  columns: [
    "month",
    "as_reported_nrr",
    "restated_nrr",
    "nrr_difference",
    "as_reported_opening_mrr",
    "restated_opening_mrr",
    "as_reported_closing_mrr",
    "restated_closing_mrr",
    "changed_lines",
  ],
});
report.figures.restatedLines = () => ({
  id: "restated_lines",
  wide: true,
  marts: ["fct_nrr_restatement_lines"],
  needs: ["restatement_lines"],
  basis: false,
  rows: () => report.rows("restatement_lines").filter((row) => row.retention_window === report.state.window),
  columns: [
    "month",
    "contract_line_id",
    "account_id",
    "opening_difference",
    "closing_difference",
    "nrr_points",
    "reason",
    "known_on",
  ],
  lists: { reason: "restatement_reason" },
});
report.figures.seals = () => ({
  id: "seals",
  wide: true,
  marts: ["fct_sealed_months"],
  needs: ["seals"],
  basis: false,
  rows: () => report.rows("seals"),
  columns: [
    "month",
    "sealed_on",
    "sealed_by",
    "close_note",
    "sealed_closing_mrr",
    "current_closing_mrr",
    "sealed_nrr_12m",
    "current_nrr_12m",
    "changed_lines",
    "reason",
  ],
  lists: { reason: "seal_reason" },
});
