import { html, json, type PageEndpoint } from "../page-endpoint.ts";

/** File names that the build of the console produces. */
const ASSET_NAME = "[A-Za-z0-9_.-]{1,100}";

export const consoleApp: PageEndpoint = {
  operation: "console.app",
  path: "/console/",
  methods: ["GET", "HEAD"],
  identification: "session",
  summary: "The console",
  description:
    "Ours, for people: a single-page application that uses the calls of this reference. Browsers without JavaScript " +
    "are sent to `/console/files.pl`.",
  parameters: [{ name: "lg", in: "query", description: "Language of the page, such as `en`." }],
  answers: [
    { status: 200, contentType: html, description: "The page." },
    {
      status: 303,
      description:
        "To `/login.pl` without a session; to `/console/files.pl` if the console is switched off or not built, on " +
        "the hosts of 1fichier.com, and for accounts whose plan has no API.",
    },
  ],
  availability: "implemented",
};

export const consoleAsset: PageEndpoint = {
  operation: "console.asset",
  path: "/console/assets/{asset}",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "A script or style sheet of the console",
  description: "Ours. The name depends on the content, so browsers may cache it forever.",
  parameters: [
    { name: "asset", in: "path", description: "Its name.", isRequired: true, pattern: ASSET_NAME },
    { name: "Accept-Encoding", in: "header", description: "`br` or `gzip`: compressed." },
  ],
  answers: [
    { status: 200, contentType: "text/javascript; charset=utf-8", description: "The script." },
    { status: 200, contentType: "text/css; charset=utf-8", description: "The style sheet." },
    { status: 404, contentType: json, description: "This version of the console has no such file." },
  ],
  availability: "implemented",
};
