import { html, type PageEndpoint } from "../page-endpoint.ts";

const page = (description: string) => [{ status: 200, contentType: html, description }] as const;
const consolePage = (name: string, summary: string, description: string): PageEndpoint => ({
  operation: `console.${name}`,
  path: `/console/${name}.pl`,
  methods: ["GET", "HEAD"],
  identification: "session",
  summary,
  description,
  parameters: [],
  answers: page("The page."),
  availability: "planned",
});

export const login: PageEndpoint = {
  operation: "session.login",
  path: "/login.pl",
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Log in",
  description: "Sets the cookie `SID`.",
  parameters: [
    { name: "mail", in: "form", description: "Mail of the account.", isRequired: true },
    { name: "pass", in: "form", description: "Password of the account.", isRequired: true },
    { name: "lt", in: "form", description: "`on`: a long session." },
    { name: "purge", in: "form", description: "`on`: end other sessions." },
    { name: "restrict", in: "form", description: "`on`: bind the session to the address." },
  ],
  answers: page("The page after logging in, or the form again with the reason."),
  availability: "planned",
};

export const logout: PageEndpoint = {
  operation: "session.logout",
  path: "/logout.pl",
  methods: ["GET", "HEAD", "POST"],
  identification: "session",
  summary: "Log out",
  description: "GET gives a form, POST of its fields ends the session.",
  parameters: [],
  answers: page("The form, or that the session has ended."),
  availability: "planned",
};

export const consoleIndex = consolePage("index", "Console", "Kind of account and the way to the other pages.");
export const consolePlan = consolePage("abo", "Plan of the account", "Until when the plan is valid.");
export const consoleSettings = consolePage("params", "Settings", "Settings of the account and its API keys.");
export const consoleCredits = consolePage("cdn", "CDN credits", "Credits of the account.");
