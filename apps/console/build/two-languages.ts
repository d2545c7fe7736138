import type { Plugin } from "vite";

/** A catalogue of React Aria, which brings 34 languages along. */
const CATALOGUE =
  /\/node_modules\/(?:react-aria|react-aria-components|react-stately)\/dist\/.*\/intl\/(?:.*\/)?([a-z]{2}-[A-Z]{2})\.(?:m|c)?js$/;
const SPOKEN = new Set(["en-US", "fr-FR"]);

/** Leaves out the words of React Aria in languages that the console does not speak. */
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
