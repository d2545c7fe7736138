import type { Static, TSchema } from "typebox";
import type { WireErrorName } from "./wire-errors.ts";

/** What a key may be restricted to. */
export type ScopeArea =
  | "account"
  | "files"
  | "uploads"
  | "downloads"
  | "shares"
  | "remote"
  | "ftp"
  | "vouchers"
  | "keys";

export interface Scope {
  area: ScopeArea;
  right: "read" | "write";
}

/**
 * Who is admitted to a call, of those who are identified. `people`: by password or session, never by an API key;
 * `sessions`: only somebody signed in; `administrators`: people who administer the server.
 */
export type Callers = "keys and people" | "people" | "sessions" | "administrators";

/** A JSON call under `/v1`, or of an extension under `/x/v1`. */
export interface Endpoint<Request extends TSchema = TSchema, Response extends TSchema = TSchema> {
  /** Dotted name used by flood rules and the audit trail, e.g. `file.ls`. */
  readonly operation: string;
  readonly path: string;
  /** Other paths of the same call. At `/`, a JSON body distinguishes the call from the page. */
  readonly alsoAt?: readonly string[];
  readonly methods: readonly ("GET" | "HEAD" | "POST")[];
  /**
   * `key`: refused without an API key, a password or a session. `optional`: works without; what is sent is checked.
   * `none`: what is sent is ignored.
   */
  readonly identification: "key" | "optional" | "none";
  readonly callers: Callers;
  /** False where the API guide of 1fichier.com admits free accounts. */
  readonly isForCustomers: boolean;
  /** What the key must allow; undefined where any key will do. */
  readonly scope: Scope | undefined;
  readonly summary: string;
  readonly description: string;
  readonly request: Request;
  readonly response: Response;
  /** Errors specific to this call, besides those that every call may return. */
  readonly errors: readonly WireErrorName[];
  readonly limits: readonly string[];
  /** An example exchange, with values of our own. */
  readonly example: { readonly request: object; readonly response: object };
  readonly availability: "implemented" | "planned";
}

export type RequestOf<E extends Endpoint> = Static<E["request"]>;
export type ResponseOf<E extends Endpoint> = Static<E["response"]>;

/** Errors that any call with a JSON body may return. */
export const commonErrors = [
  "contentTypeNotJson",
  "badRequest",
  "methodNotAllowed",
  "pageNotAllowed",
  "tooLarge",
  "floodIp",
  "floodIpGuesses",
  "ipLocked",
  "serverBusy",
  "internal",
] as const satisfies readonly WireErrorName[];

/** Errors that any call with a key may return; `resourceNotAllowed` if the key is restricted to addresses. */
export const keyErrors = [
  "notAuthenticated",
  "noSuchUser",
  "scopeMissing",
  "keyInQueryRefused",
  "ownerLocked",
  "resourceNotAllowed",
  "mustBeCustomer",
  "floodUser",
  "floodKey",
] as const satisfies readonly WireErrorName[];

/** Errors of calls that store something. */
export const storageErrors = ["storageFull", "storageUnavailable"] as const satisfies readonly WireErrorName[];

/** Every error of a call: its own, those of keys and those of any call. */
export function errorsOf(endpoint: Endpoint): readonly WireErrorName[] {
  const ofKey = endpoint.identification === "none" ? [] : keyErrors.filter((name) => mayAnswer(endpoint, name));
  const ofPlanned = endpoint.availability === "planned" ? (["endpointNotAvailable"] as const) : [];
  return [...new Set<WireErrorName>([...ofPlanned, ...endpoint.errors, ...ofKey, ...commonErrors])];
}

function mayAnswer(endpoint: Endpoint, name: (typeof keyErrors)[number]): boolean {
  if (name === "notAuthenticated") return endpoint.identification === "key";
  if (name !== "mustBeCustomer") return true;
  return endpoint.isForCustomers && !endpoint.errors.includes("mustBeCustomerForToken");
}

/** Whether an API key can make the call. */
export function takesKeys({ identification, callers }: Pick<Endpoint, "identification" | "callers">): boolean {
  return identification !== "none" && callers === "keys and people";
}

/** Keeps the precise types of the schemas. */
export function defineEndpoint<Request extends TSchema, Response extends TSchema>(
  endpoint: Pick<
    Endpoint<Request, Response>,
    "operation" | "summary" | "description" | "request" | "response" | "example"
  > &
    Partial<Endpoint<Request, Response>>,
): Endpoint<Request, Response> {
  return {
    path: `/v1/${endpoint.operation.replaceAll(".", "/")}.cgi`,
    methods: ["POST"],
    identification: "key",
    callers: "keys and people",
    isForCustomers: true,
    scope: undefined,
    errors: [],
    limits: [],
    availability: "implemented",
    ...endpoint,
  };
}
