/* Definitions: words in both languages, and every column of every mart. */
report.pages.definitions = {
  filters: [],
  figures: () => [report.figures.glossary()],
  head: () => [],
};
report.figures.glossary = () => ({
  id: "glossary",
  wide: true,
  marts: [],
  basis: false,
  rows: () => report.rows("glossary"),
  columns: ["english", "japanese", "meaning"],
  search: true,
  content: null,
});
/* A link to a mart (#mart=kpi_nrr) has its columns come first, and in view. */
report.figures.columns = () => ({
  id: "mart_columns",
  wide: true,
  marts: [],
  basis: false,
  columns: ["mart", "column_name", "data_type", "description"],
  search: true,
  rows: () => {
    const asked = new URLSearchParams(location.hash.slice(1)).get("mart");
    const rows = report.rows("mart_columns");
    const first = rows.filter((row) => row.mart === asked);
    if (first.length) requestAnimationFrame(() => document.getElementById("mart_columns")?.scrollIntoView());
    return [...first, ...rows.filter((row) => row.mart !== asked)];
  },
});
report.pages.definitions.figures = () => [report.figures.glossary(), report.figures.columns()];
