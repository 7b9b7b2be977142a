/* Definitions: words in both languages, and every column of every mart. */
report.pages.definitions = {
  filters: [], figures: () => [report.figures.glossary()], head: () => [],
};
report.figures.glossary = () => ({
  id: "glossary", wide: true, marts: [], basis: false, rows: () => report.rows("glossary"), columns: ["english", "japanese", "meaning"], search: true,
  content: null,
});
report.figures.columns = () => ({
  id: "mart_columns", wide: true, marts: [], basis: false, rows: () => report.rows("mart_columns"), columns: ["mart", "column_name", "data_type", "description"], search: true,
});
report.pages.definitions.figures = () => [report.figures.glossary(), report.figures.columns()];
