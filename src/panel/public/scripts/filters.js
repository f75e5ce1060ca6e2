/** Lists answer as one types or chooses; `/` goes to the search. */
export function startFilters() {
  document.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches("[data-search]")) sendSoon(target);
  });
  document.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement && target.matches("[data-send-on-change]")) target.form?.requestSubmit();
  });
  document.addEventListener("turbo:frame-load", tellResults);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    const search = document.querySelector("[data-search]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !(search instanceof HTMLInputElement)) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** @param {HTMLInputElement} field */
function sendSoon(field) {
  clearTimeout(waiting);
  waiting = setTimeout(() => field.form?.requestSubmit(), 200);
}

/** A screen reader hears how many there are now; the line itself stays where it is. */
function tellResults() {
  const [line, shown] = [document.querySelector("[data-results]"), document.querySelector("[data-shown]")];
  if (line) line.textContent = shown?.textContent ?? "";
}
