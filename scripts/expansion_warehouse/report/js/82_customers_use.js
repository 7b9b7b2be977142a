/* How customers use the product, RFM and tiers; every account today. */
report.figures.usage = () => ({
  id: "usage",
  marts: ["fct_usage_monthly", "fct_lifecycle_stages"],
  needs: ["stages"],
  basis: false,
  rows: () => report.rows("stages"),
  behind: report.behind.stage,
  chart: (rows) =>
    report.heat(rows, {
      x: "usage_trend",
      y: "lifecycle_stage",
      xs: ["up", "flat", "down", "unknown"],
      ys: ["onboarding", "adoption", "expansion", "retention", "churned", "prospect"].filter((stage) =>
        rows.some((row) => row.lifecycle_stage === stage),
      ),
      xTitle: report.label("usage_trend"),
      yTitle: report.label("lifecycle_stage"),
      xList: "usage_trend",
      yList: "lifecycle_stage",
    }),
  columns: ["lifecycle_stage", "usage_trend", "accounts"],
  lists: { lifecycle_stage: "lifecycle_stage", usage_trend: "usage_trend" },
});
report.figures.rfm = () => ({
  id: "rfm",
  marts: ["fct_rfm", "fct_mrr"],
  needs: ["rfm"],
  basis: "restated",
  behind: report.behind.rfm,
  rows: () => {
    const bases = report.distinct("rfm", "rfm_basis");
    const basis = bases.includes("value_event") ? "value_event" : bases[0];
    return report.rows("rfm").filter((row) => row.rfm_basis === basis);
  },
  chart: (rows) =>
    report.heat(rows, {
      x: "f_score",
      y: "r_score",
      xs: [1, 2, 3, 4, 5],
      ys: [5, 4, 3, 2, 1],
      xTitle: report.label("f_score"),
      yTitle: report.label("r_score"),
    }),
  columns: ["rfm_basis", "r_score", "f_score", "accounts", "mrr"],
  lists: { rfm_basis: "rfm_basis" },
});
report.figures.tiers = () => ({
  id: "tiers",
  marts: ["fct_customer_tiers"],
  needs: ["tiers"],
  basis: false,
  behind: report.behind.tier,
  rows: () => {
    const all = report.rows("tiers");
    const last = report.last(all);
    const place = (row) => ["best", "potential", "dormant", "other"].indexOf(row.customer_tier);
    return all.filter((row) => row.month === last).sort((a, b) => place(a) - place(b));
  },
  title: (rows) => {
    const { count } = report.formats();
    const of = (tier) => rows.find((row) => row.customer_tier === tier)?.accounts ?? 0;
    return report.t("figures.tiers.title", {
      best: count(of("best")),
      dormant: count(of("dormant")),
      accounts: count(report.sum(rows, "accounts")),
    });
  },
  columns: ["month", "customer_tier", "accounts"],
  lists: { customer_tier: "customer_tier" },
});
report.figures.accountsToday = () => ({
  id: "accounts_today",
  wide: true,
  marts: ["fct_accounts_today"],
  needs: ["accounts_today"],
  basis: false,
  explains: "fct_mrr.mrr",
  rows: () => report.rows("accounts_today"),
  columns: [
    "account_id",
    "account_name",
    "mrr",
    "seats",
    "seat_utilisation",
    "health_band",
    "health_score",
    "health_change",
    "next_renewal_on",
    "open_tickets",
    "last_contacted_on",
    "overdue_since",
    "do_not_contact",
    "csm_owner",
    "sales_owner",
  ],
  lists: { health_band: "health_band" },
});
