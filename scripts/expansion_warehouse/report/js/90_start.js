/* Show the page, and again whenever the address says something else. */
report.show = () => {
  const page = report.pages[report.place.page];
  report.waiting = [];
  report.readState(page);
  const files = (page.files?.() ?? []).filter((name) => !report.loaded.has(name));
  if (files.length) return Promise.all(files.map(report.load)).then(report.show);
  const figures = page.figures().map(report.figure);
  document.getElementById("filters").replaceChildren(page.filters.length ? report.filterBar(page) : "");
  document.getElementById("content").replaceChildren(report.basisNote() ?? "", ...(page.head ? page.head() : []), ...figures);
  report.printFoot(page);
  document.querySelectorAll("time").forEach((time) => {
    time.textContent = report.formats().day(time.dateTime);
  });
  document.querySelectorAll("a[data-keeps-state]").forEach((link) => {
    link.setAttribute("href", link.getAttribute("href").split("#")[0] + location.hash);
  });
  report.drawn = Promise.all(report.waiting.map((draw) => draw())).then(() => {
    document.documentElement.setAttribute("data-drawn", "yes");
    report.lead();
  });
  return null;
};
report.start = (place) => {
  report.place = place;
  const again = async () => {
    const focused = document.activeElement?.id;
    document.documentElement.removeAttribute("data-drawn");
    await report.show();
    if (focused) document.getElementById(focused)?.focus();
  };
  addEventListener("hashchange", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  report.show();
};
