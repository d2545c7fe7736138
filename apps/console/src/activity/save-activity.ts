import { csvLine } from "@consigne/contract/csv";
import type { ActivityFilter } from "@consigne/sdk";
import { client } from "../api/client.ts";
import { saveFile } from "../looks/save-file.ts";
import { withoutIsolates } from "../texts/isolates.ts";
import type { Spoken } from "../texts/language.ts";
import { type KeyNames, Replacements, sentenceOf, whoDid } from "./activity-sentence.ts";

/** All matching records that the server still has, in a file for spreadsheets. */
export async function saveActivity(filter: ActivityFilter, names: KeyNames, words: Spoken<"activity">): Promise<void> {
  const { text, language } = words;
  const heads = [text("act.when"), text("act.what"), text("act.who"), text("act.from"), "action", "object"];
  const lines = [csvLine(heads)];
  const replacements = new Replacements();
  for await (const record of client.activity.list(filter)) {
    if (replacements.tellsOf(record)) continue;
    const { at, address, action, objectId } = record;
    const said = [sentenceOf(record, names, words), whoDid(record, names, text)].map(withoutIsolates);
    lines.push(csvLine([at?.toISOString() ?? "", ...said, address ?? "", action, objectId]));
  }
  // With the byte order mark by which spreadsheets recognize UTF-8.
  const name = language === "fr" ? "activite.csv" : "activity.csv";
  saveFile(name, ["\u{feff}", ...lines], "text/csv;charset=utf-8");
}
