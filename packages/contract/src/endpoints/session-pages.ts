import { html, type PageAnswer, type PageEndpoint, type PageParameter, plain } from "../page-endpoint.ts";

const language: PageParameter = { name: "lg", in: "query", description: "Language of the page, such as `en`." };
const toSignIn: PageAnswer = { status: 303, description: "To `/login.pl`: nobody is signed in here." };
const foreignForm: PageAnswer = {
  status: 403,
  contentType: html,
  description: "The form was sent by a page of another site, or belongs to another session; it was ignored.",
};

const consolePage = (name: string, summary: string, description: string): PageEndpoint => ({
  operation: `console.${name}`,
  path: `/console/${name}.pl`,
  alsoAt: [`/{language}/console/${name}.pl`],
  methods: ["GET", "HEAD"],
  identification: "session",
  summary,
  description,
  parameters: [language],
  answers: [{ status: 200, contentType: html, description: "The page." }, toSignIn],
  availability: "implemented",
});

export const login: PageEndpoint = {
  operation: "session.login",
  path: "/login.pl",
  alsoAt: ["/{language}/login.pl"],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  isOpenInBans: true,
  summary: "Sign in",
  description:
    "GET is the form. POST sets the cookie `SID`: programs get the page of the signed-in account at once, browsers " +
    "are redirected once the cookie has come back. The answer to an unknown address and to a wrong password is the " +
    "same.",
  parameters: [
    language,
    { name: "next", in: "query", description: "Path on this site to continue to. Also as a field of the form." },
    { name: "signed", in: "query", description: "1: a sign-in has just set the cookie." },
    { name: "mail", in: "form", description: "E-mail address of the account.", isRequired: true },
    { name: "pass", in: "form", description: "Password of the account.", isRequired: true },
    { name: "lt", in: "form", description: "`on`: a long session." },
    { name: "purge", in: "form", description: "`on`: end the other sessions of the account." },
    { name: "restrict", in: "form", description: "`on`: the session is valid from this address only." },
    { name: "next", in: "form", description: "Path on this site to continue to." },
  ],
  answers: [
    { status: 200, contentType: html, description: "The form, or the page of the signed-in account." },
    { status: 303, description: "A browser is redirected, and a form of another site is sent to ours." },
    {
      status: 403,
      contentType: html,
      description: "Wrong address or password, a locked account, or too many attempts.",
    },
    {
      status: 503,
      contentType: html,
      description: "Too many passwords are waiting to be checked, or the disk is read-only.",
    },
    { status: 507, contentType: html, description: "The disk is full: nobody can sign in." },
  ],
  availability: "implemented",
};

export const logout: PageEndpoint = {
  operation: "session.logout",
  path: "/logout.pl",
  alsoAt: ["/{language}/logout.pl"],
  methods: ["GET", "HEAD", "POST"],
  identification: "session",
  summary: "Sign out",
  description: "GET shows a form; POST of its fields ends the session.",
  parameters: [
    language,
    { name: "a", in: "form", description: "As in the form.", isRequired: true },
    { name: "b", in: "form", description: "As in the form.", isRequired: true },
  ],
  answers: [
    { status: 200, contentType: html, description: "The form, or that nobody is signed in." },
    foreignForm,
    {
      status: 503,
      contentType: html,
      description:
        "The browser has dropped the session, but the disk is full or read-only, so the server still keeps it.",
    },
  ],
  availability: "implemented",
};

export const consoleIndex = consolePage("index", "Account", "Kind of account, and links to the other pages.");
export const consolePlan = consolePage("abo", "Plan of the account", "When the plan ends.");
const keyField = (name: string, description: string): PageParameter => ({ name, in: "form", description });

export const consoleSettings: PageEndpoint = {
  ...consolePage(
    "params",
    "API keys",
    "The API keys of the account; for people who are signed in also forms to create, rename, replace and revoke " +
      "them, which ask for the password if it was given more than ten minutes ago. Programs use `/x/v1/keys`.",
  ),
  methods: ["GET", "HEAD", "POST"],
  parameters: [
    language,
    { name: "key", in: "query", description: "Id of a key: the page of that one." },
    { name: "done", in: "query", description: "What has just been changed." },
    { name: "token", in: "form", description: "As in the form.", isRequired: true },
    { name: "do", in: "form", description: "`new`, `rename`, `rotate` or `revoke`.", isRequired: true },
    keyField("key", "Id of the key."),
    keyField("name", "Name of the key."),
    keyField("template", "What a new key may do; `custom` for the fields `scope-AREA`."),
    keyField("folder", "Path of the folder of a new key."),
    keyField("addresses", "Addresses of a new key, separated by spaces."),
    keyField("ends", "Last day of a new key."),
    keyField("grace", "Seconds for which a replaced key keeps working."),
    keyField("pass", "The current password."),
  ],
  answers: [
    { status: 200, contentType: html, description: "The page, or the new key, shown once." },
    { status: 303, description: "To `/login.pl`, or to the page after a change." },
    { status: 400, contentType: html, description: "The page, with what was wrong; nothing was changed." },
    { ...foreignForm, description: `${foreignForm.description} Or the password was wrong, or is asked for again.` },
  ],
};
export const consoleCredits = consolePage("cdn", "CDN credits", "There are none here.");

export const consoleAccount: PageEndpoint = {
  operation: "console.account",
  path: "/console/account.pl",
  alsoAt: ["/{language}/console/account.pl"],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Sign-in of old modules",
  description: "Takes a hash of the password, which cannot be checked: always refused, and counted as a guess.",
  parameters: [
    { name: "user", in: "query", description: "Ignored." },
    { name: "pass", in: "query", description: "Ignored." },
  ],
  answers: [{ status: 200, contentType: plain, description: "`error`." }],
  availability: "implemented",
};

export const consoleSecurity: PageEndpoint = {
  operation: "console.security",
  path: "/console/security.pl",
  alsoAt: ["/{language}/console/security.pl"],
  methods: ["GET", "HEAD", "POST"],
  identification: "session",
  summary: "Password, address and sessions",
  description:
    "For people: where the account is signed in, a new password, and a new e-mail address, which takes effect once " +
    "the link sent to it is opened and confirmed. Changes need the password, given within the last ten minutes.",
  parameters: [
    language,
    { name: "done", in: "query", description: "What has just been changed." },
    { name: "token", in: "form", description: "As in the form.", isRequired: true },
    { name: "do", in: "form", description: "What to change.", isRequired: true },
    { name: "session", in: "form", description: "The session to end." },
    { name: "pass", in: "form", description: "The current password." },
    { name: "new_pass", in: "form", description: "The new password." },
    { name: "new_pass_again", in: "form", description: "The same again." },
    { name: "mail", in: "form", description: "The new e-mail address." },
  ],
  answers: [
    { status: 200, contentType: html, description: "The page." },
    { status: 303, description: "To `/login.pl`, or to the page after a change." },
    { status: 400, contentType: html, description: "The page, with what was wrong; nothing was changed." },
    { ...foreignForm, description: `${foreignForm.description} Or the password was wrong, or is asked for again.` },
    { status: 429, contentType: html, description: "The page: too many e-mails were requested; nothing was changed." },
  ],
  availability: "implemented",
};
