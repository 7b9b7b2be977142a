/* Counts of accounts in the cells of two lists, darker where there are more. */
report.heat = (rows, { x, y, xs, ys, xTitle, yTitle, xList, yList, height = 240 }) => {
  const format = report.formats();
  const named = (list, value) => (list ? report.value(list, value) : String(value));
  const cells = rows.map((row) => ({
    ...row,
    left: named(yList, row[y]),
    below: named(xList, row[x]),
    words: format.count(row.accounts),
    mrrWords: row.mrr == null ? "" : format.money(row.mrr),
  }));
  return {
    height,
    data: { values: cells },
    encoding: {
      x: {
        field: "below",
        type: "ordinal",
        scale: { domain: xs.map((value) => named(xList, value)) },
        title: xTitle,
        axis: { labelAngle: 0 },
      },
      y: { field: "left", type: "ordinal", scale: { domain: ys.map((value) => named(yList, value)) }, title: yTitle },
      tooltip: report.tips([
        ["left", yTitle],
        ["below", xTitle],
        ["words", report.label("accounts")],
        ...(rows.some((row) => row.mrr != null) ? [["mrrWords", report.label("mrr")]] : []),
      ]),
    },
    layer: [
      {
        mark: "rect",
        encoding: {
          color: { field: "accounts", type: "quantitative", scale: { scheme: "blues", domainMin: 0 }, legend: null },
        },
      },
      {
        mark: { type: "text" },
        encoding: {
          text: { field: "words" },
          color: {
            condition: {
              test: `datum.accounts > ${Math.max(...rows.map((row) => row.accounts)) * 0.55}`,
              value: "#ffffff",
            },
            value: "#202429",
          },
        },
      },
    ],
  };
};
