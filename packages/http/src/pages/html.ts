/**
 * Makes text safe inside elements and double-quoted attributes, and keeps it on one line: several clients read pages
 * line by line. Apostrophes stay, because clients compare phrases that contain them.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"\r\n\u0085\u2028\u2029]/g, (char) => replacements[char] ?? " ");
}

/** Text as one cell of a line that is split at semicolons. */
export function lineCell(text: string): string {
  return text.replace(/[;\r\n\u0085\u2028\u2029]/g, "_");
}

const replacements: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Markup that is safe as it is. Only `html` and `trusted` create it. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Allowed in a template: text is escaped, each entry of a list gets its own line, empty values leave no line. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

const layouts = new WeakMap<TemplateStringsArray, readonly string[]>();

/**
 * A template of markup. Values are escaped unless they are markup themselves; attributes are written in double quotes.
 * The template's indentation is removed, its line breaks stay, and a line with only an empty value is dropped.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = layouts.get(strings) ?? withoutIndentation(strings);
  layouts.set(strings, parts);
  let text = parts[0] ?? "";
  values.forEach((value, index) => {
    const added = textOf(value);
    const next = parts[index + 1] ?? "";
    const isLineOfNothing = added === "" && (text === "" || text.endsWith("\n")) && next.startsWith("\n");
    text += isLineOfNothing ? next.slice(1) : added + next;
  });
  return new Html(text);
}

/** Markup that does not come from `html`. Never for text that somebody sent. */
export const trusted = (markup: string): Html => new Html(markup);

function withoutIndentation(strings: TemplateStringsArray): readonly string[] {
  const parts = strings.map((part) => part.replace(/\n[ \t]+/g, "\n"));
  const last = parts.length - 1;
  parts[0] = (parts[0] ?? "").replace(/^\n/, "");
  parts[last] = (parts[last] ?? "").replace(/\n$/, "");
  return parts;
}

function textOf(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return linesOf(value);
  return escapeHtml(String(value));
}

function linesOf(values: readonly HtmlValue[]): string {
  return values
    .map(textOf)
    .filter((text) => text !== "")
    .join("\n");
}
