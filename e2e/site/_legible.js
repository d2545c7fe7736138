// Evaluated in a page: which text is cut off or covered by other text, and what scrolls sideways.
(() => {
  /** For rounding, and for fonts that are a little taller than their lines. */
  const SLACK = 1.5;
  const words = (text) => JSON.stringify(text.trim().slice(0, 80));

  /** Not for screen readers only, and not outside the window until focused. */
  const isShown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    !element.closest(".visually-hidden, .skip");

  /** Three dots show that there is more, which the tooltip contains. */
  const isShortened = (element) => {
    const { textOverflow, webkitLineClamp } = getComputedStyle(element);
    return textOverflow === "ellipsis" || webkitLineClamp !== "none";
  };

  const found = [];
  /** The visible part of each piece of text. */
  const pieces = [];
  const dialogs = [...document.querySelectorAll("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")];
  const front = dialogs.findLast((each) => each.closest(".overlay, .popover")) ?? document.body;
  const walker = document.createTreeWalker(front, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    const element = node.parentElement;
    if (node.data.trim() === "" || element.closest("style, script, noscript, option, textarea")) continue;
    if (!isShown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      let { left, top, right, bottom } = rect;
      if (right - left < 1 || bottom < 0) continue;
      let isCut = false;
      let isShort = false;
      let isHidden = false;
      for (
        let holder = element;
        holder !== null && holder !== document.documentElement;
        holder = holder.parentElement
      ) {
        const { overflowX, overflowY, clipPath, position, display } = getComputedStyle(holder);
        if (clipPath !== "none") isHidden = true;
        if (isShortened(holder)) isShort = true;
        if (display !== "inline" && display !== "contents") {
          const box = holder.getBoundingClientRect();
          const isClip = (overflow) => overflow === "hidden" || overflow === "clip";
          if (!isCut && !isShort && isClip(overflowX) && (left < box.left - SLACK || right > box.right + SLACK))
            isCut = true;
          if (!isCut && !isShort && isClip(overflowY) && (top < box.top - SLACK || bottom > box.bottom + SLACK))
            isCut = true;
          if (overflowX !== "visible") [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
          if (overflowY !== "visible") [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
        }
        if (position === "fixed") break;
      }
      if (isHidden) continue;
      if (isCut) found.push(`cut off: ${words(node.data)}`);
      if (right - left > SLACK && bottom - top > SLACK) pieces.push({ node, element, left, top, right, bottom });
    }
  }
  /** Fixed and sticky elements are in front of what scrolls behind them. */
  const layerOf = (element) => {
    for (let holder = element; holder !== null; holder = holder.parentElement)
      if (["fixed", "sticky"].includes(getComputedStyle(holder).position)) return holder;
    return null;
  };
  for (const [at, one] of pieces.entries())
    for (const other of pieces.slice(at + 1)) {
      if (one.node === other.node || layerOf(one.element) !== layerOf(other.element)) continue;
      const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      // The boxes of adjacent lines may overlap a little.
      if (width > SLACK && height > 0.25 * Math.min(one.bottom - one.top, other.bottom - other.top))
        found.push(`on top of each other: ${words(one.node.data)} and ${words(other.node.data)}`);
    }
  for (const field of front.querySelectorAll("input:not([type=checkbox], [type=radio], [type=file]), select, button")) {
    if (!isShown(field)) continue;
    const { clientHeight, scrollHeight, clientWidth, scrollWidth } = field;
    if (scrollHeight > clientHeight + 2 && !field.matches("input")) found.push(`too low: ${words(field.outerHTML)}`);
    if (scrollWidth > clientWidth + 2 && field.matches("button")) found.push(`too narrow: ${words(field.outerHTML)}`);
    if (clientHeight < Number.parseFloat(getComputedStyle(field).fontSize))
      found.push(`too low: ${words(field.outerHTML)}`);
  }
  for (const element of [document.documentElement, ...document.querySelectorAll("*")]) {
    const isScroller =
      ["auto", "scroll"].includes(getComputedStyle(element).overflowX) || element === document.documentElement;
    if (!isScroller || element.matches("textarea") || element.scrollWidth <= element.clientWidth + 1) continue;
    const { right } = element.getBoundingClientRect();
    const wide = [...element.querySelectorAll("*")].findLast((each) => each.getBoundingClientRect().right > right + 1);
    found.push(`scrolls sideways: ${element.tagName} ${element.className}, by ${words(wide?.outerHTML ?? "")}`);
  }
  return [...new Set(found)];
})();
