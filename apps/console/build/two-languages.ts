import type { Plugin } from "vite";

/** A message catalogue of React Aria, which has 34 languages. */
const CATALOGUE =
  /\/node_modules\/(?:react-aria|react-aria-components|react-stately)\/dist\/.*\/intl\/(?:.*\/)?([a-z]{2}-[A-Z]{2})\.(?:m|c)?js$/;
const SPOKEN = new Set(["en-US", "fr-FR"]);

/** Drops React Aria's messages in languages the console does not support. */
export function twoLanguages(): Plugin {
  return {
    name: "consigne-two-languages",
    enforce: "pre",
    load(id) {
      const language = CATALOGUE.exec(id.replaceAll("\\", "/"))?.[1];
      return language === undefined || SPOKEN.has(language) ? undefined : "export default {};";
    },
  };
}
