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
      el("p", {}, el("a", { href: report.href("growth") }, t("cards.offers.link"))),
    ),
  );
};
