import { html, json, type PageEndpoint } from "../page-endpoint.ts";

export const serverAbout: PageEndpoint = {
  operation: "server.about",
  path: "/x/v1/about",
  methods: ["GET", "HEAD"],
  identification: "none",
  isOpenInBans: true,
  summary: "What this server is, offers and limits",
  description:
    "An extension: 1fichier.com answers 404. A limit that is 0 or absent from `limits` does not apply. A client " +
    "that stays within the others is never locked out. Not counted as a call, and available to callers who are " +
    "locked out.",
  parameters: [],
  answers: [{ status: 200, contentType: json, schema: "ServerAboutJson", description: "The description." }],
  availability: "implemented",
};

export const serverHealth: PageEndpoint = {
  operation: "server.health",
  path: "/healthz",
  methods: ["GET", "HEAD"],
  identification: "none",
  isOpenInBans: true,
  summary: "Is the process running?",
  description: "Ours, for supervisors. Not counted as a call, and available to callers who are locked out.",
  parameters: [],
  answers: [{ status: 200, contentType: json, schema: "ServerWellJson", description: "It answers." }],
  availability: "implemented",
};

export const serverReadiness: PageEndpoint = {
  operation: "server.readiness",
  path: "/readyz",
  methods: ["GET", "HEAD"],
  identification: "none",
  isOpenInBans: true,
  summary: "Can the server do its work?",
  description:
    "Ours, for supervisors and load balancers: whether the database and the storage can be written right now. Not " +
    "counted as a call, and available to callers who are locked out.",
  parameters: [],
  answers: [
    { status: 200, contentType: json, schema: "ServerWellJson", description: "It can." },
    { status: 503, contentType: json, schema: "ServerNotReadyJson", description: "It cannot, and why." },
  ],
  availability: "implemented",
};

export const docsPage: PageEndpoint = {
  operation: "docs",
  path: "/docs/",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "This reference, to read and to try",
  description: "Ours.",
  parameters: [],
  answers: [
    { status: 200, contentType: html, description: "The page." },
    { status: 301, description: "To the same URL with a slash at its end." },
  ],
  availability: "implemented",
};

export const docsScript: PageEndpoint = {
  operation: "docs.script",
  path: "/docs/js/scalar.js",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "The script of the reference",
  description: "Ours.",
  parameters: [],
  answers: [{ status: 200, contentType: "application/javascript; charset=utf-8", description: "The script." }],
  availability: "implemented",
};

export const openApiJson: PageEndpoint = {
  operation: "docs.openapi",
  path: "/docs/openapi.json",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "This reference as an OpenAPI document",
  description: "Ours.",
  parameters: [],
  answers: [{ status: 200, contentType: json, schema: "OpenApiJson", description: "The document." }],
  availability: "implemented",
};

export const openApiYaml: PageEndpoint = {
  operation: "docs.openapi_yaml",
  path: "/docs/openapi.yaml",
  methods: ["GET", "HEAD"],
  identification: "none",
  summary: "This reference as an OpenAPI document, in YAML",
  description: "Ours.",
  parameters: [],
  answers: [{ status: 200, contentType: "application/yaml", description: "The document." }],
  availability: "implemented",
};
