import { eventStream, json, type PageEndpoint } from "../page-endpoint.ts";

export const events: PageEndpoint = {
  operation: "events",
  path: "/x/v1/events",
  methods: ["GET"],
  identification: "key",
  summary: "What changes in the account, as it changes",
  description:
    "Server-sent events, until the client closes the connection or its right ends. They tell what changed and nothing of how: " +
    "ask for that as ever. A key is told of what it may read: folders by `files`, transfers by `remote`, and within its folder. " +
    "`ready`: connected, and up to date with `id`. `folder` with `folder_id` (0: the root): what lies in that folder, its " +
    "name or its figures changed, of one's own folders and of those that others share with the account. `share` with " +
    "`folder_id`: somebody began or ended to share that folder with the account, or gave other rights; list it by " +
    "`/x/v1/share/received`. `remote` and `import` with `id`: a request or import, at most once a second while it " +
    "runs. `trash`: what lies in the trash. `reset`: more was missed than is kept (the last 1,000 changes), so look at " +
    "everything anew. What changes several times in a moment is told once. How often a file was downloaded is no change. " +
    "To resume, send the `id` of the last event as `Last-Event-ID` or `after`. A line with a colon comes every 15 " +
    "seconds. An account has up to 24 streams. Not part of the 1fichier.com API: `/x/v1/about` names the extension `events`.",
  parameters: [
    { name: "after", in: "query", description: "The `id` of the last event that was seen; from now on when left out." },
    { name: "Last-Event-ID", in: "header", description: "The same, as browsers send it; counts first." },
  ],
  answers: [
    { status: 200, contentType: eventStream, description: "The stream." },
    {
      status: 403,
      contentType: json,
      description:
        "Neither key nor session, one that has ended, or a key that may read neither files nor remote uploads.",
    },
  ],
  availability: "implemented",
};
