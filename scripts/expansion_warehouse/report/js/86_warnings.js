/* Warnings of the run: of its settings, of both gates and of the tests of its models. Overview shows the first. */
const WARNINGS_FIRST = 12;
/* The reasons for which rows were refused stand in the sentence by their names. */
const nameReasons = ({ check, found }) =>
  /\.rejected_rows\./.test(check)
    ? found.replace(/(?<=, e\.g\. ).+$/, (names) =>
        names
          .split(", ")
          .map((name) => report.value("row_reason", refusal(name)))
          .join(report.t("formats.and")),
      )
    : found;
report.warningText = (row) => {
  const { t, said, hasText } = report;
  const { quantity } = report.formats();
  const shortened = (text) => text.replace(/\d+\.\d{7,}/g, (number) => quantity(Number(number)));
  const found = row.found ? shortened(said(nameReasons(row))) : "";
  if (row.source === "settings") return found;
  if (row.source === "models")
    return t("figures.warnings.of_model", {
      what: hasText(`values.warned_test.${row.about}`) ? report.value("warned_test", row.about) : row.about,
      found,
    });
  const parts = { table: row.about, expected: said(row.expected), found };
  return t(`figures.warnings.${found ? "expected_found" : "expected"}`, parts);
};
report.figures.warnings = (first = Infinity) => ({
  id: "warnings",
  wide: first === Infinity,
  marts: ["dq_quarantine"],
  basis: false,
  rows: () => report.facts.warnings ?? [],
  title: (rows) =>
    report.t("figures.warnings.title", {
      n: report.formats().count(report.facts.warning_count ?? rows.length),
    }),
  content: (rows) => {
    const { el, t } = report;
    const all = report.facts.warning_count ?? rows.length;
    const shown = Math.min(rows.length, first);
    const { count } = report.formats();
    return el(
      "div",
      {},
      el(
        "ul",
        {},
        rows.slice(0, first).map((row) => el("li", {}, report.warningText(row))),
      ),
      shown < all
        ? el(
            "p",
            { class: "subtitle" },
            t("figures.warnings.first", { shown: count(shown), n: count(all) }),
            " ",
            shown < rows.length
              ? el("a", { href: `${report.place.pages}quality.html#warnings` }, t("figures.warnings.all"))
              : t("figures.warnings.log"),
          )
        : null,
    );
  },
});
report.figures.firstWarnings = () => report.figures.warnings(WARNINGS_FIRST);
