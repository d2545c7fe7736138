import { json, type PageEndpoint } from "../page-endpoint.ts";

export const serverAbout: PageEndpoint = {
  operation: "server.about",
  path: "/x/v1/about",
  methods: ["GET"],
  identification: "none",
  summary: "What this server is, offers and limits",
  description:
    "Ours: the original answers 404. A figure of `limits` that is absent or 0 is no limit. A client that keeps to " +
    "them is not held off for its pace. Not counted as a call, and answered to callers that are held off.",
  parameters: [],
  answers: [{ status: 200, contentType: json, schema: "ServerAboutJson", description: "The description." }],
  availability: "implemented",
};
