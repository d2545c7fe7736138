import { endpoints } from "@consigne/contract";

/** The parts of a schema that determine its type. */
interface Schema {
  type?: string;
  description?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  patternProperties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
}

interface Call {
  description: string;
  request: Schema;
  response: Schema;
}

/**
 * Writes out what `@consigne/contract` declares about the JSON calls. Its own types are derived from typebox schemas,
 * whose declarations would be added to the package and cannot be bundled.
 */
export function wireDeclarations(): string {
  const calls = Object.entries(endpoints as unknown as Record<string, Call>).map(
    ([name, { description, request, response }]) =>
      `${comment(description)}${name}: { request: ${print(request)}; response: ${print(response)} };\n`,
  );
  const bodies = Object.keys(endpoints).flatMap((name) => {
    const exported = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return ["Request", "Response"].map(
      (side) => `export type ${exported}${side} = Calls["${name}"]["${side.toLowerCase()}"];\n`,
    );
  });
  return `interface Calls {\n${calls.join("")}}
export type EndpointName = keyof Calls;
export declare const endpoints: Calls;
export type RequestOf<Call extends { request: object }> = Call["request"];
export type ResponseOf<Call extends { response: object }> = Call["response"];
${bodies.join("")}`;
}

function print(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.properties !== undefined) return printObject(schema.properties, schema.required ?? []);
  if (schema.patternProperties !== undefined) {
    const values = Object.values(schema.patternProperties).map(print);
    return `{ [name: string]: ${values.join(" | ")} }`;
  }
  if (schema.anyOf !== undefined) return schema.anyOf.map(print).join(" | ");
  if (schema.items !== undefined) return `(${print(schema.items)})[]`;
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "string" || schema.type === "boolean") return schema.type;
  if (Object.keys(schema).length === 0) return "unknown";
  throw new Error(`There is no type for ${JSON.stringify(schema)}`);
}

function printObject(properties: Readonly<Record<string, Schema>>, required: readonly string[]): string {
  const lines = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? "" : "?";
    return `${comment(schema.description)}${JSON.stringify(name)}${mark}: ${print(schema)};`;
  });
  return `{\n${lines.join("\n")}\n}`;
}

const comment = (text: string | undefined): string =>
  text === undefined ? "" : `/** ${text.replaceAll("*/", "* /")} */\n`;
