export interface ReportFormat {
  kind: "html" | "csv" | "json";
  /** Indented, for people. JSON only. */
  isPretty: boolean;
}

type Parameters = Record<string, string | string[] | undefined>;

/**
 * Which form of the report is wanted: `JSON: 1` or `EXPORT: 1`, as a header or in the query, in any letter case
 * (rclone sends the header `JSON`, plowshare `EXPORT`, others query `Export=1`). `JSON=2` is indented.
 */
export function chooseReportFormat(headers: Parameters, query: Parameters): ReportFormat {
  const json = valueOf(headers, "json") ?? valueOf(query, "json");
  if (json !== undefined) return { kind: "json", isPretty: json === "2" };
  const isExport = (valueOf(headers, "export") ?? valueOf(query, "export")) !== undefined;
  return { kind: isExport ? "csv" : "html", isPretty: false };
}

/** The value of a switch that is on. */
function valueOf(parameters: Parameters, name: string): string | undefined {
  for (const [key, values] of Object.entries(parameters)) {
    if (key.toLowerCase() !== name) continue;
    const value = [values].flat()[0]?.trim();
    if (value !== undefined && value !== "0") return value;
  }
  return undefined;
}
