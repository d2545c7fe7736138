import assert from "node:assert/strict";
import { test } from "node:test";
import * as typebox from "typebox";
import { Type } from "./schema-builders.ts";

/** Every builder, with options and without. */
const schemaOf = ({
  Array,
  Enum,
  Integer,
  Literal,
  Number,
  Object,
  Optional,
  Record,
  String,
  Union,
  Unsafe,
}: typeof Type) =>
  Object(
    {
      text: String({ maxLength: 9, description: "A text." }),
      plain: Optional(String()),
      count: Integer({ minimum: 0 }),
      many: Optional(Integer()),
      share: Number({ maximum: 1 }),
      part: Optional(Number()),
      word: Literal("OK", { description: "A word." }),
      state: Enum(["on", "off"], { description: "A state." }),
      list: Array(Object({ none: Optional(Literal("KO")) }), { maxItems: 3 }),
      fields: Union(
        [Record(String({ maxLength: 2 }), String({ maxLength: 4 }), { maxProperties: 5 }), Array(String())],
        {
          description: "Either.",
        },
      ),
      flag: Optional(Unsafe<0 | 1>({ type: "integer", enum: [0, 1] })),
    },
    { description: "An object.", additionalProperties: false },
  );

test("the builders make the same schemas as TypeBox", () => {
  const [own, theirs] = [schemaOf(Type), schemaOf(typebox)];
  assert.equal(JSON.stringify(own, null, 1), JSON.stringify(theirs, null, 1));
  assert.deepEqual(own.required, ["text", "count", "share", "word", "state", "list", "fields"]);
});

test("a schema that is optional in one object is not optional in another", () => {
  const name = Type.String();
  assert.deepEqual(Type.Object({ name: Type.Optional(name) }).required, undefined);
  assert.deepEqual(Type.Object({ name }).required, ["name"]);
});
