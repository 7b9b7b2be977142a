/* Cohorts by the month of the first payment: MRR or accounts that are kept, of the chosen segment. */
report.cohortFiles = () => {
  const { segment_type: type, segment } = report.state;
  const found = report.rows("cohort_segments").find((row) => row.segment_type === type && row.segment === segment);
  return found ? [`cohorts/${found.place}`] : [];
};
report.figures.cohorts = () => {
  const isOfAccounts = report.state.kept === "accounts";
  const rate = isOfAccounts ? "logo_retention" : "nrr";
  return {
    id: "cohorts",
    wide: true,
    isOfSegment: true,
    marts: ["kpi_cohort_retention"],
    rules: ["specification/revenue.md#2.4"],
    needs: ["cohort_segments"],
    rows: () =>
      report
        .cohortFiles()
        .flatMap((file) => report.chosen(file))
        .filter((row) => row[rate] != null)
        .sort((a, b) => a.cohort_month.localeCompare(b.cohort_month)),
    title: (rows) => {
      const year = rows.filter((row) => row.months_since === 12);
      return year.length
        ? report.t(`figures.cohorts.${isOfAccounts ? "title_accounts" : "title"}`, {
            kept: report.formats().count(year.filter((row) => row[rate] >= 1).length),
            of: report.formats().count(year.length),
          })
        : null;
    },
    subtitle: () => report.t(`figures.cohorts.${report.state.kept}`),
    chart: (rows) => cohortHeat(rows, rate),
    columns: [
      ...["cohort_month", "months_since", "nrr", "logo_retention", "cohort_mrr", "retained_mrr"],
      ...["cohort_accounts", "retained_accounts", "is_small_sample"],
    ],
  };
};
const cohortHeat = (rows, rate) => {
  const { month, count, percent, money } = report.formats();
  const named = (row) => report.t("figures.cohorts.n", { month: month(row.cohort_month), n: count(row.cohort_accounts) });
  const cells = rows.map((row) => ({
    ...row,
    cohort: named(row),
    when: month(row.cohort_month),
    full: percent(row.nrr),
    logos: percent(row.logo_retention),
    money: money(row.retained_mrr),
  }));
  const cohorts = [...new Set(cells.map((row) => row.cohort))];
  const longest = Math.max(...cells.map((row) => row.months_since));
  const shade = (test, scale, legend) => ({
    transform: [{ filter: test }],
    mark: "rect",
    encoding: {
      color: { field: rate, type: "quantitative", scale: { domain: [0.4, 1.6], clamp: true, ...scale }, legend },
    },
  });
  return {
    height: Math.max(160, cohorts.length * (report.isNarrow() ? 12 : 17)),
    data: { values: cells },
    resolve: { scale: { color: "independent" } },
    encoding: {
      x: {
        field: "months_since",
        type: "ordinal",
        scale: { domain: Array.from({ length: longest + 1 }, (_, i) => i) },
        title: report.label("months_since"),
        axis: { labelAngle: 0, labelOverlap: "greedy" },
      },
      y: {
        field: "cohort",
        type: "ordinal",
        scale: { domain: cohorts },
        title: null,
        axis: { labelOverlap: "greedy", labelSeparation: 2 },
      },
      tooltip: report.tips([
        ["when", report.label("cohort_month")],
        ["months_since", report.label("months_since")],
        ["full", "NRR"],
        ["logos", report.label("logo_retention")],
        ["money", report.label("retained_mrr")],
      ]),
    },
    layer: [
      shade(
        "!datum.is_small_sample",
        { scheme: "blueorange", reverse: true, domainMid: 1 },
        { format: ".0%", title: null, gradientLength: 160 },
      ),
      shade("datum.is_small_sample", { range: report.isDark() ? ["#2b3037", "#8b929b"] : ["#eceef0", "#9aa0a8"] }, null),
    ],
  };
};
