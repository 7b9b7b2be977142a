/* The last script of a page: where the page is, and go. */
report.start({ ...document.currentScript.dataset });
