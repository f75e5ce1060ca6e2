/**
 * Turbo 8.0.23 takes a visit that a frame has already shown (the pencil of a row) for a page that could not be shown, and never
 * scrolls to the top of a new page after it: the green box would stay out of sight.
 */
export function startScrolling() {
  document.addEventListener("turbo:visit", () => {
    const { Turbo } = /** @type {{ Turbo?: { session?: { view?: { forceReloaded: boolean } } } }} */ (/** @type {unknown} */ (window));
    if (Turbo?.session?.view) Turbo.session.view.forceReloaded = false;
  });
}
