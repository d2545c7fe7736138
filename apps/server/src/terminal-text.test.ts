import assert from "node:assert/strict";
import { test } from "node:test";
import { terminalJson, terminalText } from "./terminal-text.ts";

test("escapes characters that control a terminal or hide text", () => {
  assert.equal(terminalText("\u001b[2Jevil\u0007\u009b31m\u007f"), "\\u001b[2Jevil\\u0007\\u009b31m\\u007f");
  assert.equal(terminalText("gpj\u202Eexe.\u2066x\u200b\u2028"), "gpj\\u202eexe.\\u2066x\\u200b\\u2028");
  assert.equal(terminalText("été 日本 🎉 a-b"), "été 日本 🎉 a-b");
});

test("keeps the meaning of a JSON document", () => {
  const value = { name: "\u001b[31m\u009b\u202e\u{E0041}\u007f é 🎉" };
  const json = terminalJson(JSON.stringify(value));
  assert.match(json, /^[\x20-\x7e é🎉]+$/u);
  assert.deepEqual(JSON.parse(json), value);
});
