import { consoleInfoJson, folderDirJson, uploadReportJson } from "./report-bodies.ts";
import type { WireErrorName } from "./wire-errors.ts";
import { uploadPartJson } from "./endpoints/upload-endpoints.ts";
import { openApiJson, serverAboutJson, serverNotReadyJson, serverWellJson } from "./server-bodies.ts";

/** JSON bodies of these URLs, by the names of their component schemas. */
export const pageSchemas = {
  FolderDirJson: folderDirJson,
  UploadReportJson: uploadReportJson,
  ConsoleInfoJson: consoleInfoJson,
  UploadPartJson: uploadPartJson,
  ServerAboutJson: serverAboutJson,
  ServerWellJson: serverWellJson,
  ServerNotReadyJson: serverNotReadyJson,
  OpenApiJson: openApiJson,
};

/** Where a parameter is sent. `multipart` and `form` are fields of the body. */
export type ParameterPlace = "path" | "query" | "header" | "form" | "multipart";

export interface PageParameter {
  readonly name: string;
  readonly in: ParameterPlace;
  readonly description: string;
  readonly isRequired?: boolean;
  /** Values of a path parameter, as a regular expression; by default anything without a slash. */
  readonly pattern?: string;
}

export interface PageAnswer {
  readonly status: number;
  readonly contentType?: string;
  /** Name of the component schema of a JSON body. */
  readonly schema?: keyof typeof pageSchemas;
  readonly description: string;
}

/** A URL outside the JSON calls: pages for people and scrapers, uploads, downloads. */
export interface PageEndpoint {
  readonly operation: string;
  /** Path with `{name}` for its parameters; what follows `/?` is described by a query parameter. */
  readonly path: string;
  /** Other paths of the same page. */
  readonly alsoAt?: readonly string[];
  readonly methods: readonly ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
  readonly identification: "key" | "optional" | "none" | "session";
  /** Also available to banned callers. */
  readonly isOpenInBans?: boolean;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly PageParameter[];
  readonly answers: readonly PageAnswer[];
  readonly availability: "implemented" | "planned";
}

/** Errors any URL may return besides, as JSON: a wrong method or request, or a server that cannot take it. */
export function errorsOfPage(page: PageEndpoint): readonly WireErrorName[] {
  const takesForm = page.parameters.some((parameter) => parameter.in === "form");
  const ofAddress: readonly WireErrorName[] =
    page.availability === "planned" ? ["endpointNotAvailable"] : ["methodNotAllowed", ...(takesForm ? tooLarge : [])];
  const ofBan: readonly WireErrorName[] = page.isOpenInBans === true ? [] : ["ipLocked"];
  return ["badRequest", ...ofAddress, ...ofBan, "serverBusy", "internal"];
}

const tooLarge = ["tooLarge"] as const;

export const html = "text/html; charset=utf-8";
export const json = "application/json; charset=utf-8";
export const plain = "text/plain; charset=utf-8";
export const eventStream = "text/event-stream; charset=utf-8";
/** One JSON object a line. */
export const ndjson = "application/x-ndjson; charset=utf-8";
/** Content that somebody uploaded, of any type. */
export const anyType = "*/*";
