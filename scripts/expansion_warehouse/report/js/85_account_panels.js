/* The panels of an account's story: MRR as steps, health in its bands, and a lane for each kind of event. */
const mrrPanel = (rows, x) => {
  const { axes, tips, label } = report;
  const format = report.formats();
  const products = [...new Set(rows.map((row) => row.product_id))].sort();
  const tops = {};
  const steps = [...rows]
    .sort((a, b) => products.indexOf(a.product_id) - products.indexOf(b.product_id))
    .map((row) => {
      const low = tops[row.month] ?? 0;
      tops[row.month] = low + row.mrr;
      return {
        from: moment(row.month),
        to: moment(monthAfter(row.month)),
        low,
        high: tops[row.month],
        product: row.product_id,
        when: format.month(row.month),
        full: format.money(row.mrr),
      };
    });
  return {
    height: 140,
    layer: [
      {
        data: { values: steps },
        mark: { type: "rect" },
        encoding: {
          x: x("from"),
          x2: { field: "to" },
          y: axes.money("low", { axis: { labelExpr: "as_compact(datum.value)", tickCount: 3 } }),
          y2: { field: "high" },
          color: {
            field: "product",
            type: "nominal",
            scale: { domain: products, range: products.map((_, i) => productColours[i % productColours.length]) },
          },
          tooltip: tips([
            ["when", label("month")],
            ["product", label("product_id")],
            ["full", label("mrr")],
          ]),
        },
      },
    ],
  };
};
const bandShapes = { green: "circle", yellow: "triangle-up", red: "square", onboarding: "diamond" };
const healthPanel = (rows, x) => {
  const { axes, tips, label } = report;
  const format = report.formats();
  const points = rows
    .filter((row) => row.health_band)
    .map((row) => ({
      at: moment(row.month),
      to: moment(monthAfter(row.month)),
      middle: (moment(row.month) + moment(monthAfter(row.month))) / 2,
      score: row.health_score,
      top: 100,
      band: report.value("health_band", row.health_band),
      when: format.month(row.month),
      words: format.score(row.health_score),
    }));
  const bands = report.bands.filter((band) => rows.some((row) => row.health_band === band));
  const y = axes.count("score", {
    scale: { domain: [0, 100] },
    axis: { labelExpr: "as_count(datum.value)", values: [0, 50, 100] },
  });
  const tooltip = tips([
    ["when", label("month")],
    ["words", label("health_score")],
    ["band", label("health_band")],
  ]);
  const scored = points.filter((point) => point.score != null);
  return {
    height: 90,
    layer: [
      {
        data: { values: points },
        mark: { type: "rect", opacity: 0.22 },
        encoding: {
          x: x("at"),
          x2: { field: "to" },
          y: { datum: 0, type: "quantitative", title: null },
          y2: { datum: 100 },
          color: { ...axes.colour("band", bands, "health_band"), legend: null },
          tooltip,
        },
      },
      {
        data: { values: scored },
        mark: { type: "line", color: report.colours.muted },
        encoding: { x: x("middle"), y },
      },
      {
        data: { values: scored },
        mark: { type: "point", filled: true, size: 45, opacity: 1 },
        encoding: {
          x: x("middle"),
          y,
          color: axes.colour("band", bands, "health_band"),
          shape: {
            field: "band",
            type: "nominal",
            scale: {
              domain: bands.map((band) => report.value("health_band", band)),
              range: bands.map((band) => bandShapes[band] ?? "cross"),
            },
          },
          tooltip,
        },
      },
    ],
  };
};
/* Marks of events with a day, and of the months of which tickets and surveys say something. */
const eventMarks = (events) => {
  const format = report.formats();
  const days = ({ happened_on: from, until }) =>
    until && until !== from ? `${format.day(from)} – ${format.day(until)}` : format.day(from);
  return events.map((row) => ({
    at: moment(row.happened_on),
    to: moment(row.until ?? row.happened_on),
    named: row.named,
    isSpan: Boolean(row.until),
    isSolid: Boolean(row.isSolid),
    when: days(row),
    what: row.event,
    state: row.state ?? report.t("formats.missing"),
  }));
};
const signalMarks = (signals) => {
  const format = report.formats();
  return signals.map((row) => ({
    at: moment(row.month),
    to: moment(monthAfter(row.month)),
    named: laneName(row.component),
    worse: (100 - row.component_score) / 100,
    when: format.month(row.month),
    what: report.value("component", row.component),
    state: format.score(row.component_score),
  }));
};
const laneName = (lane) => report.t(`account.lanes.${lane}`);
const eventPanel = (events, signals, x) => {
  const { tips, label } = report;
  const ink = report.isDark() ? "#e8eaed" : "#202429";
  const paper = report.isDark() ? "#1d2126" : "#f7f8f9";
  const there = new Set([...events.map((row) => row.lane), ...signals.map((row) => row.component)]);
  const used = lanes.filter((lane) => there.has(lane));
  const y = {
    field: "named",
    type: "nominal",
    title: null,
    scale: { domain: used.map(laneName) },
    axis: { labelLimit: report.isNarrow() ? 70 : 106, grid: true },
  };
  const points = eventMarks(events);
  const tooltip = tips([
    ["when", label("happened_on")],
    ["what", label("event")],
    ["state", label("state")],
  ]);
  const worse = { field: "worse", type: "quantitative", scale: { domain: [0, 1], range: [0.08, 1] }, legend: null };
  return {
    height: Math.max(1, used.length) * 24,
    layer: [
      {
        data: { values: signalMarks(signals) },
        mark: { type: "rect", height: { band: 0.6 }, color: "#5f7d95", stroke: "#5f7d95", strokeWidth: 0.5 },
        encoding: { x: x("at"), x2: { field: "to" }, y, fillOpacity: worse, tooltip },
      },
      {
        data: { values: points.filter((row) => row.isSpan) },
        mark: { type: "rule", strokeWidth: 4, opacity: 0.35, color: ink },
        encoding: { x: x("at"), x2: { field: "to" }, y, tooltip },
      },
      {
        data: { values: points },
        mark: { type: "point", size: 55, strokeWidth: 1.5, stroke: ink, opacity: 0.9 },
        encoding: {
          x: x("at"),
          y,
          fill: { condition: { test: "datum.isSolid", value: ink }, value: paper },
          tooltip,
        },
      },
    ],
  };
};
