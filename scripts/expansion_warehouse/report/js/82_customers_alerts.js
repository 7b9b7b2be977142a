/* Alerts that are open, and how often each kind was right. */
report.figures.alerts = () => ({
  id: "alerts",
  wide: true,
  marts: ["fct_alerts"],
  needs: ["alerts"],
  basis: false,
  rows: () => report.rows("alerts"),
  title: () => {
    const [now] = report.rows("alert_counts");
    const { count } = report.formats();
    return report.t("figures.alerts.title", {
      n: count(now.alerts),
      high: count(now.high),
      accounts: count(now.accounts),
    });
  },
  columns: [
    "severity",
    "alert_kind",
    "account_id",
    "account_name",
    "mrr",
    "owner",
    "began_on",
    "sentence",
    "what_to_do",
  ],
  lists: { severity: "severity", alert_kind: "alert_kind" },
  instead: { what_to_do: ["what_to_do", "alert_kind"] },
});
report.figures.alertRecord = () => ({
  id: "alert_record",
  wide: true,
  marts: ["kpi_alert_backtest"],
  needs: ["alert_record"],
  basis: false,
  rows: () => report.rows("alert_record"),
  columns: [
    "alert_kind",
    "outcome",
    "horizon_days",
    "alerts",
    "hits",
    "hit_rate",
    "hit_rate_lower",
    "hit_rate_upper",
    "base_rate",
    "lift",
    "median_lead_days",
    "verdict",
  ],
  lists: { alert_kind: "alert_kind", outcome: "alert_outcome", verdict: "verdict" },
});
