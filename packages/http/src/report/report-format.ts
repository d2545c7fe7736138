import { acceptsPages, prefersJson } from "../wire/accept.ts";

export interface ReportFormat {
  kind: "html" | "csv" | "json";
  /** Indented, for people. JSON only. */
  isPretty: boolean;
}

/** The format of the answer to an upload. */
export interface UploadAnswer extends ReportFormat {
  /**
   * The parameter that the redirect must carry: clients repeat their headers when they follow it, but not their query.
   */
  reportParameter: "JSON=1" | "JSON=2" | "Export=1" | undefined;
}

type Parameters = Record<string, string | string[] | undefined>;

/**
 * Which format of the report is wanted: `JSON: 1` or `EXPORT: 1`, as a header or in the query, in any case (rclone
 * sends the header `JSON`, plowshare `EXPORT`, others the query `Export=1`). `JSON=2` is indented. Otherwise `Accept`
 * decides; a key among the parameters indicates a script, so without a browser's `Accept` it means JSON too.
 */
export function chooseReportFormat(headers: Parameters, query: Parameters, showsKey = false): ReportFormat {
  const accept = acceptOf(headers);
  const isForProgram = prefersJson(accept) || (showsKey && !acceptsPages(accept));
  return namedFormat(headers, query) ?? formatOf(isForProgram ? "json" : "html");
}

/**
 * Like `chooseReportFormat`, but a script that posts its files in one call and reads the answer as JSON need not say
 * so: unlike scrapers of the page, it has not requested an upload id before.
 */
export function chooseUploadAnswer(headers: Parameters, query: Parameters, showsKey: boolean): UploadAnswer {
  const reportParameter = parameterOf(namedFormat({}, query));
  const isOneCall = showsKey || (query["id"] ?? "") === "";
  const format = chooseReportFormat(headers, query, isOneCall);
  const isUnsaid = format.kind === "json" && reportParameter === undefined && !isSaidByHeader(headers);
  return { ...format, reportParameter: isUnsaid ? "JSON=1" : reportParameter };
}

/** Undefined if neither a header nor the query says anything. */
function namedFormat(headers: Parameters, query: Parameters): ReportFormat | undefined {
  const json = [switchOf(headers, "json"), switchOf(query, "json")];
  const wanted = json.find((value) => value !== undefined && value !== "0");
  if (wanted !== undefined) return formatOf("json", wanted === "2");
  const exports = [switchOf(headers, "export"), switchOf(query, "export")];
  if (exports.some((value) => value !== undefined && value !== "0")) return formatOf("csv");
  return json.includes("0") ? formatOf("html") : undefined;
}

function isSaidByHeader(headers: Parameters): boolean {
  return namedFormat(headers, {}) !== undefined || prefersJson(acceptOf(headers));
}

function parameterOf(ofQuery: ReportFormat | undefined): UploadAnswer["reportParameter"] {
  if (ofQuery?.kind === "json") return ofQuery.isPretty ? "JSON=2" : "JSON=1";
  return ofQuery?.kind === "csv" ? "Export=1" : undefined;
}

const formatOf = (kind: ReportFormat["kind"], isPretty = false): ReportFormat => ({ kind, isPretty });

/** The first value under this name, ignoring case. */
function switchOf(parameters: Parameters, name: string): string | undefined {
  const found = Object.entries(parameters).find(([key]) => key.toLowerCase() === name);
  return [found?.[1]].flat()[0]?.trim();
}

const acceptOf = (headers: Parameters): string => [headers["accept"]].flat().join(",");
