import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMessage } from "../texts/format-message.ts";
import { jsx, jsxs } from "./jsx-runtime.ts";

test("texts show hidden characters of their values by number", () => {
  assert.equal(formatMessage("Remove “{name}”?", "en", { name: "a\u{202e}b" }), "Remove “a\\u{202e}b”?");
});

test("elements show such characters by number in their text and names, and keep what a field or a link holds", () => {
  const name = "a\u{202e}b";
  const attributes = { title: name, "aria-label": name, value: name, href: name };
  const { props } = jsxs("a", { ...attributes, children: ["in ", [name], 3, jsx("b", { children: name })] });
  const seen = "a\\u{202e}b";
  const { children, ...rest } = props as { children: unknown[] };
  assert.deepEqual(rest, { title: seen, "aria-label": seen, value: name, href: name });
  assert.deepEqual(children.slice(0, 3), ["in ", [seen], 3]);
  assert.deepEqual((children[3] as { props: unknown }).props, { children: seen });
});
