/* Charts that more than one page shows. */
report.movements = [
  "new_mrr",
  "expansion_mrr",
  "reactivation_mrr",
  "contraction_mrr",
  "churn_mrr",
  "fx_mrr",
  "merge_mrr",
  "prior_period_mrr",
  "segment_transfer_mrr",
];

/* From opening to closing MRR of one row of a bridge: a bar for each movement that there was. */
report.waterfall = (row) => {
  const format = report.formats();
  let level = row.opening_mrr;
  const steps = report.movements
    .filter((name) => row[name])
    .map((name) => {
      const from = level;
      level += row[name];
      return { name, from, to: level, amount: row[name] };
    });
  const bars = [
    { name: "opening_mrr", from: 0, to: row.opening_mrr, amount: row.opening_mrr },
    ...steps,
    { name: "closing_mrr", from: 0, to: row.closing_mrr, amount: row.closing_mrr },
  ].map((bar) => ({
    ...bar,
    label: report.t(`movements.${bar.name}`),
    words:
      bar.name.endsWith("ing_mrr") && !report.movements.includes(bar.name)
        ? format.compact(bar.amount)
        : format.signedCompact(bar.amount),
    full: format.money(bar.amount),
    top: Math.max(bar.from, bar.to),
    books: bar.name === "opening_mrr" ? null : row.books,
    when: bar.name === "opening_mrr" ? report.periodOf(row) : report.whenOf(row),
  }));
  const { axes, tips } = report;
  const names = {
    field: "label",
    type: "nominal",
    sort: bars.map((bar) => bar.label),
    title: null,
    axis: { labelAngle: 0, labelLimit: 110 },
  };
  const colour = {
    field: "name",
    type: "nominal",
    legend: null,
    scale: { domain: bars.map((bar) => bar.name), range: bars.map((bar) => report.colours[bar.name]) },
  };
  // Where there is little room, the bars lie.
  const [along, across, beside] = report.isNarrow() ? ["y", "x", { align: "left", dx: 4 }] : ["x", "y", { dy: -7 }];
  return {
    data: { values: bars },
    height: report.isNarrow() ? bars.length * 30 : 240,
    encoding: {
      [along]: names,
      tooltip: tips([
        ["when", report.t("columns.period")],
        ["label", report.t("columns.movement")],
        ["full", report.t("columns.amount")],
      ]),
    },
    layer: [
      {
        mark: { type: "bar", cornerRadius: 1 },
        encoding: {
          [across]: axes.money("from", report.isNarrow() ? { scale: axes.room(bars.map((bar) => bar.top)) } : {}),
          [`${across}2`]: { field: "to" },
          fill: colour,
          stroke: colour,
          ...report.hollow,
        },
      },
      {
        mark: { type: "text", ...beside },
        encoding: { [across]: { field: "top", type: "quantitative" }, text: { field: "words" } },
      },
    ],
  };
};
report.isNarrow = () => innerWidth < 640;

/* Pairs of a name and what it is. */
report.factList = (pairs) => {
  const { el } = report;
  return el(
    "dl",
    { class: "facts" },
    pairs.map(([name, what]) => el("div", {}, el("dt", {}, name), el("dd", {}, what))),
  );
};

/* The range by which a rate is judged, as a band; nothing where no range is known. */
report.bandLayers = (band) =>
  band
    ? [
        {
          data: { values: [band] },
          mark: { type: "rect", color: report.colours.green, opacity: 0.1 },
          encoding: { y: { field: "low", type: "quantitative" }, y2: { field: "high" } },
        },
      ]
    : [];

/* A rate by month with its interval as a ribbon, and the range it is judged by as a band. */
report.rateChart = (rows, rates, band) => {
  const format = report.formats();
  const { axes, tips, label, t } = report;
  const points = rows.flatMap((row) =>
    rates
      .filter((rate) => row[rate] != null)
      .map((rate) => ({
        month: row.month,
        rate: label(rate),
        column: rate,
        value: row[rate],
        low: row[`${rate}_low`],
        high: row[`${rate}_high`],
        full: format.percent(row[rate]),
        when: report.whenOf(row),
        books: row.books,
        sure:
          row[`${rate}_low`] == null
            ? report.value("interval_note", row.interval_note)
            : `${format.percent(row[`${rate}_low`])} – ${format.percent(row[`${rate}_high`])}`,
      })),
  );
  const colour = {
    field: "rate",
    type: "nominal",
    scale: { domain: rates.map(label), range: [report.colours.line, report.colours.second] },
  };
  const x = axes.months(rows);
  const y = axes.percent("value", { scale: { zero: false, nice: true } });
  return {
    data: { values: points.sort((a, b) => a.month.localeCompare(b.month)) },
    resolve: { legend: { color: "independent" } },
    layer: [
      ...report.bandLayers(band),
      ...(points.some((point) => point.low != null)
        ? [
            {
              mark: { type: "area", opacity: 0.18 },
              encoding: {
                x,
                y: axes.percent("low", { scale: { zero: false } }),
                y2: { field: "high" },
                color: { ...colour, legend: null },
              },
            },
          ]
        : []),
      { mark: { type: "line" }, encoding: { x, y, color: colour } },
      {
        mark: { type: "point", size: 40, opacity: 1 },
        encoding: {
          x,
          y,
          stroke: { ...colour, legend: null },
          fill: { ...colour, legend: null },
          fillOpacity: { condition: { test: "datum.books === 'open'", value: 0 }, value: 1 },
          tooltip: tips([
            ["when", label("month")],
            ["rate", t("columns.metric")],
            ["full", label("value")],
            ["sure", t("columns.interval")],
          ]),
        },
      },
    ],
  };
};

/* Bars by month, stacked by a name; `parts` are columns or values of a list. */
report.stackChart = (rows, { x = "month", parts, list, amount = "amount", part = "part", money = true }) => {
  const format = report.formats();
  const { axes, tips, label } = report;
  const named = (name) => (list ? report.value(list, name) : label(name));
  const present = parts.filter((name) => rows.some((row) => row[part] === name));
  const points = rows.map((row) => ({
    ...row,
    named: named(row[part]),
    when: x === "month" ? format.month(row[x]) : report.whenOf(row),
    full: money ? format.money(row[amount]) : format.count(row[amount]),
  }));
  return {
    data: { values: points },
    mark: { type: "bar" },
    encoding: {
      x:
        x === "month"
          ? axes.months(rows)
          : {
              field: x,
              type: "ordinal",
              title: null,
              sort: null,
              axis: {
                labelExpr: report.isNarrow() ? "split(datum.label, ' ')" : "datum.label",
                labelAngle: 0,
                labelOverlap: "parity",
                labelSeparation: 8,
              },
            },
      y: { ...(money ? axes.money(amount) : axes.count(amount)), stack: "zero" },
      color: axes.colour("named", present, list),
      ...(rows.some((row) => row.books === "open")
        ? { stroke: axes.colour("named", present, list), ...report.hollow }
        : {}),
      order: { field: "place", type: "quantitative" },
      tooltip: tips([
        ["when", report.t("columns.period")],
        ["named", report.t("columns.part")],
        ["full", report.t("columns.amount")],
      ]),
    },
  };
};
/* Columns of rows as rows of their own: one for each part that is not empty. */
report.melt = (rows, parts, keep) =>
  rows.flatMap((row) =>
    parts
      .map((part, place) => ({
        ...Object.fromEntries(keep.map((column) => [column, row[column]])),
        part,
        place,
        amount: row[part] ?? 0,
      }))
      .filter((row) => row.amount !== 0),
  );

/* Did it rise, fall or stay: the sentence of a title. */
report.went = (now, before, still = 0) => {
  if (now == null) return "unknown";
  if (before == null) return "first";
  const change = now - before;
  return Math.abs(change) <= still ? "held" : change > 0 ? "rose" : "fell";
};

/* A line of the last months, too small for axes; what it says stands beside it in numbers. A month that is not known
   is a gap, and the way to one that is provisional is dashed. */
report.sparkline = (values, isOpen = false) => {
  const known = values.filter((value) => value != null);
  if (known.length < 2) return null;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const step = 100 / (values.length - 1);
  const points = values.map((value, i) =>
    value == null ? null : `${(i * step).toFixed(1)},${(26 - ((value - low) / span) * 24).toFixed(1)}`,
  );
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 100 28");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "spark");
  svg.setAttribute("aria-hidden", "true");
  const draw = (some, isDashed) => {
    const line = document.createElementNS(space, "polyline");
    line.setAttribute("points", some.join(" "));
    if (isDashed) line.setAttribute("stroke-dasharray", "2 2");
    svg.append(line);
  };
  const final = isOpen ? points.slice(0, -1) : points;
  const runs = final.reduce((all, point) => (point ? all.at(-1).push(point) : all.push([]), all), [[]]);
  runs.filter((run) => run.length).forEach((run) => draw(run));
  if (isOpen) draw(points.slice(-2).filter(Boolean), true);
  return svg;
};

/* A lying bar for each row, its amount beside it: money with its sign, or a count in grey. */
report.barChart = (rows, { name, list, amount, money = true }) => {
  const format = report.formats();
  const bars = rows.map((row) => ({
    ...row,
    named: report.value(list, row[name]),
    amount: row[amount],
    full: money ? format.money(row[amount]) : format.count(row[amount]),
    words: money ? format.signedCompact(row[amount]) : format.count(row[amount]),
  }));
  const scale = {
    scale: report.axes.room(bars.map((bar) => bar.amount)),
    ...(report.isNarrow() ? { axis: null } : {}),
  };
  const y = {
    field: "named",
    type: "nominal",
    sort: bars.map((bar) => bar.named),
    title: null,
    axis: { labelLimit: 240 },
  };
  const gain = money ? report.colours.expansion_mrr : report.colours.muted;
  return {
    height: Math.max(120, bars.length * 24),
    data: { values: bars },
    encoding: {
      y,
      x: money ? report.axes.money("amount", scale) : report.axes.count("amount", scale),
      tooltip: report.tips([
        ["named", report.label(name)],
        ["full", report.label(amount)],
      ]),
    },
    layer: [
      {
        mark: "bar",
        encoding: { color: { condition: { test: "datum.amount < 0", value: report.colours.churn_mrr }, value: gain } },
      },
      {
        mark: {
          type: "text",
          align: { expr: "datum.amount < 0 ? 'right' : 'left'" },
          dx: { expr: "datum.amount < 0 ? -4 : 4" },
        },
        encoding: { text: { field: "words" } },
      },
    ],
  };
};
