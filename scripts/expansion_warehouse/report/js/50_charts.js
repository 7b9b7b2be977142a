/* Charts: a few colours that always mean the same, axes from 0, labels in the page's language. */
report.colours = {
  opening_mrr: "#7a7f87",
  closing_mrr: "#7a7f87",
  new_mrr: "#0072b2",
  expansion_mrr: "#3b93c9",
  reactivation_mrr: "#7cbce0",
  contraction_mrr: "#e69f00",
  churn_mrr: "#d55e00",
  fx_mrr: "#9aa0a8",
  merge_mrr: "#b4b9bf",
  prior_period_mrr: "#c5c9ce",
  segment_transfer_mrr: "#d3d6da",
  green: "#009e73",
  yellow: "#e6b800",
  red: "#d55e00",
  onboarding: "#6b7280",
  insufficient_data: "#a5adb6",
  unscored: "#d5d9de",
  get line() {
    return report.isDark() ? "#3b93c9" : "#0072b2";
  },
  // A second line beside the first: neutral, as vermilion is loss and red health.
  get second() {
    return report.isDark() ? "#c5cad1" : "#4d5560";
  },
  muted: "#9aa0a8",
};
report.isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
report.chartStyle = () => {
  const ink = report.isDark() ? "#e8eaed" : "#202429";
  const faint = report.isDark() ? "#3a3f46" : "#e3e6ea";
  return {
    background: "transparent",
    font: "system-ui, sans-serif",
    axis: {
      labelColor: ink,
      titleColor: ink,
      gridColor: faint,
      domainColor: faint,
      tickColor: faint,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: "normal",
      labelLimit: 160,
    },
    legend: {
      labelColor: ink,
      titleColor: ink,
      labelFontSize: 12,
      symbolLimit: 30,
      orient: "top",
      title: null,
      columns: report.isNarrow() ? 2 : undefined,
    },
    header: { labelColor: ink, titleColor: ink },
    text: { color: ink, fontSize: 12 },
    title: { color: ink },
    view: { stroke: null },
  };
};

/* The charts make expressions of names, which these two ends of lines would break. */
report.drawable = (specification) => JSON.parse(JSON.stringify(specification).replace(/[\u2028\u2029]/g, " "));

/* Draw a specification; the sentence is what a screen reader says, the table beside it the rest. */
report.draw = async (place, specification, sentence, onPick, onPoint) => {
  const format = report.formats();
  const expressionFunctions = {
    ...Object.fromEntries(
      ["compact", "share", "count", "month"].map((name) => [`as_${name}`, (value) => format[name](value)]),
    ),
    as_moment: (value) => format.month(new Date(value).toISOString()),
  };
  const spec = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...(specification.vconcat ? {} : { width: "container", height: 240 }),
    padding: { left: 4, right: 24, top: 6, bottom: 4 },
    autosize: { type: "fit", contains: "padding" },
    config: report.chartStyle(),
    ...report.drawable(specification),
  };
  const { view } = await vegaEmbed(place, spec, { actions: false, renderer: "svg", expressionFunctions });
  const drawn = place.querySelector("svg");
  drawn?.setAttribute("role", "img");
  drawn?.setAttribute("aria-label", sentence);
  drawn?.querySelectorAll("[aria-roledescription]").forEach((mark) => mark.setAttribute("aria-hidden", "true"));
  if (onPick) {
    place.classList.add("picks");
    view.addEventListener("click", (event, item) => {
      if (item?.datum) onPick(item.datum);
    });
  }
  if (onPoint)
    view.addEventListener("mouseover", (event, item) => {
      if (item?.datum) onPoint(item.datum);
    });
  place.view = view;
  return view;
};

/* Axes. A month is a name, so that no time zone moves it. */
report.axes = {
  month: (field = "month", extra = {}) => ({
    field,
    type: "ordinal",
    title: null,
    axis: {
      labelExpr: "as_month(datum.value)",
      labelAngle: 0,
      labelOverlap: "parity",
      labelSeparation: 8,
      grid: false,
    },
    ...extra,
  }),
  /* Every month from the first to the last, also those of which there is nothing to draw. */
  months: (rows) => {
    const known = [...new Set(rows.map((row) => row.month))].sort();
    const all = [];
    for (let at = known.at(-1); at >= known[0]; at = report.monthBefore(at)) all.unshift(at);
    return report.axes.month("month", { scale: { domain: all } });
  },
  money: (field, extra = {}) => ({
    field,
    type: "quantitative",
    title: null,
    axis: { labelExpr: "as_compact(datum.value)", tickCount: report.isNarrow() ? 3 : 5 },
    ...extra,
  }),
  percent: (field, extra = {}) => ({
    field,
    type: "quantitative",
    title: null,
    axis: { labelExpr: "as_share(datum.value)", tickCount: 5 },
    ...extra,
  }),
  count: (field, extra = {}) => ({
    field,
    type: "quantitative",
    title: null,
    axis: { labelExpr: "as_count(datum.value)", tickCount: 5, tickMinStep: 1 },
    ...extra,
  }),
  /* Room beside bars for the words that stand there. */
  room: (values) => {
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const span = high - low || 1;
    const [wide, narrow] = low < 0 && high > 0 ? [0.26, 0.8] : [0.18, 0.36];
    const beside = span * (report.isNarrow() ? narrow : wide);
    // Names stand on the left, so that words there need more room.
    const left = report.isNarrow() ? 1.3 * beside : beside;
    return { domain: [low < 0 ? low - left : 0, high > 0 ? high + beside : 0], nice: false };
  },
  colour: (field, domain, list) => ({
    field,
    type: "nominal",
    scale: {
      domain: domain.map((name) => (list ? report.value(list, name) : report.label(name))),
      range: domain.map((name) => report.colours[name] ?? report.colours.muted),
    },
  }),
};

/* What a tooltip says: fields that the rows already hold as text. */
report.tips = (fields) => fields.map(([field, title]) => ({ field, type: "nominal", title }));
