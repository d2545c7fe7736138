import type { Language } from "./languages.ts";

type Forms = { readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string };

/** A text that depends on a number; `{n}` stands for the number. */
export function plural(language: Language, forms: Forms): (count: number) => string {
  // Created on first use: loading Intl's data adds 10 ms to each start of a program.
  let rules: Intl.PluralRules | undefined;
  let numbers: Intl.NumberFormat | undefined;
  return (count) => {
    rules ??= new Intl.PluralRules(language);
    numbers ??= new Intl.NumberFormat(language);
    return (forms[rules.select(count)] ?? forms.other).replace("{n}", numbers.format(count));
  };
}
