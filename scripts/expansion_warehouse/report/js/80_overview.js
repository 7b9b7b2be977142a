/* The first page: if nothing else is read, this must do. */
report.pages.overview = {
  filters: ["basis"],
  segments: "bridge",
  head: () => [report.cards()],
  figures: () => [
    report.figures.monthWaterfall(),
    report.figures.retention({ months: 24 }),
    report.figures.changed({ most: 10 }),
    report.figures.since(),
    report.figures.renewalsAhead(),
    report.figures.firstWarnings(),
  ],
};
report.figures = {};

/* The head numbers: value, change to the month before and to the year before, 24 months as a line. */
report.cards = () => {
  const { el, t } = report;
  const format = report.formats();
  const bridge = report.chosen("bridge", { segment_type: "all", segment: "all" });
  const nrr = report.chosen("nrr", { segment_type: "all", segment: "all", retention_window: "12m" });
  const red = report.rows("health").filter((row) => row.health_band === "red");
  const series = (rows, column) => Object.fromEntries(rows.map((row) => [row.month, row[column]]));
  const net = Object.fromEntries(bridge.map((row) => [row.month, row.closing_mrr - row.opening_mrr]));
  const last = report.last(bridge);
  if (!last) return el("p", { class: "empty" }, t("notes.no_months"));
  const asked = (id, row, cell, text) => {
    const [mart, column] = cell.split(".");
    const figure = { marts: [mart], about: t(`cards.${id}.about`) };
    const number = report.number(figure, row, column, text, (value) =>
      report.kindOf(column, [row]) === "amount" ? format.money(value) : text,
    );
    number.removeAttribute("tabindex");
    return number;
  };
  const card = (id, values, form, change, explains, extra, row) => {
    const now = values[last] ?? null;
    const before = values[report.monthBefore(last)] ?? null;
    const year = values[report.monthBefore(last, 12)] ?? null;
    const months = Array.from({ length: 24 }, (_, i) => values[report.monthBefore(last, 23 - i)] ?? null);
    const delta = (from) => (from == null || now == null ? t("formats.missing") : change(now - from));
    return el(
      "article",
      { class: "card", id: `card-${id}` },
      el("h2", {}, t(`cards.${id}.name`)),
      el(
        "p",
        { class: "value" },
        now == null ? t("formats.missing") : row ? asked(id, row, explains, form(now)) : form(now),
      ),
      el("p", { class: "verdict" }, extra ?? ""),
      report.sparkline(months) ?? el("span", {}),
      el(
        "dl",
        {},
        el("dt", {}, t("cards.against", { month: format.month(report.monthBefore(last)) })),
        el("dd", {}, delta(before)),
        el("dt", {}, t("cards.against", { month: format.month(report.monthBefore(last, 12)) })),
        el("dd", {}, delta(year)),
      ),
      el(
        "details",
        {},
        el("summary", {}, t("figure.definition")),
        el("p", {}, t(`cards.${id}.about`)),
        explains ? el("p", {}, t("figure.ask"), " ", el("code", {}, `warehouse explain ${explains}`)) : null,
      ),
    );
  };
  const now = nrr.find((row) => row.month === last);
  const band = now?.nrr_band ? [report.value("nrr_band", now.nrr_band), " · "] : [];
  const range = (low, high) =>
    low == null
      ? [report.value("interval_note", now?.interval_note)]
      : [
          el("span", { class: "unbroken" }, t("cards.interval")),
          " ",
          el("span", { class: "unbroken" }, `${format.percent(low)} – ${format.percent(high)}`),
        ];
  const [ready] = report.rows("offer_counts");
  return el(
    "section",
    { class: "cards", "aria-label": t("cards.title", { month: format.month(last) }) },
    card(
      "mrr",
      series(bridge, "closing_mrr"),
      format.compact,
      format.signedCompact,
      "kpi_mrr_bridge.closing_mrr",
      format.money(series(bridge, "closing_mrr")[last]),
      bridge.find((row) => row.month === last),
    ),
    card(
      "nrr",
      series(nrr, "nrr"),
      format.percent,
      format.points,
      "kpi_nrr.nrr",
      [...band, ...range(now?.nrr_low, now?.nrr_high)],
      now,
    ),
    card(
      "grr",
      series(nrr, "grr"),
      format.percent,
      format.points,
      "kpi_nrr.grr",
      range(now?.grr_low, now?.grr_high),
      now,
    ),
    card("net_new", net, format.signedCompact, format.signedCompact, null, format.signedMoney(net[last])),
    card(
      "accounts",
      series(bridge, "paying_accounts"),
      format.count,
      format.signedCount,
      "kpi_mrr_bridge.paying_accounts",
      null,
      bridge.find((row) => row.month === last),
    ),
    card(
      "red",
      series(red, "mrr"),
      format.compact,
      format.signedCompact,
      null,
      t("cards.red.accounts", { accounts: format.count(series(red, "accounts")[last] ?? 0) }),
    ),
    el(
      "article",
      { class: "card", id: "card-offers" },
      el("h2", {}, t("cards.offers.name")),
      el("p", { class: "value" }, format.count(ready?.offers)),
      el("p", { class: "verdict" }, t("cards.offers.value", { value: format.compact(ready?.delta_mrr) })),
      el("span", {}),
      el("p", {}, el("a", { href: `${report.place.pages}growth.html` }, t("cards.offers.link"))),
    ),
  );
};

report.figures.monthWaterfall = () => ({
  id: "month_waterfall",
  marts: ["kpi_mrr_bridge"],
  rules: ["specification/revenue.md#2.2"],
  explains: "kpi_mrr_bridge.closing_mrr",
  needs: ["bridge"],
  rows: () =>
    report.chosen("bridge", { segment_type: "all", segment: "all", month: report.last(report.rows("bridge")) }),
  title: ([row]) =>
    report.t(`figures.month_waterfall.${report.went(row.closing_mrr, row.opening_mrr)}`, {
      mrr: report.formats().compact(row.closing_mrr),
      change: report.formats().signedCompact(row.closing_mrr - row.opening_mrr),
      month: report.formats().month(row.month),
    }),
  chart: ([row]) => report.waterfall(row),
  onPick: () => report.openMonth(report.last(report.rows("movers"))),
  columns: ["month", "opening_mrr", ...report.movements, "closing_mrr"],
});

report.figures.retention = ({ months }) => ({
  id: "retention",
  marts: ["kpi_nrr"],
  rules: ["specification/revenue.md#2.4"],
  explains: "kpi_nrr.nrr",
  needs: ["nrr"],
  rows: () => {
    const rows = report.chosen("nrr");
    const last = report.last(rows);
    return rows.filter((row) => row.month > report.monthBefore(last, months) && row.opening_accounts > 0);
  },
  title: (rows) => {
    const format = report.formats();
    const last = report.last(rows);
    const now = rows.find((row) => row.month === last);
    const before = rows.find((row) => row.month === report.monthBefore(last));
    const changed = now.is_beyond_chance ? "beyond" : report.went(now.nrr, before?.nrr, 0.0005);
    return report.t(`figures.retention.${changed}`, {
      nrr: format.percent(now.nrr),
      grr: format.percent(now.grr),
      change: before?.nrr == null ? "" : format.points(now.nrr - before.nrr),
    });
  },
  subtitle: (rows) => {
    const last = report.last(rows);
    const now = rows.find((row) => row.month === last);
    return report.t("figures.retention.subtitle", {
      window: report.value("window", report.state.window),
      accounts: report.formats().count(now?.opening_accounts ?? 0),
      month: last ? report.formats().month(last) : "",
    });
  },
  chart: (rows) => report.rateChart(rows, ["nrr", "grr"], report.state.window === "12m" ? { low: 1, high: 1.2 } : null),
  onPick: (datum, rows) => {
    const row = rows.find((one) => one.month === datum.month);
    const { marts, rules } = report.figures.retention({ months });
    if (row && datum.column)
      report.why({ id: "retention", marts, rules }, row, datum.column, report.formats().percent(row[datum.column]));
  },
  columns: [
    "month",
    "nrr",
    "nrr_low",
    "nrr_high",
    "grr",
    "grr_low",
    "grr_high",
    "opening_mrr",
    "closing_mrr",
    "kept_mrr",
    "opening_accounts",
    "retained_accounts",
    "nrr_band",
    "is_beyond_chance",
    "interval_note",
  ],
  lists: { nrr_band: "nrr_band", interval_note: "interval_note" },
});

report.figures.changed = ({ most }) => ({
  id: "changed",
  wide: true,
  marts: ["fct_mrr_movements", "fct_mrr_drivers"],
  rules: ["specification/revenue.md#2.2"],
  needs: ["movers"],
  explains: "fct_mrr_movements.closing_mrr",
  rows: () =>
    report.chosen("movers", { month: report.state.month ?? report.last(report.rows("movers")) }).slice(0, most),
  title: (rows) =>
    report.t("figures.changed.title", {
      account: rows[0].account_name ?? rows[0].account_id,
      change: report.formats().signedCompact(rows[0].change_mrr),
      driver: report.value("driver", rows[0].driver ?? rows[0].movement),
    }),
  subtitle: (rows) =>
    report.t("figures.changed.subtitle", { month: rows.length ? report.formats().month(rows[0].month) : "" }),
  columns: ["account_id", "account_name", "movement", "driver", "opening_mrr", "closing_mrr", "change_mrr"],
  lists: { movement: "movement", driver: "driver" },
  search: most > 12,
});

report.figures.renewalsAhead = (type = "quarter", most = 4) => ({
  id: "renewals_ahead",
  marts: ["kpi_renewals_ahead"],
  rules: ["specification/revenue.md#2.4-ahead"],
  needs: ["renewals_ahead"],
  basis: false,
  rows: () =>
    report
      .rows("renewals_ahead")
      .filter((row) => row.period_type === type)
      .slice(0, most),
  title: (rows) =>
    report.t("figures.renewals_ahead.title", {
      due: report.formats().compact(report.sum(rows, "due_mrr")),
      red: report.formats().compact(report.sum(rows, "red_mrr")),
      open: report.formats().compact(report.sum(rows, "open_mrr")),
    }),
  chart: (rows) =>
    report.stackChart(
      report
        .melt(rows, ["green_mrr", "yellow_mrr", "red_mrr", "unscored_mrr"], ["period_label"])
        .map((row) => ({ ...row, part: row.part.replace("_mrr", "") })),
      { x: "period_label", parts: ["green", "yellow", "red", "unscored"], list: "health_band" },
    ),
  columns: [
    "period_label",
    "due_terms",
    "due_accounts",
    "due_mrr",
    "open_mrr",
    "at_risk_mrr",
    "notice_mrr",
    "renewed_early_mrr",
    "green_mrr",
    "yellow_mrr",
    "red_mrr",
    "unscored_mrr",
    "unproposed_mrr",
  ],
});

/* What is different from the run before: MRR and health of accounts, alerts that began or ended. */
report.figures.since = () => ({
  id: "since",
  wide: true,
  marts: ["fct_accounts_today", "fct_alerts"],
  basis: false,
  rows: () => {
    const { money } = report.formats();
    const shown = (row, value) =>
      value == null
        ? null
        : row.what === "mrr_in_force"
          ? money(value)
          : report.value(row.what === "health_bands" ? "health_band" : "alert_kind", value);
    return report.facts.since.rows.map((row) => ({ ...row, was: shown(row, row.was), now: shown(row, row.now) }));
  },
  title: (rows) => {
    const of = (what) => report.formats().count(rows.filter((row) => row.what === what).length);
    return report.t("figures.since.title", {
      mrr: of("mrr_in_force"),
      bands: of("health_bands"),
      began: of("alert_began"),
      ended: of("alert_ended"),
    });
  },
  subtitle: () => {
    const { as_of: before } = report.facts.since;
    return before ? report.t("figures.since.subtitle", { as_of: report.formats().day(before) }) : null;
  },
  nothing: () => (report.facts.since.why_not ? report.t("figures.since.alone") : null),
  columns: ["what", "account_id", "account_name", "was", "now"],
  lists: { what: "change" },
});
