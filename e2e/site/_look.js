// Loaded into a page beside axe: finds what a person means, by role and name as assistive technology has them.
(() => {
  const { axe } = globalThis;

  const isVisible = (element) =>
    element.getClientRects().length > 0 && axe.commons.dom.isVisibleToScreenReaders(element);

  /** The field of a label where the role is "field": one for a password has no role of its own. */
  function hasRole(element, role) {
    if (role === "field") return element.matches("input, textarea, select");
    return axe.commons.aria.getRole(element) === role;
  }

  function hasName(element, name, isWhole) {
    const own = axe.commons.text.accessibleText(element).trim();
    return isWhole ? own === name : own.includes(name);
  }

  /** The last one, since what was opened last is in front. */
  function find(role, name, isWhole) {
    axe.setup(document);
    try {
      return [...document.body.querySelectorAll("*")].findLast(
        (element) => hasRole(element, role) && isVisible(element) && hasName(element, name, isWhole),
      );
    } finally {
      axe.teardown();
    }
  }

  /** Where a click meets it: undefined as long as it moves, is disabled or something covers it. */
  async function placeOf(role, name, isWhole) {
    const element = find(role, name, isWhole);
    if (element === undefined || element.matches(":disabled, [aria-disabled=true]")) return undefined;
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
    const before = element.getBoundingClientRect();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { left, top, width, height } = element.getBoundingClientRect();
    if (left !== before.left || top !== before.top) return undefined;
    const [x, y] = [Math.round(left + width / 2), Math.round(top + height / 2)];
    const met = document.elementFromPoint(x, y);
    return met !== null && (element.contains(met) || met.contains(element)) ? [x, y] : undefined;
  }

  globalThis.consigneLook = {
    placeOf,
    isThere: (role, name, isWhole) => find(role, name, isWhole) !== undefined,
    valueOf: (label) => find("field", label, true)?.value,
    says: (text) => document.body.innerText.includes(text),
  };
})();
