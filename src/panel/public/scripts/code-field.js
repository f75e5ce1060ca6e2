/** The code field drops spaces and line ends that a mail program put into a copied code; Enter accepts. */
export function startCodeField() {
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement) || !target.matches("[data-code]")) return;
    const bare = target.value.replace(/\s+/g, "");
    if (bare !== target.value) target.value = bare;
  });
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "Enter" || !(target instanceof HTMLTextAreaElement) || !target.matches("[data-code]")) return;
    event.preventDefault();
    target.form?.requestSubmit();
  });
}
