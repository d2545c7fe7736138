import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMessage } from "../texts/format-message.ts";
import { withoutIsolates } from "../texts/isolates.ts";
import { Fragment, jsx, jsxs } from "./jsx-runtime.ts";

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

test("a name that runs from right to left stands apart in a text of elements, and in the text of a name alone there is nothing else", () => {
  const name = "דוח.txt";
  const message = formatMessage("“{name}” moved to {folder}", "en", { name, folder: "מסמכים" });
  const whole = "“דוח.txt” moved to מסמכים";
  assert.equal(withoutIsolates(message), whole);
  const { props } = jsx("p", { children: message, title: message, "aria-label": message });
  const { children, ...rest } = props as { children: { type: unknown; props: { children: unknown[] } } };
  assert.deepEqual(rest, { title: whole, "aria-label": whole });
  assert.equal(children.type, Fragment);
  const apart = (text: string) => jsxs("bdi", { children: [text] });
  assert.deepEqual(children.props.children, ["“", apart(name), "” moved to ", apart("מסמכים")]);
  const within = formatMessage("In {where}: {what}", "en", { where: "a", what: message });
  const inner = (jsx("p", { children: within }).props as { children: typeof children }).children;
  assert.deepEqual(inner.props.children, ["In a: ", jsxs("bdi", { children: children.props.children })]);
  assert.deepEqual(jsx("option", { children: message }).props, { children: whole });
  assert.equal(formatMessage("“{name}”", "en", { name: "été 2026" }), "“été 2026”", "others are left as they are");
  const forged = "\ufdd0abc\ufdd1 דוח";
  assert.equal(withoutIsolates(formatMessage("{name}", "en", { name: forged })), forged);
});
