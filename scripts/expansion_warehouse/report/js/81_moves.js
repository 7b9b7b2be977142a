/* The movements behind the bars: of the newest month on the first page, of what is chosen on that of revenue. */
report.figures.changed = ({ most = Infinity } = {}) => {
  const period = report.periodShown();
  const flow = report.state.movement ?? "all";
  const isOneFlow = flow !== "all";
  const name = period ? report.periodName(period.period) : "";
  const all = period ? report.moves(period, flow) : [];
  const format = report.formats();
  const column = isOneFlow ? flow : "change_mrr";
  const totals = {
    movement: report.t(`movements.${flow}`),
    period: name,
    n: format.count(all.length),
    accounts: format.count(new Set(all.map((row) => row.account_id)).size),
    sum: format.signedMoney(report.sum(all, "change_mrr")),
    shown: format.count(Math.min(most, all.length)),
  };
  return {
    id: "changed",
    wide: true,
    marts: ["fct_mrr_movements", "fct_mrr_drivers"],
    rules: ["specification/revenue.md#2.2"],
    needs: ["moved_months"],
    isOfSegment: true,
    explains: `fct_mrr_movements.${isOneFlow && flow !== "segment_transfer_mrr" ? flow : "closing_mrr"}`,
    asks: (row, asked) => (asked === "change_mrr" && row.flow !== "segment_transfer_mrr" ? row.flow : asked),
    rows: () => all.slice(0, most),
    title: (rows) =>
      isOneFlow
        ? report.t("figures.changed.of", totals)
        : report.t("figures.changed.title", {
            account: rows[0].account_name ?? rows[0].account_id,
            change: format.signedCompact(rows[0].change_mrr),
            driver: rows[0].driver ? report.value("driver", rows[0].driver) : rows[0].movement,
          }),
    subtitle: () => {
      const unplaced = period ? report.unplacedMonths(period) : [];
      return [
        report.t(all.length > most ? "figures.changed.first" : "figures.changed.whole", totals),
        unplaced.length ? report.t("figures.changed.sealed", { months: unplaced.map(format.month).join(", ") }) : null,
      ]
        .filter(Boolean)
        .join(" ");
    },
    nothing: () => (period ? report.t("figures.changed.nothing", totals) : null),
    columns: [
      ...(period && period.first_month !== period.last_month ? ["month"] : []),
      ...["account_id", "account_name", ...(isOneFlow ? [] : ["movement"]), "driver"],
      ...["opening_mrr", column, "closing_mrr"],
    ],
    lists: { driver: "driver" },
    search: Math.min(most, all.length) > 12,
  };
};
