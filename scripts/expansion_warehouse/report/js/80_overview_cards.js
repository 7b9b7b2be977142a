/* The head numbers: value, change to the month before and to the year before, 24 months as a line. */
report.cards = () => {
  const { el, t } = report;
  const bridge = report.chosen("bridge", { segment_type: "all", segment: "all" });
  const last = report.last(bridge);
  if (!last) return el("p", { class: "empty" }, t("notes.no_months"));
  const nrr = report.chosen("nrr", { segment_type: "all", segment: "all", retention_window: "12m" });
  return el(
    "section",
    { class: "cards", "aria-label": t("cards.title", { month: report.formats().month(last) }) },
    [...moneyCards(bridge, last), ...rateCards(nrr, last), ...netCards(bridge, last), redCard(last)].map((one) =>
      report.card(last, one),
    ),
    report.offersCard(),
  );
};
const seriesOf = (rows, column) => Object.fromEntries(rows.map((row) => [row.month, row[column]]));
const moneyCards = (bridge, last) => {
  const { compact, signedCompact, money } = report.formats();
  const row = bridge.find((one) => one.month === last);
  return [
    {
      id: "mrr",
      cell: "kpi_mrr_bridge.closing_mrr",
      row,
      values: seriesOf(bridge, "closing_mrr"),
      form: compact,
      change: signedCompact,
      said: money(row.closing_mrr),
    },
  ];
};
const rateCards = (nrr, last) => {
  const { el, t } = report;
  const { percent, points } = report.formats();
  const row = nrr.find((one) => one.month === last);
  const range = (low, high) =>
    low == null
      ? [report.value("interval_note", row?.interval_note)]
      : [
          el("span", { class: "unbroken" }, t("cards.interval")),
          " ",
          el("span", { class: "unbroken" }, `${percent(low)} – ${percent(high)}`),
        ];
  const band = row?.nrr_band ? [report.value("nrr_band", row.nrr_band), " · "] : [];
  return ["nrr", "grr"].map((rate) => ({
    id: rate,
    cell: `kpi_nrr.${rate}`,
    row,
    values: seriesOf(nrr, rate),
    form: percent,
    change: points,
    said: [...(rate === "nrr" ? band : []), ...range(row?.[`${rate}_low`], row?.[`${rate}_high`])],
  }));
};
const netCards = (bridge, last) => {
  const { count, signedCompact, signedCount, signedMoney } = report.formats();
  const row = bridge.find((one) => one.month === last);
  const net = Object.fromEntries(bridge.map((one) => [one.month, one.closing_mrr - one.opening_mrr]));
  return [
    {
      id: "net_new",
      column: "net_new_mrr",
      asks: { marts: ["kpi_mrr_bridge"], adds: report.movements },
      row: { ...row, net_new_mrr: net[last] },
      values: net,
      form: signedCompact,
      full: signedMoney,
      change: signedCompact,
      said: signedMoney(net[last]),
    },
    {
      id: "accounts",
      cell: "kpi_mrr_bridge.paying_accounts",
      row,
      values: seriesOf(bridge, "paying_accounts"),
      form: count,
      change: signedCount,
    },
  ];
};
/* A month in which health was scored and nobody was red has a red MRR of 0. */
const redCard = (last) => {
  const { t } = report;
  const { compact, count, money, signedCompact } = report.formats();
  const health = report.rows("health");
  const red = health.filter((row) => row.health_band === "red");
  const none = Object.fromEntries(health.map((row) => [row.month, 0]));
  const accounts = { ...none, ...seriesOf(red, "accounts") };
  const values = { ...none, ...seriesOf(red, "mrr") };
  return {
    id: "red",
    column: "red_mrr",
    asks: {
      marts: ["fct_health_scores", "fct_mrr"],
      shows: "fct_health_scores",
      leads: [[report.href("customers"), t("cards.red.link")]],
    },
    row: { month: last, health_band: "red", red_mrr: values[last] },
    values,
    form: compact,
    full: money,
    change: signedCompact,
    said: last in accounts ? t("cards.red.accounts", { accounts: count(accounts[last]) }) : null,
  };
};

/* A card: its number leads to its reason, by the cell of a mart or by what `asks` tells. */
report.card = (last, { id, cell, column = cell?.split(".")[1], asks, row, values, form, full, change, said }) => {
  const { el, t } = report;
  const format = report.formats();
  const now = values[last] ?? null;
  const at = (back) => report.monthBefore(last, back);
  const against = (back) => [
    el("dt", {}, t("cards.against", { month: format.month(at(back)) })),
    el("dd", {}, values[at(back)] == null || now == null ? t("formats.missing") : change(now - values[at(back)])),
  ];
  const figure = { id, about: t(`cards.${id}.about`), ...(asks ?? { marts: [cell.split(".")[0]] }) };
  figure.called = () => t(`cards.${id}.name`);
  const whole = (value) => (full ?? (report.kindOf(column, [row]) === "amount" ? format.money : form))(value);
  const number = now == null ? t("formats.missing") : report.number(figure, row, column, form(now), whole);
  if (now != null) number.removeAttribute("tabindex");
  const open = report.books(last) === "open" ? t("cards.provisional") : null;
  const verdict = [said, open].filter(Boolean).flatMap((part, i) => [i ? " · " : "", part]);
  return el(
    "article",
    { class: "card", id: `card-${id}` },
    el("h2", {}, t(`cards.${id}.name`)),
    el("p", { class: "value" }, number),
    el("p", { class: "verdict" }, verdict),
    report.sparkline(
      Array.from({ length: 24 }, (_, i) => values[at(23 - i)] ?? null),
      open != null,
    ) ?? el("span", {}),
    el("dl", {}, against(1), against(12)),
    el(
      "details",
      {},
      el("summary", {}, t("figure.definition")),
      el("p", {}, figure.about),
      cell ? el("p", {}, t("figure.ask"), " ", el("code", {}, `warehouse explain ${cell}`)) : null,
    ),
  );
};
report.offersCard = () => {
  const { el, t } = report;
  const { compact, count } = report.formats();
  const [ready] = report.rows("offer_counts");
  const link = [report.href("growth"), t("cards.offers.link")];
  const figure = {
    id: "offers",
    about: t("cards.offers.about"),
    marts: ["fct_upsell_opportunities"],
    leads: [link],
    called: () => t("cards.offers.name"),
  };
  const number = ready ? report.number(figure, ready, "offers", count(ready.offers)) : t("formats.missing");
  if (ready) number.removeAttribute("tabindex");
  return el(
    "article",
    { class: "card", id: "card-offers" },
    el("h2", {}, t("cards.offers.name")),
    el("p", { class: "value" }, number),
    el("p", { class: "verdict" }, t("cards.offers.value", { value: compact(ready?.delta_mrr) })),
    el("span", {}),
    el("p", {}, el("a", { href: link[0] }, link[1])),
  );
};
