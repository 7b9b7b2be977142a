/* Scorecard: every benchmark of the articles, in one table. It is restated throughout, so that no basis is offered. */
report.pages.scorecard = { filters: [], figures: () => [report.figures.scorecard()] };
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
const markRange = ({ benchmark_low: low, benchmark_high: high, unit }) => {
  const { t } = report;
  if (low == null && high == null) return t("formats.missing");
  if (high == null) return t("formats.from", { value: inUnit(low, unit) });
  if (low == null) return t("formats.to", { value: inUnit(high, unit) });
  return `${inUnit(low, unit)} – ${inUnit(high, unit)}`;
};
const interval = ({ value_low: low, value_high: high, unit }) =>
  low == null ? report.t("formats.missing") : `${inUnit(low, unit)} – ${inUnit(high, unit)}`;
/* Where a mark is from: the name of its source or its rule, which leads to what the definitions say of it. */
const sourcesOf = (row) => (row.source ? row.source.split("; ") : []);
const sourceText = (source) => report.rows("sources").find((row) => row.source === source)?.text;
const sourceName = (source) => sourceText(source)?.split(/[:;]/)[0] ?? source;
const sourceLink = (source) => {
  if (source.startsWith("specification/")) return report.ruleLink(source);
  if (!sourceText(source)) return report.el("code", {}, source);
  const href = report.href("definitions", { source });
  return report.el("a", { href, lang: "en" }, sourceName(source));
};
report.figures.scorecard = () => ({
  id: "scorecard",
  wide: true,
  marts: ["kpi_scorecard"],
  explains: "kpi_scorecard.value",
  needs: ["scorecard"],
  basis: "restated",
  isWhole: true,
  rows: () => {
    const all = report.rows("scorecard");
    const last = report.last(all);
    return all
      .filter((row) => row.month === last)
      .sort((a, b) => metricPlace(a) - metricPlace(b))
      .map((row) => ({ ...row, range: row.benchmark_low ?? row.benchmark_high, interval: row.value_low }));
  },
  called: ({ metric }) => metricName(metric),
  title: (rows) => {
    const good = rows.filter((row) => ["on_target", "in_range"].includes(row.status)).length;
    const judged = rows.filter((row) => !["no_value", "no_mark", "too_few"].includes(row.status)).length;
    return report.t("figures.scorecard.title", {
      good: report.formats().count(good),
      judged: report.formats().count(judged),
      month: report.formats().month(report.last(rows)),
    });
  },
  columns: ["metric", "value", "interval", "status", "range", "target", "n", "source"],
  search: true,
  kinds: { interval: "text", range: "text", n: "count" },
  lists: { status: "scorecard_status" },
  texts: {
    metric: ({ metric }) => metricName(metric),
    value: (row) => inUnit(row.value, row.unit),
    target: (row) => inUnit(row.target, row.unit),
    interval,
    range: markRange,
    source: (row) => sourcesOf(row).map(sourceName).join("; ") || report.t("formats.missing"),
  },
  beside: {
    value: (row, content) => [content, bullet(row)],
    status: (row, content) => report.el("span", { class: `status ${row.status}` }, content),
    source: (row, content) =>
      row.source ? sourcesOf(row).flatMap((source, i) => [i ? "; " : "", sourceLink(source)]) : content,
  },
});
