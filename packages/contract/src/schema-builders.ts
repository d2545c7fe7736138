import type * as typebox from "typebox";

/**
 * The TypeBox builders that the contract uses, as plain JSON schemas. The library itself is 373 files, which every
 * start of a server would read for its types alone. `schema-builders.test.ts` checks that they agree.
 */
type Builders = Pick<
  typeof typebox,
  "Array" | "Enum" | "Integer" | "Literal" | "Number" | "Object" | "Optional" | "Record" | "String" | "Union" | "Unsafe"
>;

type Schema = Readonly<Record<string, unknown>>;

const optional = new WeakSet<Schema>();

const builders = {
  Array: (items: Schema, options?: Schema) => ({ type: "array", items, ...options }),
  Enum: (values: readonly unknown[], options?: Schema) => ({ enum: values, ...options }),
  Integer: (options?: Schema) => ({ type: "integer", ...options }),
  Literal: (value: string, options?: Schema) => ({ type: "string", const: value, ...options }),
  Number: (options?: Schema) => ({ type: "number", ...options }),
  Object: (properties: Readonly<Record<string, Schema>>, options?: Schema) => {
    const required = Object.keys(properties).filter((key) => !optional.has(properties[key] ?? {}));
    return { type: "object", ...(required.length > 0 ? { required } : {}), properties, ...options };
  },
  Optional: (schema: Schema) => {
    const copy = { ...schema };
    optional.add(copy);
    return copy;
  },
  Record: (_key: Schema, value: Schema, options?: Schema) => ({
    type: "object",
    patternProperties: { "^.*$": value },
    ...options,
  }),
  String: (options?: Schema) => ({ type: "string", ...options }),
  Union: (anyOf: readonly Schema[], options?: Schema) => ({ anyOf, ...options }),
  Unsafe: (schema: Schema) => schema,
};

export const Type = builders as unknown as Builders;
