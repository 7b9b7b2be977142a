/* Definitions: words in both languages, the rules that are cited, sources of marks, marts and their columns. */
report.pages.definitions = {
  filters: [],
  figures: () => [
    report.figures.glossary(),
    report.figures.rules(),
    report.figures.sources(),
    report.figures.marts(),
    report.figures.columns(),
  ],
  head: () => [],
};
report.figures.glossary = () => ({
  id: "glossary",
  wide: true,
  marts: [],
  basis: false,
  rows: () => report.rows("glossary"),
  columns: ["english", "japanese", "meaning"],
  english: ["english", "meaning"],
  search: true,
  content: null,
});
/* What a link asks for (#mart=kpi_nrr) comes first, and in view. */
const askedFirst = (figure, kind, column, all) => {
  const asked = new URLSearchParams(location.hash.slice(1)).get(kind);
  const first = all.filter((row) => row[column] === asked);
  if (first.length) requestAnimationFrame(() => document.getElementById(figure)?.scrollIntoView());
  return [...first, ...all.filter((row) => row[column] !== asked)];
};
const definition = (id, kind, column, columns, more = {}) => ({
  id,
  wide: true,
  marts: [],
  basis: false,
  columns,
  search: true,
  rows: () => askedFirst(id, kind, column, report.rows(id)),
  ...more,
});
report.figures.rules = () => definition("rules", "rule", "rule", ["rule", "text"], { english: ["text"] });
report.figures.sources = () => definition("sources", "source", "source", ["source", "text"], { english: ["text"] });
report.figures.marts = () =>
  definition("marts", "", "mart", ["mart", "grain", "description"], {
    english: ["grain", "description"],
    beside: { mart: ({ mart }) => report.definitionLink(mart) },
  });
report.figures.columns = () =>
  definition("mart_columns", "mart", "mart", ["mart", "column_name", "data_type", "description"], {
    english: ["description"],
  });

/* A rule by its name, which leads to what it says. */
report.ruleLink = (rule) => report.el("a", { href: report.href("definitions", { rule }) }, rule);
