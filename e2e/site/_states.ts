import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const golden = join(import.meta.dirname, "../../packages/http/test/golden");

/** A page in one of its states, as stored in `packages/http/test/golden`. */
export interface PageState {
  /** For example `sign-in-failed.fr`. */
  name: string;
  language: "en" | "fr";
  /** With the style sheet, and with pictures from the server. */
  content: string;
}

/** Every page of the site in each of its states and languages, styled as this server sends them. */
export async function pageStates(url: string): Promise<PageState[]> {
  const looks = await looksOf(url);
  const files = (await readdir(golden)).filter((file) => file.endsWith(".html"));
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(golden, file), "utf8");
      return {
        name: file.replace(/\.html$/, ""),
        language: file.endsWith(".fr.html") ? "fr" : "en",
        content: text.replace(/<style>…<\/style>/, () => looks).replaceAll('src="/', `src="${url}/`),
      };
    }),
  );
}

/** The style sheet, which golden files leave out. */
async function looksOf(url: string): Promise<string> {
  const page = await (await fetch(`${url}/login.pl`)).text();
  const [style] = /<style>[^<]*<\/style>/.exec(page) ?? [];
  if (style === undefined) throw new Error("The page to sign in has no style sheet.");
  return style;
}
