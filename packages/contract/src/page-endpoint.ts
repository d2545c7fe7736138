import { consoleInfoJson, folderDirJson, uploadReportJson } from "./report-bodies.ts";
import type { WireErrorName } from "./wire-errors.ts";
import { uploadPartJson } from "./endpoints/upload-endpoints.ts";
import { openApiJson, serverAboutJson, serverNotReadyJson, serverWellJson } from "./server-bodies.ts";

/** JSON bodies of the addresses here, under the names of their component schemas. */
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

/** Where a parameter stands. `multipart` and `form` are fields of the body. */
export type ParameterPlace = "path" | "query" | "header" | "form" | "multipart";

export interface PageParameter {
  readonly name: string;
  readonly in: ParameterPlace;
  readonly description: string;
  readonly isRequired?: boolean;
  /** What a parameter of the path looks like, as a regular expression; else anything without a slash. */
  readonly pattern?: string;
}

export interface PageAnswer {
  readonly status: number;
  readonly contentType?: string;
  /** Name of the component schema of a JSON body. */
  readonly schema?: keyof typeof pageSchemas;
  readonly description: string;
}

/** An address outside the JSON calls: pages for people and scrapers, uploads, downloads. */
export interface PageEndpoint {
  readonly operation: string;
  /** Path with `{name}` for its parameters; what follows `/?` is described by a query parameter. */
  readonly path: string;
  /** Other paths with the same meaning. */
  readonly alsoAt?: readonly string[];
  readonly methods: readonly ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
  readonly identification: "key" | "optional" | "none" | "session";
  /** Answered to callers who are banned too. */
  readonly isOpenInBans?: boolean;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly PageParameter[];
  readonly answers: readonly PageAnswer[];
  readonly availability: "implemented" | "planned";
}

/** What any address may answer besides, as JSON: its method or request is wrong, or the server cannot take it. */
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
/** Of bytes that somebody uploaded. */
export const anyType = "*/*";
