/* On paper each chart has its numbers below it, and each page says of which run it is. */
const opened = new Set();
report.openForPrint = () => {
  for (const numbers of document.querySelectorAll("details.numbers:not([open])")) {
    numbers.open = true;
    opened.add(numbers);
  }
};
report.closeAfterPrint = () => {
  for (const numbers of opened) numbers.open = false;
  opened.clear();
};
addEventListener("beforeprint", report.openForPrint);
addEventListener("afterprint", report.closeAfterPrint);

/* The foot of every printed page, where the browser can: page, day, basis and run. */
report.printFoot = (page) => {
  const { t, facts, state, value, formats } = report;
  const said = [
    `${t("title")}: ${t(`pages.${report.place.page}`)}`,
    `${t("run.as_of")} ${formats().day(facts.as_of)}`,
    ...(page.filters.includes("basis") ? [value("basis", state.basis)] : []),
    facts.currency,
    t("figure.run", { run: facts.run_id }),
  ].join(" · ");
  const text = said.replace(/[\\"<]/g, "\\$&").replace(/\p{C}/gu, " ");
  const font = "font: 8px system-ui, sans-serif; color: #5a626b;";
  const rules = `@page { margin: 12mm 12mm 15mm; @bottom-left { content: "${text}"; ${font} }
    @bottom-right { content: counter(page) " / " counter(pages); ${font} } }`;
  let style = document.getElementById("print-foot");
  if (!style) document.head.append((style = report.el("style", { id: "print-foot" })));
  style.textContent = rules;
};
