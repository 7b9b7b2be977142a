/* What is chosen stands in the address, so that a link shows what its sender saw. */
report.choices = {
  basis: { fallback: "restated", options: () => ["restated", "as_reported"], list: "basis" },
  segment_type: {
    fallback: "all",
    options: (page) => report.distinct(page.segments, "segment_type"),
    list: "segment_type",
  },
  segment: {
    fallback: "all",
    list: "segment",
    options: (page) =>
      report.distinct(page.segments, "segment", (row) => row.segment_type === report.state.segment_type),
  },
  window: { fallback: "12m", options: () => ["1m", "3m", "12m"], list: "window" },
  period: { fallback: "month", options: () => ["month", "quarter", "half", "year"], list: "period_type" },
  month: {
    fallback: null,
    options: () => report.periods().map((row) => row.period),
    named: (value) => report.periodName(value),
  },
  kept: { fallback: "mrr", options: () => ["mrr", "accounts"], list: "kept" },
  movement: {
    fallback: "all",
    options: () => ["all", ...report.movements],
    named: (value) => report.t(`movements.${value}`),
  },
};
report.distinct = (name, column, keep = () => true) =>
  [
    ...new Set(
      report
        .rows(name)
        .filter(keep)
        .map((row) => row[column]),
    ),
  ].sort((a, b) => (a === "all" ? -1 : b === "all" ? 1 : String(a).localeCompare(String(b))));

report.readState = (page) => {
  const asked = new URLSearchParams(location.hash.slice(1));
  report.state = { account: asked.get("account") };
  for (const [name, choice] of Object.entries(report.choices)) {
    const options = page.filters.includes(name) ? choice.options(page) : [];
    const wanted = asked.get(name);
    report.state[name] =
      [wanted, choice.fallback].find((value) => options.includes(value)) ?? options[0] ?? choice.fallback;
  }
};
report.writeState = (changes) => {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const [name, value] of Object.entries(changes)) {
    if (value == null || value === report.choices[name]?.fallback) asked.delete(name);
    else asked.set(name, value);
  }
  if (changes.segment_type && !changes.segment) asked.delete("segment");
  location.hash = asked.toString();
};

/* The address of another page: with what is chosen there, and the basis, which is one for the whole site. */
report.href = (page, choices = {}) => {
  const asked = new URLSearchParams();
  const basis = new URLSearchParams(location.hash.slice(1)).get("basis");
  for (const [name, value] of Object.entries({ ...choices, basis }))
    if (value != null && value !== report.choices[name]?.fallback) asked.set(name, value);
  const said = asked.toString();
  return `${report.place.pages}${page}.html${said ? `#${said}` : ""}`;
};
/* Pages that know MRR as it is known now alone say so where the other basis is chosen. */
report.basisNote = () => {
  const { basis } = report.choices;
  const asked = new URLSearchParams(location.hash.slice(1)).get("basis");
  const isOther = asked !== basis.fallback && basis.options().includes(asked);
  if (!isOther || !["customers", "growth", "scorecard", "account"].includes(report.place.page)) return null;
  return report.el(
    "p",
    { class: "subtitle wide", id: "one-basis", role: "note" },
    report.t("notes.one_basis", { now: report.value("basis", basis.fallback), asked: report.value("basis", asked) }),
  );
};

/* Rows of the chosen basis, segment and window, as far as a data set has such columns. */
report.chosen = (name, also = {}) => {
  const { state } = report;
  const wanted = {
    basis: state.basis,
    segment_type: state.segment_type,
    segment: state.segment,
    retention_window: state.window,
    ...also,
  };
  const columns = report.sets[name]?.columns ?? [];
  const asked = Object.entries(wanted).filter(([column, value]) => columns.includes(column) && value !== undefined);
  return report.rows(name).filter((row) => asked.every(([column, value]) => row[column] === value));
};

report.filterBar = (page) => {
  const { el, t } = report;
  const selects = page.filters.map((name) => {
    const choice = report.choices[name];
    const options = choice.options(page);
    return el(
      "label",
      {},
      el("span", {}, t(`filters.${name}`)),
      el(
        "select",
        { id: `filter-${name}`, onchange: (event) => report.writeState({ [name]: event.target.value }) },
        options.map((value) =>
          el(
            "option",
            { value, selected: value === report.state[name] },
            choice.named ? choice.named(value) : report.value(choice.list, value),
          ),
        ),
      ),
    );
  });
  return el("form", { class: "filters", "aria-label": t("filters.title") }, selects);
};
