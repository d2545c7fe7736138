import { type Callers, type Endpoint, commonErrors, keyErrors, takesKeys } from "./endpoint.ts";
import { type EndpointName, endpoints } from "./endpoints.ts";
import { errorsOfPage, type PageEndpoint, pageSchemas } from "./page-endpoint.ts";
import { pageEndpoints } from "./page-endpoints.ts";
import { refusalReasons, toWireError, type WireErrorName, wireErrors } from "./wire-errors.ts";

interface SchemaNode {
  type?: string;
  description?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly SchemaNode[];
  items?: SchemaNode;
  properties?: Readonly<Record<string, SchemaNode>>;
  required?: readonly string[];
  "x-aliases"?: Readonly<Record<string, string>>;
}

const identifications = {
  key: "API key, password or session",
  optional: "optional; API key, password or session",
  none: "none",
  session: "session",
} as const;

const callersInWords = {
  "keys and people": identifications.key,
  people: "password or session, no API key",
  sessions: "session only",
  administrators: "password or session of an administrator, no API key",
} as const satisfies Record<Callers, string>;

/** The wire as a page to read, in Markdown. */
export function buildReference(): string {
  const calls = Object.entries(endpoints) as [EndpointName, Endpoint][];
  const sections = [
    "# API reference",
    "Generated from `packages/contract` by `npm run gen`; change it there.",
    ...introduction,
    "## Calls",
    table(
      ["Call", "What it does", "Authentication", "State"],
      calls.map(([, each]) => overviewRow(each)),
    ),
    ...calls.flatMap(([, each]) => callSections(each)),
    "## Other URLs",
    `Any of these may also answer with JSON: ${messages(pageErrors())}. URLs that are open to ` +
      "banned callers say so; the others refuse them.",
    ...Object.values(pageEndpoints).flatMap(pageSections),
    "## Errors",
    "A more specific sentence may take the place of Consigne's own texts; the number stays the same.",
    table(["Message", "Status", "Origin"], (Object.keys(wireErrors) as WireErrorName[]).map(errorRow)),
    "An error with the number 550 that a person may have caused also has a `reason`, and `reason_value` if its " +
      'sentence contains a limit, or the given value that is not accepted: `{"message":"A password needs at least 8 ' +
      'characters #550","status":"KO","reason":"password-too-short","reason_value":"8"}`. Programs that show messages in ' +
      `other languages can use it. More may be added; at present there are: ${refusalReasons.map((each) => `\`${each}\``).join(", ")}.`,
    "The error with the number 600, for a file that is still being uploaded, has `received_size` and `size` in " +
      "bytes, and the answer has a `Retry-After`: a program can wait for as long as `received_size` grows.",
  ];
  return `${sections.join("\n\n")}\n`;
}

const introduction = [
  "A call is a POST with a JSON object and `Content-Type: application/json`. In requests, `null` is the same as " +
    "leaving the field out, numbers may be sent as text and flags as `true` and `false`; unknown fields are ignored.",
  "Each call says how its caller can authenticate. An API key goes into `Authorization: Bearer KEY` or, unless the " +
    "operator forbids it, into the parameter `api_key`. A password goes into `Authorization: Basic`, with the e-mail " +
    "address of the account. A session is the cookie `SID` of somebody signed in; the calls accept it from pages of " +
    "the server itself, with any value in the header `Consigne-Session`.",
  'A failed call is never a 200. Its body is `{"message":"Text #NNN","status":"KO"}`. ' +
    "Answers never contain `null`. Dates are `YYYY-MM-DD HH:MM:SS` in French civil time, without a zone.",
  `Any call may return: ${messages(commonErrors)}. A call with authentication: ${messages(keyErrors)}.`,
];

function pageErrors(): WireErrorName[] {
  const pages = Object.values<PageEndpoint>(pageEndpoints).filter(({ availability }) => availability === "implemented");
  return [...new Set(pages.flatMap(errorsOfPage))];
}

function overviewRow(endpoint: Endpoint): string[] {
  const anchor = endpoint.operation.replaceAll(".", "");
  return [`[${endpoint.operation}](#${anchor})`, endpoint.summary, authenticationOf(endpoint), endpoint.availability];
}

function authenticationOf({ identification, callers }: Endpoint): string {
  return identification === "key" ? callersInWords[callers] : identifications[identification];
}

const scopeOf = ({ scope }: Endpoint): string =>
  scope === undefined ? "" : ` Scope of the key: ${scope.area}, ${scope.right}.`;

function callSections(endpoint: Endpoint): string[] {
  const { request, response } = endpoint.example;
  const scope = takesKeys(endpoint) ? scopeOf(endpoint) : "";
  const planned = endpoint.availability === "planned" ? " Not implemented yet." : "";
  const paths = [endpoint.path, ...(endpoint.alsoAt ?? [])].map((path) => `\`${endpoint.methods.join("|")} ${path}\``);
  return [
    `### ${endpoint.operation}`,
    `${paths.join(", ")} · ${endpoint.summary}. Authentication: ${authenticationOf(endpoint)}.${scope}${planned}`,
    endpoint.description,
    table(["Request", "Type", "Required", "Meaning"], fieldRows(endpoint.request, "", true)),
    table(["Answer", "Type", "Meaning"], fieldRows(endpoint.response, "", false)),
    ...(endpoint.limits.length === 0 ? [] : [`Limits: ${endpoint.limits.join(" ")}`]),
    ...(endpoint.errors.length === 0 ? [] : [`Specific errors: ${messages(endpoint.errors)}.`]),
    `\`\`\`json\n${JSON.stringify(request)}\n\`\`\`\n\n\`\`\`json\n${JSON.stringify(response)}\n\`\`\``,
  ];
}

function pageSections(page: PageEndpoint): string[] {
  const planned = page.availability === "planned" ? " Not implemented yet." : "";
  const paths = [page.path, ...(page.alsoAt ?? [])].map((path) => `\`${page.methods.join("|")} ${path}\``);
  const parameters = page.parameters.map((each) => [
    `\`${each.name}\``,
    each.in,
    each.isRequired === true ? "yes" : "",
    each.description,
  ]);
  return [
    `### ${page.operation}`,
    `${paths.join(", ")} · ${page.summary}. Authentication: ${identifications[page.identification]}.${planned}`,
    page.isOpenInBans === true ? `${page.description} Open to banned callers.` : page.description,
    ...(parameters.length === 0 ? [] : [table(["Parameter", "In", "Required", "Meaning"], parameters)]),
    table(
      ["Status", "Type", "Meaning"],
      page.answers.map((each) => [`${each.status}`, each.contentType ?? "", each.description]),
    ),
    ...page.answers.flatMap(({ schema }) => (schema === undefined ? [] : [bodyTable(pageSchemas[schema])])),
  ];
}

function bodyTable(schema: object): string {
  const { items } = schema as SchemaNode;
  const rows = items === undefined ? fieldRows(schema, "", false) : fieldRows(items, "[].", false);
  return table(["JSON", "Type", "Meaning"], rows);
}

/** One row per key; the keys of nested objects follow their parent. */
function fieldRows(schema: object, prefix: string, isRequest: boolean): string[][] {
  const { properties = {}, required = [], "x-aliases": aliases = {} } = schema as SchemaNode;
  return Object.entries(properties).flatMap(([key, node]) => {
    const path = `${prefix}${key}`;
    const also = Object.keys(aliases).filter((alias) => aliases[alias] === key);
    const meaning = [node.description ?? "", ...also.map((alias) => `Also as \`${alias}\`.`)].join(" ").trim();
    const inner = node.type === "array" ? node.items : node;
    const isOptional = !required.includes(key);
    const row = isRequest
      ? [`\`${path}\``, typeName(node), isOptional ? "" : "yes", meaning]
      : [`\`${path}\``, typeName(node) + (isOptional ? ", optional" : ""), meaning];
    return [row, ...fieldRows(inner ?? {}, `${path}${node.type === "array" ? "[]." : "."}`, isRequest)];
  });
}

function typeName(node: SchemaNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.join(" or ");
  if (node.anyOf !== undefined) return node.anyOf.map(typeName).join(" or ");
  if (node.type === "array") return `list of ${typeName(node.items ?? {})}`;
  return node.type ?? "anything";
}

function errorRow(name: WireErrorName): string[] {
  const { status, origin } = wireErrors[name];
  return [`\`${toWireError(name).body.message}\``, `${status}`, origin === "original" ? "1fichier.com" : "Consigne"];
}

function messages(names: readonly WireErrorName[]): string {
  return names.map((name) => `\`${toWireError(name).body.message}\` (${wireErrors[name].status})`).join(", ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
