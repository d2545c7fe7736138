import type { Language } from "./languages.ts";

type Forms = { readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string };

/** A text that depends on a number, which stands for `{n}` in it. */
export function plural(language: Language, forms: Forms): (count: number) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count) => (forms[rules.select(count)] ?? forms.other).replace("{n}", numbers.format(count));
}
