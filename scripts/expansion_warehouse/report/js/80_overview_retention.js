/* NRR and GRR by month, the change of NRR in words. */
report.figures.retention = ({ months }) => {
  const range = report.state.window === "12m" ? report.range("nrr_12m") : null;
  const format = report.formats();
  const newest = (rows) => rows.find((row) => row.month === report.last(rows));
  const figure = {
    id: "retention",
    marts: ["kpi_nrr"],
    rules: ["specification/revenue.md#2.4"],
    about: report.joined(
      report.t("figures.retention.about"),
      range && report.t("figures.retention.range", { low: format.share(range.low), high: format.share(range.high) }),
    ),
  };
  return {
    ...figure,
    explains: "kpi_nrr.nrr",
    needs: ["nrr"],
    rows: () => {
      const rows = report.chosen("nrr");
      const last = report.last(rows);
      return report.withBooks(
        rows.filter((row) => row.month > report.monthBefore(last, months) && row.opening_accounts > 0),
      );
    },
    title: (rows) => report.retentionTitle(rows, newest(rows)),
    subtitle: (rows) => {
      const now = newest(rows);
      return report.joined(
        report.t("figures.retention.subtitle", {
          window: report.value("window", report.state.window),
          accounts: format.count(now?.opening_accounts ?? 0),
          month: now ? format.month(now.month) : "",
        }),
        report.openNote(rows),
      );
    },
    chart: (rows) => report.rateChart(rows, ["nrr", "grr"], range),
    onPick: (datum, rows) => {
      const row = rows.find((one) => one.month === datum.month);
      if (row && datum.column) report.why(figure, row, datum.column, format.percent(row[datum.column]));
    },
    columns: [
      ...["month", "nrr", "nrr_low", "nrr_high", "grr", "grr_low", "grr_high", "opening_mrr", "closing_mrr"],
      ...["kept_mrr", "opening_accounts", "retained_accounts", "nrr_band", "is_beyond_chance", "interval_note"],
      "books",
    ],
    lists: { nrr_band: "nrr_band", interval_note: "interval_note", books: "books" },
  };
};
/* What NRR did: beyond chance it is compared with the window that ended where this one begins, else with the month
   before; the sentence names which. */
report.retentionTitle = (rows, now) => {
  const format = report.formats();
  const last = rows.find((row) => row.month === report.monthBefore(now.month));
  const isBeyond = now.is_beyond_chance && now.earlier_nrr != null;
  const [before, month] = isBeyond ? [now.earlier_nrr, now.earlier_month] : [last?.nrr, last?.month];
  const isSame = before != null && format.percent(before) === format.percent(now.nrr);
  const went = isSame ? "held" : report.went(now.nrr, before);
  return report.t(`figures.retention.${isBeyond ? "beyond_" : ""}${went}`, {
    nrr: format.percent(now.nrr),
    grr: format.percent(now.grr),
    before: format.percent(before),
    month: format.month(month),
  });
};
/* The range of the newest month by which a metric is judged. */
report.range = (metric) => {
  const found = report.rows("ranges").find((row) => row.metric === metric && row.benchmark_high != null);
  return found ? { low: found.benchmark_low, high: found.benchmark_high } : null;
};
