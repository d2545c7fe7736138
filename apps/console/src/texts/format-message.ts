import { visible } from "@consigne/contract/visible-text";
import { isolated } from "./isolates.ts";
import type { Language } from "./language.ts";
import { formatNumber, perLanguage } from "./per-language.ts";

const PLURAL = /^(\w+), plural, /;

const plurals = perLanguage((language) => new Intl.PluralRules(language));

type Values = Readonly<Record<string, string | number>>;

/**
 * A message in the part of ICU's syntax that the texts use: `{name}`, and `{count, plural, =0 {…} one {…} other {# …}}`
 * with names inside, which come from other people and are made safe to show and isolated. French uses its singular
 * for 0 as well, according to the plural rules of the language.
 */
export function formatMessage(message: string, language: Language, values: Values = {}): string {
  let text = "";
  for (let at = 0; at < message.length;) {
    const open = message.indexOf("{", at);
    if (open === -1) return text + message.slice(at);
    const close = closingOf(message, open);
    text += message.slice(at, open) + formatArgument(message.slice(open + 1, close), language, values);
    at = close + 1;
  }
  return text;
}

function formatArgument(inner: string, language: Language, values: Values): string {
  const [head, name] = PLURAL.exec(inner) ?? [];
  if (head === undefined || name === undefined) return valueOf(inner, language, values);
  const count = Number(values[name]);
  const forms = formsOf(inner.slice(head.length));
  const form = forms.get(`=${count}`) ?? forms.get(plurals(language).select(count)) ?? forms.get("other");
  return formatMessage(form?.replaceAll("#", () => valueOf(name, language, values)) ?? "", language, values);
}

function formsOf(text: string): Map<string, string> {
  const forms = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const open = text.indexOf("{", at);
    if (open === -1) break;
    const close = closingOf(text, open);
    forms.set(text.slice(at, open).trim(), text.slice(open + 1, close));
    at = close + 1;
  }
  return forms;
}

function valueOf(name: string, language: Language, values: Values): string {
  const value = values[name];
  return typeof value === "number" ? formatNumber(value, language) : isolated(visible(value ?? ""));
}

function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}" && (depth -= 1) === 0) return at;
  }
  throw new SyntaxError(`A brace of this message is not closed: ${text}`);
}
