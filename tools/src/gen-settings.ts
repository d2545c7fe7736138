import { type Setting, settings } from "@consigne/server";

/** The guide's page of all settings, generated from the list that the server reads. */
export function settingsPage(): string {
  const all: readonly Setting[] = settings;
  return [
    "# Settings",
    "",
    "Environment variables of `consigne-server`, or lines of a `.env` file in the working folder; variables override the file.",
    "An empty value counts as absent. A setting that is unknown, malformed or incomplete stops the start.",
    "",
    ...table(all.filter((setting) => setting.isPlanned !== true)),
    "",
    "Secrets are never logged. The settings for the first start may stay set afterwards; they then have no effect.",
    "",
    "## Not available yet",
    "",
    "These names are reserved for features that this version does not have. The server does not start if one of them is set.",
    "",
    ...table(all.filter((setting) => setting.isPlanned === true)),
    "",
  ].join("\n");
}

function table(rows: readonly Setting[]): string[] {
  const cells = [
    ["Variable", "Default", "Meaning"],
    ...rows.map(({ name, fallback, meaning, isSecret }) => [
      `\`${name}\``,
      fallback ?? "none",
      isSecret === true ? `${meaning} A secret.` : meaning,
    ]),
  ].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = [0, 1, 2].map((at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)];
}
