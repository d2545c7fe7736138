import assert from "node:assert/strict";

export interface Element {
  tag: string;
  attributes: string;
  children: Element[];
  text: string;
}

const EMPTY = new Set(["meta", "input", "br", "img", "path", "link"]);

/** Enough of a tree for the paths that scrapers walk. Fails if an element is closed out of order. */
export function parsePage(page: string): Element {
  const root: Element = { tag: "", attributes: "", children: [], text: "" };
  const open = [root];
  for (const [, slash, tag = "", attributes = "", text] of page.matchAll(/<(\/?)([a-z]\w*)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) for (const element of open) element.text += text;
    else if (slash) assert.equal(open.pop()?.tag, tag);
    else {
      const element = { tag, attributes, children: [], text: "" };
      open.at(-1)?.children.push(element);
      if (!EMPTY.has(tag)) open.push(element);
    }
  }
  assert.equal(open.length, 1, "every element is closed");
  return root;
}

/** Every element below with this tag and, if a name is given, exactly this class, in page order. */
export function elementsOf(element: Element, tag: string, name?: string): Element[] {
  return element.children.flatMap((child) => [
    ...(child.tag === tag && (name === undefined || attributeOf(child, "class") === name) ? [child] : []),
    ...elementsOf(child, tag, name),
  ]);
}

/** As in XPath: `div[4]` is `["div", 4]`. */
export function elementAt(element: Element | undefined, ...path: readonly (readonly [string, number])[]) {
  return path.reduce(
    (at: Element | undefined, [tag, position]) => at?.children.filter((child) => child.tag === tag)[position - 1],
    element,
  );
}

export function attributeOf(element: Element | undefined, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(element?.attributes ?? "")?.[1];
}
