import { page } from "./html.ts";

/** What `/` shows without a file: that the server works, and where its reference is. */
export function renderHomePage(): string {
  return page("Consigne", [
    "<h1>Consigne</h1>",
    "<p>This is a file host with the interface of 1fichier.com. Open a link to a file to download it.</p>",
    '<p><a href="/docs">The reference of its API</a></p>',
  ]);
}
