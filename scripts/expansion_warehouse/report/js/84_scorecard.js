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
const bullet = (row) => {
  if (row.value == null) return null;
  const marks = [row.benchmark_low, row.benchmark_high, row.target].filter((mark) => mark != null);
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
report.figures.scorecard = () => ({
  id: "scorecard",
  wide: true,
  marts: ["kpi_scorecard"],
  explains: "kpi_scorecard.value",
  needs: ["scorecard"],
  rows: () => {
    const all = report.chosen("scorecard");
    const last = report.last(all);
    return all.filter((row) => row.month === last);
  },
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
    const name = (metric) => {
      const [kind, what] = metric.split("|");
      return report.value("metric", kind) + (what ? ` (${what})` : "");
    };
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
    const head = ["metric", "value", "n", "range", "target", "status", "source"];
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
              el("th", { scope: "row" }, name(row.metric)),
              el(
                "td",
                { class: "number", "data-column": "value" },
                report.number(report.figures.scorecard(), row, "value", inUnit(row.value, row.unit)),
                bullet(row),
              ),
              el("td", { class: "number" }, format.count(row.n)),
              el("td", { class: "number" }, range(row)),
              el("td", { class: "number" }, inUnit(row.target, row.unit)),
              el("td", { class: `status ${row.status}` }, report.value("scorecard_status", row.status)),
              el("td", {}, el("code", {}, row.source ?? "")),
            ),
          ),
        ),
      ),
    );
  },
});
