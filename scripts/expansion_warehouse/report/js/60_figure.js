/* A figure: its title says what happened, then the chart, its numbers, what it means, where it is from. */
report.figure = (figure) => {
  const { el, t, state } = report;
  const path = `figures.${figure.id}`;
  const rows = figure.rows();
  const absent = figure.needs?.filter(report.isAbsent) ?? [];
  const isEmpty = absent.length > 0 || rows.length === 0;
  const title = (!isEmpty && figure.title?.(rows)) || t(`${path}.name`);
  const said = report.hasText(`${path}.subtitle`) ? t(`${path}.subtitle`) : null;
  const nothing = absent.length ? null : (figure.nothing?.() ?? report.hasText(`${path}.empty`));
  const subtitle = isEmpty && nothing ? null : figure.subtitle ? figure.subtitle(rows) : said;
  const section = el(
    "section",
    { class: `figure ${figure.wide ? "wide" : ""}`, id: figure.id, "aria-labelledby": `${figure.id}-title` },
    el("h2", { id: `${figure.id}-title` }, title),
    subtitle ? el("p", { class: "subtitle" }, subtitle) : null,
  );
  if (isEmpty) {
    const why = absent.length ? "notes.older_run" : nothing ? `${path}.empty` : "notes.no_rows";
    section.append(el("p", { class: "empty" }, typeof nothing === "string" ? nothing : t(why)));
  } else {
    const pick = figure.onPick ?? (figure.behind && ((datum) => report.pickBehind(figure, datum)));
    const chart = figure.chart ? el("div", { class: "chart" }) : null;
    if (chart) {
      section.append(chart);
      report.waiting.push(() =>
        report.draw(
          chart,
          figure.chart(rows),
          title,
          pick && ((datum) => pick(datum, rows)),
          figure.onPoint && ((datum) => figure.onPoint(datum, rows)),
        ),
      );
    }
    if (figure.content) section.append(figure.content(rows));
    const cut = (figure.needs ?? []).map((name) => report.sets[name]).find((set) => set.total > set.rows.length);
    if (cut)
      section.append(
        el(
          "p",
          { class: "subtitle" },
          t("notes.cut", {
            shown: report.formats().count(cut.rows.length),
            total: report.formats().count(cut.total),
            mart: figure.marts[0],
          }),
        ),
      );
    if (figure.columns) {
      const made = report.table({
        rows: figure.tableRows ? figure.tableRows(rows) : rows,
        columns: figure.columns,
        caption: title,
        lists: figure.lists,
        instead: figure.instead,
        kinds: figure.kinds,
        english: figure.english,
        isWhole: figure.isWhole,
        texts: figure.texts,
        beside: figure.beside,
        figure,
        search: figure.search,
      });
      section.append(
        figure.chart || figure.content
          ? el(
              "details",
              { class: "numbers" },
              el("summary", {}, t("figure.numbers")),
              made,
              (figure.more ?? []).map(report.moreNumbers),
            )
          : made,
      );
    }
  }
  section.append(report.meaning(figure, path));
  return section;
};

/* Another table of a figure's numbers. */
report.moreNumbers = (part) => {
  const caption = report.t(`figures.${part.id}.name`);
  const { rows, columns, lists } = part;
  return report.el(
    "div",
    { id: part.id },
    report.el("h3", {}, caption),
    report.table({ rows, columns, lists, caption, figure: part }),
  );
};

/* What it means, which marts it shows, how to ask for the rows behind it, and of which run it is. */
report.meaning = (figure, path) => {
  const { el, t, facts, state } = report;
  const asked = figure.explains
    ? el("p", {}, t("figure.ask"), " ", el("code", {}, `warehouse explain ${figure.explains}`))
    : null;
  const rules = (figure.rules ?? []).map((rule) => el("code", {}, report.ruleLink(rule)));
  return el(
    "footer",
    {},
    el(
      "details",
      {},
      el("summary", {}, t("figure.definition")),
      el("p", {}, figure.about ?? t(`${path}.about`)),
      el(
        "p",
        {},
        t("figure.from"),
        " ",
        (figure.marts ?? []).flatMap((mart, i) => [i ? ", " : "", report.definitionLink(mart)]),
      ),
      rules.length
        ? el(
            "p",
            {},
            t("figure.rules"),
            " ",
            rules.flatMap((rule, i) => [i ? ", " : "", rule]),
          )
        : null,
      asked,
    ),
    el(
      "p",
      { class: "source" },
      report.ofWhom(figure),
      t(figure.basis === false ? "figure.foot_of_day" : "figure.foot", {
        basis: report.value("basis", figure.basis || state.basis),
        as_of: report.formats().day(facts.as_of),
      }),
      el("span", { class: "unbroken" }, t("figure.run", { run: facts.run_id })),
    ),
  );
};
report.definitionLink = (mart) => report.el("a", { href: report.href("definitions", { mart }) }, mart);
/* Of whom a figure is, where a segment is chosen. */
report.ofWhom = (figure) => {
  const { t, state, value } = report;
  if (state.segment_type === "all" || figure.id === "segments") return "";
  if (report.isOfCompany(figure)) return `${t("figure.company")} · `;
  return `${value("segment_type", state.segment_type)}: ${value("segment", state.segment)} · `;
};
/* Whether a figure shows the whole company although a segment is chosen. */
report.isOfCompany = (figure) =>
  report.state.segment_type !== "all" &&
  (figure.isCompany ||
    !(figure.isOfSegment || (figure.needs ?? []).some((name) => report.sets[name]?.columns.includes("segment"))));
