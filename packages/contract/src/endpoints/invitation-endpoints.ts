import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import { adminExtension as extension, FOR_WHOM, FRESH, id, limit, oneOf, plans } from "./admin-parts.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const invitation = () =>
  Type.Object({
    id: id("Id of the invitation."),
    email: wire.text("Whom it is for."),
    plan: oneOf(plans, "Of the account to be."),
    quota_bytes: Type.Optional(wire.sizeBytes("Of the account to be; absent for that of the plan.")),
    invited_by: Type.Optional(wire.text("Address of the administrator; absent for whoever runs the server.")),
    state: oneOf(
      ["open", "expired", "accepted", "revoked", "replaced"],
      "`replaced`: by a later one to the same address.",
    ),
    created_at: wire.instant("When somebody was invited."),
    mailed_at: Type.Optional(wire.instant("When the letter that counts was written; absent until then.")),
    ends_at: wire.instant("Until when the link may be used."),
  });
const sampleInvitation = {
  id: "i1n2v3i4t5e6d7x8",
  email: "new@example.org",
  plan: "premium",
  invited_by: "me@example.org",
  state: "open",
  created_at: "2026-01-31T09:20:30Z",
  mailed_at: "2026-01-31T09:20:31Z",
  ends_at: "2026-02-07T09:20:30Z",
};

const answer = () =>
  Type.Object({
    status: wire.ok(),
    invitation: invitation(),
    letter: Type.Enum(["mailed", "outbox"], {
      description: "`outbox`: this server sends no mail; whoever runs it finds the letter in its data folder.",
    }),
  });
const sampleAnswer = { ...sample.ok, invitation: sampleInvitation, letter: "mailed" };

const adminInvitationLs = defineEndpoint({
  ...extension("invitation.ls", "read"),
  summary: "List invitations",
  description: `Newest first, those that are over for a month; \`next\` of an answer is the \`cursor\` of the next call. ${FOR_WHOM}`,
  request: Type.Object({
    limit: limit(),
    cursor: Type.Optional(id("`next` of the answer before.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    invitations: Type.Array(invitation()),
    next: Type.Optional(wire.text("Where the next page begins; absent at the end.")),
  }),
  errors: [],
  example: { request: {}, response: { ...sample.ok, invitations: [sampleInvitation] } },
});

const adminInvitationAdd = defineEndpoint({
  ...extension("invitation.add", "write"),
  summary: "Invite somebody",
  description:
    "Mails a link that lasts a week and makes an account once, with the password that the person chooses. An open invitation " +
    `of the same address is replaced. At most three letters an hour go to one address. ${FRESH}`,
  request: Type.Object({
    email: wire.email("Whom."),
    plan: Type.Optional(oneOf(plans, "Of the account to be; `unlimited` if absent.")),
    quota_bytes: Type.Optional(wire.sizeBytes("A quota of its own; 0 for that of the plan.")),
    language: Type.Optional(
      Type.Unsafe<"en" | "fr">({ type: "string", enum: ["en", "fr"], description: "Of the letter." }),
    ),
    pretty: wire.pretty,
  }),
  response: answer(),
  errors: ["freshProofRequired", "badEmail", "accountExists", "tooManyLetters"],
  example: { request: { email: "new@example.org", plan: "premium" }, response: sampleAnswer },
});

const adminInvitationResend = defineEndpoint({
  ...extension("invitation.resend", "write"),
  summary: "Mail an invitation again",
  description: `With a new link that lasts a week; the one before ends. ${FRESH}`,
  request: Type.Object({ id: id("Id of the invitation."), pretty: wire.pretty }),
  response: answer(),
  errors: ["freshProofRequired", "resourceNotFound", "accountExists", "tooManyLetters"],
  example: { request: { id: sampleInvitation.id }, response: sampleAnswer },
});

const adminInvitationRm = defineEndpoint({
  ...extension("invitation.rm", "write"),
  summary: "Revoke an invitation",
  description: `Its link leads nowhere any more. ${FRESH}`,
  request: Type.Object({ id: id("Id of the invitation."), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["freshProofRequired", "resourceNotFound"],
  example: { request: { id: sampleInvitation.id }, response: sample.ok },
});

export const invitationEndpoints = { adminInvitationLs, adminInvitationAdd, adminInvitationResend, adminInvitationRm };
