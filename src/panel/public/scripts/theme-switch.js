/** Light, dark or as the system: shown at once, kept by the server in a cookie. */
export function startThemeSwitch() {
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (!(target instanceof HTMLFormElement) || !target.matches("[data-theme-switch]") || !(submitter instanceof HTMLButtonElement)) return;
    event.preventDefault();
    if (submitter.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = submitter.value;
    for (const button of target.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === submitter));
    const kept = new URLSearchParams({ theme: submitter.value });
    void fetch(target.action, { method: "POST", body: kept, redirect: "manual" });
  });
}
