/* Scorecard: every benchmark of the articles, in one table. */
report.pages.scorecard = { filters: ["basis"], figures: () => [report.figures.scorecard()] };
const inUnit = (value, unit) => {
  const format = report.formats();
  return unit === "fraction"
    ? format.percent(value)
    : unit === "times" && value != null
      ? report.t("formats.times", { value: format.decimal(value) })
      : format.decimal(value);
};
/* The metrics in the order in which they are read. */
const metricOrder = [
  ...["nrr_12m", "grr_12m", "quick_ratio", "upsell_rate", "upsell_rate_12m", "arpa_lift", "ltv_uplift", "ltv_cac"],
  ...["proposal_win_rate", "close_month_win_rate", "timing_hit_rate", "proposed_price_step"],
  ...["upsell_revenue_multiple", "upsell_revenue_multiple_12m", "upsell_revenue_multiple_fytd"],
  ...["loaded_upsell_revenue_multiple", "linked_upsell_revenue_multiple"],
];
const metricPlace = ({ metric }) => (metricOrder.indexOf(metric) + metricOrder.length + 1) % (metricOrder.length + 1);
const bullet = (row) => {
  const marks = [row.benchmark_low, row.benchmark_high, row.target].filter((mark) => mark != null);
  if (row.value == null || !marks.length) return null;
  const top = Math.max(row.value, ...marks) * 1.15 || 1;
  const place = (value) => `${Math.max(0, Math.min(100, (value / top) * 100)).toFixed(1)}%`;
  const { el } = report;
  return el(
    "div",
    { class: "bullet", "aria-hidden": "true" },
    row.benchmark_low != null
      ? el("span", {
          class: "range",
          style: `left:${place(row.benchmark_low)};right:calc(100% - ${place(row.benchmark_high ?? top)})`,
        })
      : null,
    el("span", { class: "bar", style: `width:${place(row.value)}` }),
    row.target != null ? el("span", { class: "target", style: `left:${place(row.target)}` }) : null,
  );
};
const metricName = (metric) => {
  const [kind, what] = metric.split("|");
  return report.value("metric", kind) + (what ? ` (${what})` : "");
};
report.figures.scorecard = () => ({
  id: "scorecard",
  wide: true,
  marts: ["kpi_scorecard"],
  explains: "kpi_scorecard.value",
  needs: ["scorecard"],
  rows: () => {
    const all = report.chosen("scorecard");
    const last = report.last(all);
    return all.filter((row) => row.month === last).sort((a, b) => metricPlace(a) - metricPlace(b));
  },
  called: ({ metric }) => metricName(metric),
  title: (rows) => {
    const good = rows.filter((row) => ["on_target", "in_range"].includes(row.status)).length;
    const judged = rows.filter((row) => !["no_value", "no_mark"].includes(row.status)).length;
    return report.t("figures.scorecard.title", {
      good: report.formats().count(good),
      judged: report.formats().count(judged),
      month: report.formats().month(report.last(rows)),
    });
  },
  content: (rows) => {
    const { el, t, label } = report;
    const format = report.formats();
    const range = ({ benchmark_low: low, benchmark_high: high, unit }) =>
      low == null && high == null
        ? t("formats.missing")
        : high == null
          ? t("formats.from", { value: inUnit(low, unit) })
          : low == null
            ? t("formats.to", { value: inUnit(high, unit) })
            : `${inUnit(low, unit)} – ${inUnit(high, unit)}`;
    const fill = (lines) => {
      const body = el("tbody", {}, lines);
      report.arrows(body)();
      return body;
    };
    const head = ["metric", "value", "status", "range", "target", "n", "source"];
    return el(
      "div",
      { class: "scroll whole", tabindex: "0", role: "region", "aria-label": t("figures.scorecard.name") },
      el(
        "table",
        {},
        el("caption", {}, t("figures.scorecard.name")),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            head.map((column) =>
              el(
                "th",
                { scope: "col", class: ["value", "n", "range", "target"].includes(column) ? "number" : null },
                label(column),
              ),
            ),
          ),
        ),
        fill(
          rows.map((row) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, metricName(row.metric)),
              el(
                "td",
                { class: "number", "data-column": "value" },
                report.number(report.figures.scorecard(), row, "value", inUnit(row.value, row.unit)),
                bullet(row),
              ),
              el("td", { class: `status ${row.status}` }, report.value("scorecard_status", row.status)),
              el("td", { class: "number" }, range(row)),
              el("td", { class: "number" }, inUnit(row.target, row.unit)),
              el("td", { class: "number" }, format.count(row.n)),
              el("td", {}, el("code", {}, row.source ?? "")),
            ),
          ),
        ),
      ),
    );
  },
});
