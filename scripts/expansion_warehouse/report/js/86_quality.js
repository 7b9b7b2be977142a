/* Data quality: what was read, what was refused and what that costs. */
report.pages.quality = {
  filters: [],
  figures: () => [
    report.figures.gates(),
    report.figures.warnings(),
    report.figures.quarantine(),
    report.figures.oddities(),
    report.figures.parts(),
    report.figures.coverage(),
    report.figures.reconciliation(),
    report.figures.files(),
  ],
};
/* A required column that is empty has a reason by its name; they share one text. */
const refusal = (reason) =>
  !report.hasText(`values.row_reason.${reason}`) && /^null_/.test(reason) ? "null_column" : reason;
const fact =
  (id, rows, columns, more = {}) =>
  () => ({ id, marts: [], basis: false, rows: () => rows(), columns, ...more });
report.figures.gates = fact("gates", () => report.facts.gates, ["suite", "passed", "warnings", "errors"], {
  wide: true,
  title: (rows) =>
    report.t(`figures.gates.${report.sum(rows, "errors") + report.sum(rows, "warnings") ? "some" : "clean"}`, {
      passed: report.formats().count(report.sum(rows, "passed")),
      warnings: report.formats().count(report.facts.warning_count ?? report.sum(rows, "warnings")),
    }),
  lists: { suite: "suite" },
});
report.figures.quarantine = () => ({
  id: "quarantine",
  wide: true,
  marts: ["dq_quarantine"],
  needs: ["quarantine", "quarantine_counts"],
  basis: false,
  rows: () => report.rows("quarantine").map((row) => ({ ...row, reason: refusal(row.reason) })),
  title: () => {
    const [all] = report.rows("quarantine_counts");
    return report.t("figures.quarantine.title", {
      n: report.formats().count(all.refused),
      mrr: report.formats().money(all.refused_mrr),
    });
  },
  columns: [
    "raw_table",
    "raw_key",
    "account_id",
    "reason",
    "column_name",
    "value",
    "explanation",
    "remedy",
    "currency",
    "amount",
    "refused_mrr",
    "source_file",
  ],
  kinds: { value: "text", amount: "native" },
  lists: { reason: "row_reason" },
  instead: { explanation: ["row_reason_meaning", "reason"], remedy: ["row_reason_remedy", "reason"] },
});
report.figures.oddities = () => ({
  id: "oddities",
  wide: true,
  marts: ["dq_oddities"],
  needs: ["oddities"],
  basis: false,
  rows: () => report.rows("oddities"),
  columns: [
    "raw_table",
    "raw_key",
    "account_id",
    "reason",
    "column_name",
    "value",
    "explanation",
    "remedy",
    "source_file",
  ],
  kinds: { value: "text" },
  lists: { reason: "oddity_reason" },
  instead: { explanation: ["oddity_meaning", "reason"], remedy: ["oddity_remedy", "reason"] },
});
report.figures.parts = fact("parts", () => report.facts.parts, ["part", "count", "missing"], {
  lists: { part: "part" },
});
report.figures.coverage = fact("coverage", () => report.facts.coverage, ["raw_table", "state", "rows"], {
  lists: { state: "table_state" },
});
report.figures.reconciliation = () => ({
  id: "reconciliation",
  wide: true,
  marts: ["fct_source_reconciliation"],
  needs: ["reconciliation"],
  basis: false,
  rows: () => report.rows("reconciliation"),
  columns: ["raw_table", "currency", "outcome", "reason", "row_count", "amount"],
  lists: { outcome: "row_outcome", reason: "row_reason" },
  kinds: { amount: "native" },
});
report.figures.files = fact("files", () => report.facts.files, ["path", "state", "bytes", "sha256"], {
  wide: true,
  lists: { state: "file_state" },
});
