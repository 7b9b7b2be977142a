/* Months whose books are not closed yet: what they show may change, so it is hollow and called provisional. */
report.books = (month) => {
  const found = report.rows("months").find((row) => row.month === month);
  return found ? (found.is_closed ? "closed" : "open") : null;
};
report.withBooks = (rows) =>
  rows.map((row) => ({
    ...row,
    books: row.is_closed == null ? report.books(row.month) : row.is_closed ? "closed" : "open",
  }));
report.periodOf = (row) => row.period_label ?? report.formats().month(row.month);
/* The name of a period in a tooltip. */
report.whenOf = (row) => {
  const period = report.periodOf(row);
  return row.books === "open" ? report.t("notes.open_period", { period }) : period;
};
/* The line that says which of the shown periods are provisional. */
report.openNote = (rows, path = "notes.open_books") => {
  const open = [...new Set(rows.filter((row) => row.books === "open").map(report.periodOf))];
  return open.length ? report.t(path, { periods: open.join(report.t("formats.and")) }) : null;
};
/* Sentences one after the other. */
report.joined = (...sentences) => sentences.filter(Boolean).join(report.text.locale.startsWith("ja") ? "" : " ");

/* How the marks of a provisional period differ: an outline of dashes around a faint fill. */
report.hollow = {
  fillOpacity: { condition: { test: "datum.books === 'open'", value: 0.2 }, value: 1 },
  strokeWidth: { condition: { test: "datum.books === 'open'", value: 1 }, value: 0 },
  strokeDash: { condition: { test: "datum.books === 'open'", value: [4, 2] }, value: [1, 0] },
};
