import { EMAIL_CONFIRMATION_PATH, INVITATION_PATH, FORGOTTEN_PASSWORD_PATH, PASSWORD_RESET_PATH } from "../links.ts";
import { html, type PageAnswer, type PageEndpoint, type PageParameter } from "../page-endpoint.ts";

const language: PageParameter = { name: "lg", in: "query", description: "Language of the page, such as `en`." };
const foreignForm: PageAnswer = {
  status: 403,
  contentType: html,
  description: "The form was sent by a page of another site; it was ignored.",
};

export const forgottenPassword: PageEndpoint = {
  operation: "password.forgotten",
  path: FORGOTTEN_PASSWORD_PATH,
  alsoAt: [`/{language}${FORGOTTEN_PASSWORD_PATH}`],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Request a password reset",
  description:
    "GET is the form. POST sends an e-mail with a link that is valid for an hour and sets the password once. The " +
    "answer is the same whether or not there is such an account. At most three e-mails an hour go to one account.",
  parameters: [language, { name: "mail", in: "form", description: "E-mail address of the account.", isRequired: true }],
  answers: [
    {
      status: 200,
      contentType: html,
      description: "The form, or a note that an e-mail is on its way if there is an account.",
    },
    { status: 400, contentType: html, description: "The form, with what is wrong with the address." },
    foreignForm,
    { status: 429, contentType: html, description: "Too many e-mails were requested, from here or in total." },
  ],
  availability: "implemented",
};

export const passwordReset: PageEndpoint = {
  operation: "password.reset",
  path: PASSWORD_RESET_PATH,
  alsoAt: [`/{language}${PASSWORD_RESET_PATH}`],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Set a new password",
  description:
    "Where the link in the e-mail leads. GET changes nothing, since mail scanners follow links too: it shows the " +
    "form, and what would stay: API keys with their last use, folders shared with the public or with people, " +
    "additional links, and how many files. POST sets the password, ends every session and, if requested, the keys " +
    "and shares.",
  parameters: [
    language,
    { name: "token", in: "query", description: "From the link in the e-mail." },
    { name: "token", in: "form", description: "From the link in the e-mail.", isRequired: true },
    { name: "pass", in: "form", description: "The new password.", isRequired: true },
    { name: "pass_again", in: "form", description: "The same again.", isRequired: true },
    {
      name: "keys",
      in: "form",
      description: "`end`: the API keys of the account are revoked too. Otherwise they stay.",
    },
    {
      name: "shares",
      in: "form",
      description: "`end`: no folder is shared any more, and additional links are switched off. Otherwise all stay.",
    },
  ],
  answers: [
    { status: 200, contentType: html, description: "The form, or that the password is set." },
    { status: 400, contentType: html, description: "The form, with what was wrong; nothing was changed." },
    { ...foreignForm, description: `${foreignForm.description} Or the account is locked.` },
    { status: 404, contentType: html, description: "There is no such link." },
    {
      status: 410,
      contentType: html,
      description: "The link was used, has expired, or was replaced; the page says which.",
    },
  ],
  availability: "implemented",
};

export const emailConfirmation: PageEndpoint = {
  operation: "email.confirm",
  path: EMAIL_CONFIRMATION_PATH,
  alsoAt: [`/{language}${EMAIL_CONFIRMATION_PATH}`],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Confirm a new e-mail address",
  description:
    "Where the link sent to the new address leads. GET changes nothing, since mail scanners follow links too. POST " +
    "makes it the address of the account, which needs the password, since a mistyped address is a stranger's. The " +
    "old address is notified.",
  parameters: [
    language,
    { name: "token", in: "query", description: "From the link in the e-mail." },
    { name: "token", in: "form", description: "From the link in the e-mail.", isRequired: true },
    { name: "pass", in: "form", description: "The password of the account.", isRequired: true },
  ],
  answers: [
    { status: 200, contentType: html, description: "The form, or that the address was changed." },
    {
      ...foreignForm,
      description: `${foreignForm.description} Or the account is locked, or the password was wrong: nothing was changed.`,
    },
    { status: 404, contentType: html, description: "There is no such link." },
    { status: 409, contentType: html, description: "Another account now has the address." },
    {
      status: 410,
      contentType: html,
      description: "The link was used, has expired, or was replaced; the page says which.",
    },
  ],
  availability: "implemented",
};

export const invitation: PageEndpoint = {
  operation: "invitation.accept",
  path: INVITATION_PATH,
  alsoAt: [`/{language}${INVITATION_PATH}`],
  methods: ["GET", "HEAD", "POST"],
  identification: "none",
  summary: "Accept an invitation",
  description:
    "Where the link e-mailed to an invited person leads. GET changes nothing, since mail scanners follow links too. " +
    "POST creates the account, with a password that the person chooses.",
  parameters: [
    language,
    { name: "token", in: "query", description: "From the link in the e-mail." },
    { name: "token", in: "form", description: "From the link in the e-mail.", isRequired: true },
    { name: "pass", in: "form", description: "The password of the new account.", isRequired: true },
    { name: "pass_again", in: "form", description: "The same again.", isRequired: true },
  ],
  answers: [
    { status: 200, contentType: html, description: "The form, or that the account was created." },
    { status: 400, contentType: html, description: "The form, with what was wrong; nothing was changed." },
    foreignForm,
    { status: 404, contentType: html, description: "The link was never one." },
    { status: 409, contentType: html, description: "Another account now has the address." },
    {
      status: 410,
      contentType: html,
      description: "The link was used, has expired, was replaced or revoked; the page says which.",
    },
  ],
  availability: "implemented",
};
