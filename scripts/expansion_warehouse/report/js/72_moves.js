/* Whose MRR moved: a file for each month and basis, loaded once a page shows the month. */
const monthsOf = ({ first_month: first, last_month: last }) => {
  const months = [];
  for (let at = last; at >= first; at = report.monthBefore(at)) months.unshift(at);
  return months;
};
/* The periods of the chosen length, each with its first and last month; the newest first. */
report.periods = () => {
  const { period: length } = report.state;
  const rows =
    length === "month"
      ? report.rows("bridge").map(({ month }) => ({ period: month, first_month: month, last_month: month }))
      : report.rows("bridge_periods").filter((row) => row.period_type === length);
  const known = new Map(rows.map((row) => [row.period, row]));
  return [...known.values()].sort((a, b) => b.period.localeCompare(a.period));
};
report.periodName = (period) => {
  const found = report.periods().find((row) => row.period === period);
  return found?.period_label ?? (period ? report.formats().month(period) : "");
};
/* The period whose accounts are shown: the chosen one, else the newest. */
report.periodShown = () => {
  const periods = report.periods();
  return periods.find((row) => row.period === report.state.month) ?? periods[0];
};
const movedMonths = (period) => {
  const months = period ? monthsOf(period) : [];
  return report.rows("moved_months").filter((row) => row.basis === report.state.basis && months.includes(row.month));
};
const fileOf = ({ basis, month }) => `moves/${basis}/${month.slice(0, 7)}`;
report.moveFiles = () => movedMonths(report.periodShown()).map(fileOf);

/* The movements behind a bar: of a period, a flow or all of them, and the chosen segment; the largest first. */
report.moves = (period, flow = "all") => {
  const { segment_type: type, segment } = report.state;
  const name = `${type}=${String(segment).replaceAll("|", "¦")}`;
  const isOf = (segments) => segments?.split("|").includes(name);
  const rows = movedMonths(period).flatMap(({ basis, month }) => {
    const file = fileOf({ basis, month });
    const { segments = [] } = report.sets[file] ?? {};
    const isCounted =
      type === "all" ? (row) => row.flow !== "segment_transfer_mrr" : (row) => isOf(segments[row.place]);
    return report
      .rows(file)
      .filter((row) => (flow === "all" || row.flow === flow) && isCounted(row))
      .map((row) => ({
        ...row,
        month,
        basis,
        movement: report.t(`movements.${row.flow}`),
        [row.flow]: row.change_mrr,
      }));
  });
  return rows.sort((a, b) => Math.abs(b.change_mrr) - Math.abs(a.change_mrr));
};
/* Months that are sealed keep no segments of their accounts. */
report.unplacedMonths = (period) =>
  report.state.segment_type === "all" ? [] : movedMonths(period).filter((row) => row.unplaced).map((row) => row.month);

/* A bar leads to the movements that make it up; opening and closing MRR to their reasons. */
report.openBar = (figure, row, flow) => {
  if (!report.movements.includes(flow)) {
    if (flow in row) report.why(figure, row, flow, report.formats().money(row[flow]));
    return;
  }
  report.openMoves({ month: row.period ?? row.month, movement: flow });
};
report.openMoves = (choices) => {
  if (report.place.page === "revenue") {
    report.isLedTo = "changed";
    report.writeState(choices);
    if (document.documentElement.hasAttribute("data-drawn")) report.lead();
  } else location.href = report.href("revenue", choices);
};
/* Bring into view what a bar has led to, once everything above it is drawn. */
report.lead = () => {
  if (report.isLedTo) document.getElementById(report.isLedTo)?.scrollIntoView();
  report.isLedTo = null;
};
