/** A click on a handle or a code copies it. */
export function startCopying() {
  document.addEventListener("click", ({ target }) => {
    const chip = target instanceof Element ? target.closest("[data-copy]") : null;
    // Browsers offer the clipboard to safe origins only.
    if (chip instanceof HTMLElement && window.isSecureContext) void copy(chip);
  });
}

/** @param {HTMLElement} chip */
async function copy(chip) {
  await navigator.clipboard.writeText(chip.dataset.copy ?? "");
  const text = chip.textContent;
  if (chip.dataset.copied !== undefined) return;
  chip.style.minInlineSize = `${chip.offsetWidth}px`;
  chip.dataset.copied = "";
  chip.textContent = chip.dataset.copiedLabel ?? text;
  setTimeout(() => {
    delete chip.dataset.copied;
    chip.textContent = text;
    chip.style.minInlineSize = "";
  }, 1200);
}
