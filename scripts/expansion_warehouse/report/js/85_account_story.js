/* An account over time, on one axis: its MRR, its health, and what happened. */
const DAY = 24 * 3600 * 1000;
const moment = (text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
const monthAfter = (month) => report.monthBefore(month, -1);
/* Colours of products are none of those of movements and of health. */
const productColours = ["#6a51a3", "#cc79a7", "#8c564b", "#5f7d95", "#b6a6d8", "#e5b3c8", "#c7a58c", "#a9bccb"];
const lanes = ["contract", "proposals", "alerts", "actions", "support_burden", "nps"];

/* Everything with a day, the newest first. */
const eventsOf = (story) => {
  const { t, value } = report;
  const ahead = new Date(moment(report.facts.as_of) + 366 * DAY).toISOString().slice(0, 10);
  const event = (lane, on, what, state, more = {}) => ({ lane, happened_on: on, event: what, state, ...more });
  return [
    ...story("bookings").map((row) =>
      event("contract", row.booked_on, `${report.value("booking_type", row.booking_type)}: ${row.product_id}`, null, {
        isSolid: true,
      }),
    ),
    ...story("renewals")
      .filter((row) => row.due_on <= ahead)
      .map((row) =>
        event(
          "contract",
          row.due_on,
          t("account.renewal", { product: row.product_id }),
          value("renewal_state", row.renewal_state),
        ),
      ),
    ...story("proposals").map((row) =>
      event("proposals", row.proposed_on, value("offer_class", row.offer_class), value("outcome", row.outcome), {
        isSolid: row.outcome === "won",
      }),
    ),
    ...story("offers")
      .filter((row) => row.is_eligible && row.is_timed)
      .map((row) =>
        event("proposals", report.facts.as_of, value("offer_class", row.offer_class), t("account.offer_ready")),
      ),
    ...story("alerts").map((row) =>
      event("alerts", row.began_on, value("alert_kind", row.alert_kind), value("severity", row.severity), {
        until: row.ended_on ?? report.facts.as_of,
        isSolid: row.severity === "high",
      }),
    ),
    ...story("actions").map((row) =>
      event("actions", row.done_on, value("action_kind", row.kind), value("action_outcome", row.outcome), {
        isSolid: true,
      }),
    ),
  ].sort((a, b) => b.happened_on.localeCompare(a.happened_on));
};

report.accountStory = (story) => {
  const { t, label } = report;
  const events = eventsOf(story);
  const known = ["mrr", "health", "signals"].flatMap((name) => story(name).map((row) => row.month));
  const rows = events.map((row) => ({ ...row, named: t(`account.lanes.${row.lane}`) }));
  const isKnown = rows.length > 0 || known.length > 0;
  return {
    id: "account_timeline",
    wide: true,
    marts: [
      ...["fct_mrr", "fct_health_scores", "fct_health_components", "fct_bookings", "fct_proposals", "fct_alerts"],
      ...["fct_actions", "fct_renewals_ahead", "fct_upsell_opportunities"],
    ],
    basis: "restated",
    rows: () => (isKnown ? [{ known, rows }] : []),
    explains: "fct_mrr.mrr",
    chart: () => report.timelineChart(story, rows, known),
    columns: ["happened_on", "named", "event", "state"],
    tableRows: () => rows,
    more: [
      {
        id: "account_mrr",
        marts: ["fct_mrr"],
        basis: "restated",
        rows: [...story("mrr")].reverse(),
        columns: ["month", "product_id", "mrr"],
      },
      {
        id: "account_health",
        marts: ["fct_health_scores"],
        basis: false,
        rows: [...story("health")].reverse(),
        columns: ["month", "health_score", "health_band"],
        lists: { health_band: "health_band" },
      },
      {
        id: "account_signals",
        marts: ["fct_health_components"],
        basis: false,
        rows: [...story("signals")].reverse(),
        columns: ["month", "component", "component_score"],
        lists: { component: "component" },
      },
    ].filter((one) => one.rows.length),
  };
};

/* Panels below each other, with the same months at the same place. */
report.timelineChart = (story, events, known) => {
  const { facts, isNarrow } = report;
  const narrow = isNarrow();
  const left = narrow ? 74 : 110;
  const room = document.querySelector("#account_timeline .chart").clientWidth;
  const width = Math.max(160, room - left - 40);
  const days = events.flatMap((row) => [row.happened_on, row.until ?? row.happened_on]);
  const moments = [...known, ...days].map(moment);
  const domain = [Math.min(...moments), Math.max(...moments, moment(facts.as_of)) + 20 * DAY];
  const first = new Date(domain[0]).toISOString().slice(0, 7);
  const ticks = [];
  for (let at = `${first}-01`; moment(at) <= domain[1]; at = monthAfter(at)) ticks.push(moment(at));
  const step = Math.ceil(ticks.length / (narrow ? 3 : 9));
  const axis = (hasLabels) => (field) => ({
    field,
    type: "quantitative",
    title: null,
    scale: { domain, zero: false, nice: false },
    axis: {
      labels: hasLabels,
      labelExpr: "as_moment(datum.value)",
      labelFlush: false,
      labelOverlap: true,
      values: ticks.filter((_, i) => i % step === 0),
      grid: true,
    },
  });
  const today = (x) => ({
    data: { values: [{ today: moment(facts.as_of) }] },
    mark: { type: "rule", strokeDash: [3, 3], color: report.colours.muted },
    encoding: { x: x("today") },
  });
  const drawn = [
    story("mrr").length ? (x) => mrrPanel(story("mrr"), x) : null,
    story("health").some((row) => row.health_band) ? (x) => healthPanel(story("health"), x) : null,
    events.length || story("signals").length ? (x) => eventPanel(events, story("signals"), x) : null,
  ].filter(Boolean);
  const panels = drawn.map((draw, i) => {
    const x = axis(i === drawn.length - 1);
    const { height, layer } = draw(x);
    return { width, height, layer: [today(x), ...layer] };
  });
  return {
    autosize: { type: "pad", contains: "padding" },
    padding: { left: 4, right: 8, top: 6, bottom: 4 },
    spacing: 14,
    resolve: { scale: { color: "independent", shape: "independent" }, legend: { color: "independent" } },
    config: { ...report.chartStyle(), axisY: { minExtent: left, maxExtent: left } },
    vconcat: panels,
  };
};
