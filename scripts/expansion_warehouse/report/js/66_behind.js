/* The accounts behind a number, as far as the run's data sets hold them. A figure says which: `behind` of a row. */
report.behindList = (behind) => {
  const { el, t } = report;
  const rows = report
    .rows(behind.name)
    .filter((row) => Object.entries(behind.where).every(([column, value]) => row[column] === value));
  const { total, rows: loaded } = report.sets[behind.name];
  const accounts = new Set(rows.map((row) => row.account_id)).size;
  const caption = t("why.behind", { n: report.formats().count(accounts) });
  return el(
    "div",
    { class: "behind" },
    el("h3", {}, caption),
    total > loaded.length
      ? el("p", { class: "subtitle" }, t("why.behind_cut", { shown: report.formats().count(loaded.length) }))
      : null,
    report.table({ rows, columns: behind.columns, lists: behind.lists, caption, first: 20 }),
  );
};
const accountsBy = (where) =>
  Object.values(where).some((value) => value == null)
    ? null
    : { name: "accounts_behind", where, columns: ["account_id", "account_name", "current_mrr", "csm_owner"] };
report.behind = {
  /* Who was in a band is known of the last month-end alone. */
  band: (row) => (row.month === report.last(report.rows("health")) ? accountsBy({ band_now: row.health_band }) : null),
  move: ({ band_before, band_now }) => accountsBy({ band_before, band_now }),
  tier: ({ customer_tier }) => accountsBy({ customer_tier }),
  stage: ({ lifecycle_stage, usage_trend }) => accountsBy({ lifecycle_stage, usage_trend }),
  rfm: ({ rfm_basis, r_score, f_score }) =>
    accountsBy({ [`${rfm_basis}_r_score`]: r_score, [`${rfm_basis}_f_score`]: f_score }),
  reason: ({ reason }) => ({
    name: "blocked_offers",
    where: { reason },
    columns: ["account_id", "account_name", "offer_class", "product_id", "delta_mrr", "blocked_until", "csm_owner"],
    lists: { offer_class: "offer_class" },
  }),
};
/* A bar or a cell of a chart opens what its number in the table opens. */
report.pickBehind = (figure, datum) => {
  const column = figure.counts ?? "accounts";
  if (datum[column] != null && figure.behind(datum))
    report.why(figure, datum, column, report.formats().count(datum[column]));
};
