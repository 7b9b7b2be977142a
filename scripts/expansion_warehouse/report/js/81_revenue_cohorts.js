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
    rows: () => {
      const { segment_type, segment } = report.state;
      return report
        .cohortFiles()
        .flatMap((file) => report.chosen(file))
        .filter((row) => row[rate] != null)
        .map((row) => ({ segment_type, segment, ...row }))
        .sort((a, b) => a.cohort_month.localeCompare(b.cohort_month));
    },
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
    content: (rows) => {
      // Until a cohort is pointed at, that of the most accounts.
      const largest = rows.reduce((most, row) => (row.cohort_accounts > most.cohort_accounts ? row : most));
      const place = report.el("div", { class: "chart", id: "cohort-curve" });
      report.waiting.push(() => drawCurve(place, rows, largest.cohort_month, rate));
      return place;
    },
    onPoint: ({ cohort_month: month }, rows) => {
      const place = document.getElementById("cohort-curve");
      if (month && place.dataset.cohort !== month) drawCurve(place, rows, month, rate);
    },
    columns: [
      ...["cohort_month", "months_since", "nrr", "logo_retention", "cohort_mrr", "retained_mrr"],
      ...["cohort_accounts", "retained_accounts", "is_small_sample"],
    ],
  };
};
/* The course of one cohort. */
const cohortName = (row) =>
  report.t("figures.cohorts.n", {
    month: report.formats().month(row.cohort_month),
    n: report.formats().count(row.cohort_accounts),
  });
const drawCurve = (place, rows, month, rate) => {
  place.dataset.cohort = month;
  const points = rows
    .filter((row) => row.cohort_month === month)
    .map((row) => ({ ...row, full: report.formats().percent(row[rate]) }));
  const name = cohortName(points[0]);
  const specification = {
    height: 120,
    title: { text: name, anchor: "start", fontSize: 12, fontWeight: "normal" },
    data: { values: points },
    mark: { type: "line", point: { size: 30 }, color: report.colours.line },
    encoding: {
      x: {
        field: "months_since",
        type: "quantitative",
        scale: { domain: [0, Math.max(...rows.map((row) => row.months_since), 1)], nice: false },
        title: null,
        axis: { tickMinStep: 1, grid: false },
      },
      y: report.axes.percent(rate, { axis: { labelExpr: "as_share(datum.value)", tickCount: 3 } }),
      tooltip: report.tips([
        ["months_since", report.label("months_since")],
        ["full", report.label(rate)],
      ]),
    },
  };
  return report.draw(place, specification, name);
};
const cohortHeat = (rows, rate) => {
  const { month, percent, money } = report.formats();
  const cells = rows.map((row) => ({
    ...row,
    cohort: cohortName(row),
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
