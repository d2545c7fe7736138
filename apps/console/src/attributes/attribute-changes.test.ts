import assert from "node:assert/strict";
import { test } from "node:test";
import { attributeProblems, changedAttributes, givenAttributes, hasProblems } from "./attribute-changes.ts";

const one = givenAttributes({ description: "mine", isInline: false, access: undefined });
const several = givenAttributes(undefined);

test("only changed attributes of a file are sent", () => {
  assert.equal(changedAttributes(one, one), undefined);
  assert.deepEqual(changedAttributes({ ...one, note: { choice: "set", text: "" } }, one), { description: "" });
  assert.deepEqual(changedAttributes({ ...one, shown: "yes" }, one), { isInline: true });
  assert.deepEqual(changedAttributes({ ...one, password: { choice: "remove", text: "" } }, one), { password: "" });
});

test("for several files, only the chosen attributes are changed, to the same value", () => {
  assert.equal(changedAttributes(several, several), undefined);
  assert.deepEqual(
    changedAttributes(
      {
        password: { choice: "set", text: "open sesame" },
        note: { choice: "set", text: "" },
        shown: "no",
        access: { ...several.access, who: "all" },
      },
      several,
    ),
    { password: "open sesame", description: "", isInline: false, access: null },
  );
});

test("a short password and an access list without entries are problems", () => {
  assert.equal(hasProblems(attributeProblems(several)), false);
  assert.equal(hasProblems(attributeProblems({ ...several, password: { choice: "set", text: "short" } })), true);
  assert.equal(hasProblems(attributeProblems({ ...several, access: { ...several.access, who: "some" } })), true);
});
