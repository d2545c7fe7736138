import { Listing } from "@consigne/core";
import { WrittenJson } from "./written-json.ts";

/** An answer whose lists may be read page by page, with items that may already be serialized. */
export type Listed<Answer> = {
  [Name in keyof Answer]: Answer[Name] extends readonly (infer Item)[] | undefined
    ? Answer[Name] | Listing<Item> | (Item extends object ? Listing<Item | WrittenJson<Item>> : never)
    : Answer[Name];
};

/** One line of JSON, because a Java client and plowshare read line by line. */
export function jsonText(answer: unknown, isPretty: boolean): string {
  return isPretty ? `${JSON.stringify(answer, null, 2)}\n` : JSON.stringify(answer);
}

/** True if it contains a list longer than one page. */
export function isLong(answer: unknown): answer is object {
  return holdsListing(answer, (listing) => !listing.isWhole);
}

/** The result of `jsonText` with the first pages of its lists: complete if none is longer. */
export function shortText(answer: unknown, isPretty: boolean): string {
  if (isPretty || !isObject(answer) || !holdsListing(answer)) return jsonText(withFirstPages(answer), isPretty);
  if (answer instanceof Listing) return pageText(answer.first);
  let text = "";
  for (const [name, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    const member = value instanceof Listing ? pageText(value.first) : JSON.stringify(value);
    text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${member}`;
  }
  return `{${text}}`;
}

function pageText(items: readonly unknown[]): string {
  return items.some((item) => item instanceof WrittenJson) ? `[${textsOf(items)}]` : JSON.stringify(items);
}

const textsOf = (items: readonly unknown[]): string => items.map(itemText).join(",");

const itemText = (item: unknown): string => (item instanceof WrittenJson ? item.text : JSON.stringify(item));

function withFirstPages(answer: unknown): unknown {
  if (answer instanceof Listing) return answer.first;
  if (!isObject(answer) || !holdsListing(answer)) return answer;
  const entries = Object.entries(answer);
  return Object.fromEntries(entries.map(([name, value]) => [name, value instanceof Listing ? value.first : value]));
}

function holdsListing(answer: unknown, isWanted: (listing: Listing<unknown>) => boolean = () => true): boolean {
  if (answer instanceof Listing) return isWanted(answer);
  if (!isObject(answer)) return false;
  for (const name in answer) {
    const member = answer[name];
    if (member instanceof Listing && isWanted(member)) return true;
  }
  return false;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The result of `jsonText` for the same answer with complete lists, in pieces of a page. */
export async function* jsonChunks(answer: object, isPretty: boolean): AsyncGenerator<string> {
  if (answer instanceof Listing) yield* listChunks(answer, isPretty ? "\n" : "");
  else yield* memberChunks(answer, isPretty);
  if (isPretty) yield "\n";
}

async function* memberChunks(answer: object, isPretty: boolean): AsyncGenerator<string> {
  const newLine = isPretty ? "\n  " : "";
  let before = "{";
  for (const [name, value] of Object.entries(answer) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${before}${newLine}${JSON.stringify(name)}:${isPretty ? " " : ""}`;
    if (value instanceof Listing) yield* listChunks(value, newLine);
    else yield indented(value, newLine);
    before = ",";
  }
  yield before === "{" ? "{}" : `${isPretty ? "\n" : ""}}`;
}

/** `newLine` is the start of each line of the list itself; empty: there are no line breaks. */
async function* listChunks(listing: Listing<unknown>, newLine: string): AsyncGenerator<string> {
  const inner = newLine === "" ? "" : `${newLine}  `;
  let before = "[";
  for await (const page of listing.pages()) {
    if (page.length === 0) continue;
    yield before + page.map((item) => inner + indented(item, inner)).join(",");
    before = ",";
  }
  yield before === "[" ? "[]" : `${newLine}]`;
}

/** Text within JSON contains no line breaks, so every line break starts a line. */
function indented(value: unknown, newLine: string): string {
  return newLine === "" ? itemText(value) : JSON.stringify(value, null, 2).replaceAll("\n", newLine);
}
