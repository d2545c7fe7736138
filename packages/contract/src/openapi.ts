import { type Callers, type Endpoint, errorsOf, takesKeys } from "./endpoint.ts";
import { type EndpointName, endpoints } from "./endpoints.ts";
import { anyCaller, pathsOfPages } from "./openapi-pages.ts";
import { pageSchemas } from "./page-endpoint.ts";
import { refusalReasons, toWireError, type WireErrorName, wireErrors } from "./wire-errors.ts";
import { arrivalParts, reasonParts } from "./wire-types.ts";

const JSON_TYPE = "application/json";
const ofPeople = [{ basic: [] }, { session: [] }] as const;
const securities = {
  "keys and people": anyCaller,
  people: ofPeople,
  sessions: [{ session: [] }],
  administrators: ofPeople,
} as const satisfies Record<Callers, readonly object[]>;

/** OpenAPI 3.1 of the whole wire, as plain data in a stable order. */
export function buildOpenApi(version: string): object {
  return {
    openapi: "3.1.1",
    info: {
      title: "Consigne",
      version,
      summary: "The 1fichier.com API, served by your own machine",
      description:
        "Dates are French civil time without a zone. A failed call is never a 200: its body contains `message`, " +
        "which ends in `#` and a number, and `status` `KO`. Absent keys are left out, never `null`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      { url: "http://localhost:8080", description: "A server as it starts without any setting" },
      { url: "https://api.1fichier.com", description: "1fichier.com, or the drop-in that stands in for it" },
    ],
    tags: tagNames().map((name) => ({ name })),
    paths: { ...pathsOfCalls(), ...pathsOfPages() },
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An API key of 32 characters." },
        keyInQuery: {
          type: "apiKey",
          in: "query",
          name: "api_key",
          description: "The same key; the header takes precedence.",
        },
        basic: { type: "http", scheme: "basic", description: "E-mail address and password of an account." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "SID",
          description:
            "Of somebody signed in. Calls accept it from pages of the server itself, with any value in the header " +
            "`Consigne-Session`.",
        },
      },
      schemas: componentSchemas(),
    },
  };
}

function pathsOfCalls(): Record<string, object> {
  return Object.fromEntries(
    entries().map(([name, endpoint]) => [
      endpoint.path,
      Object.fromEntries(endpoint.methods.map((method) => [method.toLowerCase(), operationOf(name, endpoint, method)])),
    ]),
  );
}

function operationOf(name: EndpointName, endpoint: Endpoint, method: string): object {
  const { example } = endpoint;
  const body = {
    required: requiresBody(endpoint),
    content: { [JSON_TYPE]: { schema: reference(`${capital(name)}Request`), example: example.request } },
  };
  return {
    operationId: method === "POST" ? name : `${name}By${capital(method.toLowerCase())}`,
    tags: [tagOf(endpoint.operation)],
    summary: endpoint.summary,
    description: [
      endpoint.description,
      ...(endpoint.alsoAt ?? []).map((path) => `Also at \`${path}\`.`),
      ...endpoint.limits,
    ].join("\n\n"),
    security: securityOf(endpoint),
    ...(endpoint.scope === undefined || !takesKeys(endpoint)
      ? {}
      : { "x-scope": `${endpoint.scope.area}:${endpoint.scope.right}` }),
    "x-availability": endpoint.availability,
    ...(method === "POST" ? { requestBody: body } : {}),
    responses: {
      200: {
        description: "Done.",
        content: { [JSON_TYPE]: { schema: reference(`${capital(name)}Response`), example: example.response } },
      },
      ...refusalsOf(errorsOf(endpoint)),
    },
  };
}

function securityOf({ identification, callers }: Endpoint): readonly object[] {
  if (identification === "none") return [];
  return identification === "optional" ? [{}, ...securities[callers]] : securities[callers];
}

/** One answer per status, with every message that comes with it. */
function refusalsOf(names: readonly WireErrorName[]): Record<string, object> {
  const statuses = [...new Set(names.map((name) => wireErrors[name].status))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = names.filter((name) => wireErrors[name].status === status);
      const content = {
        schema: reference("WireError"),
        examples: Object.fromEntries(ofStatus.map((name) => [name, { value: toWireError(name).body }])),
      };
      const description = ofStatus.map((name) => toWireError(name).body.message).join("; ");
      return [status, { description, content: { [JSON_TYPE]: content } }];
    }),
  );
}

function componentSchemas(): Record<string, object> {
  return {
    ...Object.fromEntries(
      entries().flatMap(([name, endpoint]) => [
        [`${capital(name)}Request`, endpoint.request],
        [`${capital(name)}Response`, endpoint.response],
      ]),
    ),
    ...pageSchemas,
    WireError: {
      type: "object",
      required: ["message", "status"],
      properties: {
        message: {
          type: "string",
          pattern: "#[0-9]{1,3}$",
          description: "A sentence, `#` and the number of the error.",
        },
        status: { type: "string", const: "KO" },
        ...reasonParts,
        reason: { ...reasonParts.reason, enum: refusalReasons },
        ...arrivalParts,
      },
    },
  };
}

const entries = (): [EndpointName, Endpoint][] => Object.entries(endpoints) as [EndpointName, Endpoint][];
const tagOf = (operation: string): string => operation.split(".", 1)[0] ?? operation;
const tagNames = (): string[] => [...new Set([...entries().map(([, each]) => tagOf(each.operation)), "page"])];
const reference = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

function requiresBody(endpoint: Endpoint): boolean {
  const { required = [], anyOf = [] } = endpoint.request as { required?: readonly string[]; anyOf?: readonly object[] };
  return required.length > 0 || anyOf.length > 0;
}
