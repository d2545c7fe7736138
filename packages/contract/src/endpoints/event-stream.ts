import { eventStream, json, type PageEndpoint } from "../page-endpoint.ts";

export const events: PageEndpoint = {
  operation: "events",
  path: "/x/v1/events",
  methods: ["GET"],
  identification: "key",
  summary: "Changes in the account, as they happen",
  description:
    "Server-sent events, until the client closes the connection or its authorisation ends. Events say what changed, " +
    "not how: fetch the new state with the usual calls. A key receives events only for what it may read: folders " +
    "with `files`, transfers with `remote`, and only within its folder. `ready`: connected, and up to date as of " +
    "`id`. `folder` with `folder_id` (0: the root): the contents, name or figures of a folder changed, either your " +
    "own or one that others share with the account. `share` with `folder_id`: somebody started or stopped sharing " +
    "that folder with the account, or changed the rights; list it with `/x/v1/share/received`. `remote` and " +
    "`import` with `id`: a request or import, at most once a second while it runs. `trash`: the contents of the " +
    "trash. `reset`: more was missed than is kept (the last 1,000 changes), so reload everything. Several changes " +
    "of the same thing within a moment are sent as one event. The number of downloads of a file is not reported. To " +
    "resume, send the `id` of the last event as `Last-Event-ID` or `after`. A line with a colon is sent every 15 " +
    "seconds. An account can have up to 24 streams. Not part of the 1fichier.com API: `/x/v1/about` lists the " +
    "extension `events`.",
  parameters: [
    { name: "after", in: "query", description: "The `id` of the last event received; default: from now on." },
    { name: "Last-Event-ID", in: "header", description: "The same, as browsers send it; takes precedence." },
  ],
  answers: [
    { status: 200, contentType: eventStream, description: "The stream." },
    {
      status: 403,
      contentType: json,
      description: "No key or session, an expired one, or a key that may read neither files nor remote uploads.",
    },
  ],
  availability: "implemented",
};
