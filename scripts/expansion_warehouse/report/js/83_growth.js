/* Growth: whom to offer what, whom to leave alone, and what came of it. */
report.pages.growth = {
  filters: [],
  figures: () => [
    report.figures.offers(),
    report.figures.blocked(),
    report.figures.funnel(),
    report.figures.guardCosts(),
    report.figures.priceSteps(),
    report.figures.affinity(),
    report.figures.experiments(),
  ],
};
report.figures.offers = () => ({
  id: "offers",
  wide: true,
  marts: ["fct_upsell_opportunities"],
  rules: ["specification/offers.md#5.1", "specification/offers.md#5.3"],
  explains: "fct_upsell_opportunities.expected_value",
  needs: ["offers"],
  basis: false,
  rows: () => report.rows("offers"),
  title: () => {
    const [ready] = report.rows("offer_counts");
    return report.t("figures.offers.title", {
      n: report.formats().count(ready.offers),
      value: report.formats().compact(ready.delta_mrr),
    });
  },
  columns: [
    "priority",
    "account_id",
    "account_name",
    "csm_owner",
    "offer_class",
    "plan_id",
    "sentence",
    "current_mrr",
    "target_mrr",
    "delta_mrr",
    "expected_value",
    "health_band",
    "sales_owner",
  ],
  lists: { offer_class: "offer_class", health_band: "health_band" },
});
report.figures.blocked = () => ({
  id: "blocked",
  marts: ["fct_upsell_opportunities"],
  rules: ["specification/offers.md#5.1"],
  needs: ["blocked"],
  basis: false,
  rows: () => report.rows("blocked"),
  behind: report.behind.reason,
  counts: "offers",
  title: (rows) =>
    report.t("figures.blocked.title", {
      reason: report.value("guard_reason", rows[0].reason),
      n: report.formats().count(rows[0].offers),
    }),
  chart: (rows) =>
    report.barChart(rows.slice(0, 12), { name: "reason", list: "guard_reason", amount: "offers", money: false }),
  columns: ["reason", "offers", "accounts", "delta_mrr", "first_free_on"],
  lists: { reason: "guard_reason" },
});
report.figures.guardCosts = () => ({
  id: "guard_costs",
  wide: true,
  marts: ["kpi_guard_costs"],
  needs: ["guard_costs"],
  basis: false,
  rows: () => report.rows("guard_costs"),
  columns: [
    "guard_reason",
    "blocked_offers",
    "blocked_mrr",
    "similar_offers",
    "similar_wins",
    "similar_win_rate",
    "expected_mrr_forgone",
    "blocked_accounts",
    "excess_loss_rate",
    "excess_loss_rate_low",
    "excess_loss_rate_high",
    "verdict",
  ],
  lists: { guard_reason: "guard_reason", verdict: "verdict" },
});
report.figures.funnel = () => ({
  id: "funnel",
  marts: ["kpi_upsell"],
  rules: ["specification/offers.md#5.4"],
  needs: ["funnel"],
  rows: () =>
    report
      .rows("funnel")
      .filter((row) => row.basis === "restated" && row.proposals > 0)
      .sort((a, b) => a.month.localeCompare(b.month)),
  basis: "restated",
  subtitle: () => {
    const range = report.range("proposal_win_rate");
    const { share } = report.formats();
    return report.joined(
      report.t("figures.funnel.subtitle"),
      range && report.t("figures.funnel.range", { low: share(range.low), high: share(range.high) }),
    );
  },
  title: (rows) => {
    const known = rows.filter((row) => row.is_cohort_matured && row.proposal_win_rate != null).at(-1);
    if (!known) return null;
    const format = report.formats();
    const isKnown = known.proposal_win_rate_low != null;
    return report.t(`figures.funnel.${isKnown ? "title" : "too_few"}`, {
      won: format.count(known.won_proposals),
      n: format.count(known.proposals),
      month: format.month(known.month),
      ...(isKnown && {
        rate: format.percent(known.proposal_win_rate),
        low: format.percent(known.proposal_win_rate_low),
        high: format.percent(known.proposal_win_rate_high),
      }),
    });
  },
  chart: (rows) => report.winRateChart(rows, report.range("proposal_win_rate")),
  columns: [
    "month",
    "candidates",
    "proposals",
    "won_proposals",
    "lost_proposals",
    "expired_proposals",
    "open_proposals",
    "proposal_win_rate",
    "proposal_win_rate_low",
    "proposal_win_rate_high",
    "is_cohort_matured",
    "upsold_accounts",
    "opening_accounts",
    "upsell_rate",
  ],
  tableRows: (rows) => [...rows].reverse(),
});
report.figures.priceSteps = () => ({
  id: "price_steps",
  marts: ["fct_proposals"],
  needs: ["price_steps"],
  basis: false,
  rows: () => report.rows("price_steps"),
  columns: ["price_gap_band", "proposals", "wins"],
  lists: { price_gap_band: "price_gap_band" },
});
report.figures.affinity = () => ({
  id: "affinity",
  marts: ["kpi_product_affinity"],
  needs: ["affinity"],
  basis: false,
  rows: () => report.rows("affinity"),
  title: (rows) =>
    report.t(rows.some((row) => row.is_rule) ? "figures.affinity.title" : "figures.affinity.none", {
      n: report.formats().count(rows.filter((row) => row.is_rule).length),
      of: report.formats().count(rows.length),
    }),
  chart: (rows) => {
    const names = [...new Set(rows.flatMap((row) => [row.antecedent, row.consequent]))].sort();
    const cells = rows.map((row) => ({
      ...row,
      words: report.formats().factor(row.lift),
      sure: report.formats().percent(row.confidence),
      both: report.formats().count(row.n_both),
    }));
    const isTilted = names.join("").length > (report.isNarrow() ? 16 : 32);
    return {
      height: Math.max(160, names.length * 34) + (isTilted ? 50 : 0),
      data: { values: cells },
      encoding: {
        x: {
          field: "consequent",
          type: "ordinal",
          sort: names,
          title: report.label("consequent"),
          axis: { labelAngle: isTilted ? -35 : 0 },
        },
        y: { field: "antecedent", type: "ordinal", sort: names, title: report.label("antecedent") },
        tooltip: report.tips([
          ["antecedent", report.label("antecedent")],
          ["consequent", report.label("consequent")],
          ["words", report.label("lift")],
          ["sure", report.label("confidence")],
          ["both", report.label("n_both")],
        ]),
      },
      layer: [
        {
          mark: "rect",
          encoding: {
            color: {
              condition: { test: "datum.is_rule", value: "#9fd3bf" },
              value: report.isDark() ? "#2a2f36" : "#eef0f2",
            },
          },
        },
        {
          mark: "text",
          encoding: {
            text: { field: "words" },
            color: {
              condition: { test: "datum.is_rule", value: "#202429" },
              value: report.isDark() ? "#aab2bb" : "#5a626b",
            },
          },
        },
      ],
    };
  },
  columns: [
    "antecedent",
    "consequent",
    "n",
    "n_antecedent",
    "n_consequent",
    "n_both",
    "confidence",
    "confidence_low",
    "lift",
    "is_rule",
  ],
});
report.figures.experiments = () => ({
  id: "experiments",
  wide: true,
  marts: ["kpi_experiments"],
  needs: ["experiments"],
  basis: false,
  rows: () => report.rows("experiments"),
  columns: [
    "experiment_id",
    "name",
    "variant",
    "is_control",
    "accounts",
    "wins",
    "win_rate",
    "lift",
    "ci_low",
    "ci_high",
    "adjusted_p_value",
    "accounts_needed",
    "srm_p_value",
    "status",
  ],
  lists: { status: "experiment_status" },
  kinds: { lift: "points", ci_low: "points", ci_high: "points" },
});
