/* Revenue: how it came to what it is, how sure that is, and what is due. */
report.pages.revenue = {
  filters: ["basis", "segment_type", "segment", "window", "period", "month", "movement", "kept"],
  segments: "bridge",
  files: () => [...report.moveFiles(), ...report.cohortFiles()],
  figures: () => [
    report.figures.waterfall(),
    report.figures.stack(),
    report.figures.changed(),
    report.figures.retention({ months: 36 }),
    report.figures.drivers(),
    report.figures.segments(),
    report.figures.renewals(),
    report.figures.products(),
    report.figures.cohorts(),
    report.figures.renewalsAhead(),
    report.figures.schedule(),
    report.figures.termsAhead(),
    report.figures.outlook(),
    report.figures.restatements(),
    report.figures.restatedLines(),
    report.figures.seals(),
  ],
};
const bridgeRows = () =>
  report.withBooks(
    report.state.period === "month"
      ? report
          .chosen("bridge")
          .map((row) => ({ ...row, period: row.month, period_label: report.formats().month(row.month) }))
      : report.chosen("bridge_periods", { period_type: report.state.period }),
  );
const bridgeMart = () => (report.state.period === "month" ? "kpi_mrr_bridge" : "kpi_mrr_bridge_periods");
const bridgeColumns = [
  "period_label",
  "opening_mrr",
  ...report.movements,
  "closing_mrr",
  "paying_accounts",
  "quick_ratio",
  "books",
];
const ordered = (rows, column) => [...rows].sort((a, b) => a[column].localeCompare(b[column]));

report.figures.waterfall = () => ({
  id: "waterfall",
  wide: true,
  marts: [bridgeMart()],
  rules: ["specification/revenue.md#2.2"],
  explains: "kpi_mrr_bridge.closing_mrr",
  needs: ["bridge", "bridge_periods"],
  rows: () => {
    const rows = bridgeRows();
    return rows.filter((row) => row.period === report.last(rows, "period"));
  },
  title: ([row]) =>
    report.t(`figures.month_waterfall.${report.went(row.closing_mrr, row.opening_mrr)}`, {
      mrr: report.formats().compact(row.closing_mrr),
      change: report.formats().signedCompact(row.closing_mrr - row.opening_mrr),
      month: row.period_label,
    }) + (row.is_partial ? ` ${report.t("notes.partial")}` : ""),
  subtitle: (rows) => report.joined(report.t("figures.waterfall.subtitle"), report.openNote(rows)),
  chart: ([row]) => report.waterfall(row),
  onPick: ({ name }, [row]) => report.openBar(report.figures.waterfall(), row, name),
  columns: bridgeColumns,
  lists: { books: "books" },
});
report.figures.stack = () => ({
  id: "stack",
  wide: true,
  marts: [bridgeMart()],
  rules: ["specification/revenue.md#2.2"],
  needs: ["bridge", "bridge_periods"],
  rows: () => ordered(bridgeRows(), "period"),
  title: (rows) => {
    const gained =
      report.sum(rows, "new_mrr") + report.sum(rows, "expansion_mrr") + report.sum(rows, "reactivation_mrr");
    const lost = report.sum(rows, "contraction_mrr") + report.sum(rows, "churn_mrr");
    return report.t("figures.stack.title", {
      gained: report.formats().compact(gained),
      lost: report.formats().compact(-lost),
      from: rows[0].period_label,
      to: rows.at(-1).period_label,
    });
  },
  subtitle: (rows) => report.joined(report.t("figures.stack.subtitle"), report.openNote(rows)),
  chart: (rows) =>
    report.stackChart(report.melt(rows, report.movements, ["period", "period_label", "books"]), {
      x: "period_label",
      parts: report.movements,
    }),
  onPick: (datum) => report.openBar(report.figures.stack(), datum, datum.part),
  columns: bridgeColumns,
  lists: { books: "books" },
  tableRows: (rows) => [...rows].reverse(),
});
report.figures.drivers = () => ({
  id: "drivers",
  marts: ["fct_mrr_drivers"],
  rules: ["specification/revenue.md#2.2-drivers"],
  needs: ["drivers"],
  rows: () => [...report.chosen("drivers")].sort((a, b) => b.amount - a.amount),
  title: (rows) =>
    report.t(`figures.drivers.${rows.at(-1).amount >= 0 ? "gains" : rows[0].amount <= 0 ? "losses" : "title"}`, {
      best: report.value("driver", rows[0].driver),
      gain: report.formats().signedCompact(rows[0].amount),
      worst: report.value("driver", rows.at(-1).driver),
      loss: report.formats().signedCompact(rows.at(-1).amount),
    }),
  chart: (rows) => report.barChart(rows, { name: "driver", list: "driver", amount: "amount" }),
  columns: ["driver", "amount", "accounts"],
  lists: { driver: "driver" },
});
