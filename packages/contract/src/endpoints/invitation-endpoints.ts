import { Type } from "../schema-builders.ts";
import { defineEndpoint } from "../endpoint.ts";
import { adminExtension as extension, FOR_WHOM, FRESH, id, limit, oneOf, plans } from "./admin-parts.ts";
import * as sample from "./example-values.ts";
import * as wire from "../wire-types.ts";

const invitation = () =>
  Type.Object({
    id: id("Id of the invitation."),
    email: wire.text("E-mail address of the person invited."),
    plan: oneOf(plans, "Plan of the new account."),
    quota_bytes: Type.Optional(wire.sizeBytes("Quota of the new account; absent if the plan's applies.")),
    invited_by: Type.Optional(wire.text("Address of the administrator; absent if the operator did.")),
    state: oneOf(
      ["pending", "expired", "accepted", "revoked", "replaced"],
      "`replaced`: by a later one to the same address.",
    ),
    created_at: wire.instant("When it was created."),
    mailed_at: Type.Optional(
      wire.instant("When the current e-mail was sent, or written to `outbox`; absent until then."),
    ),
    expires_at: wire.instant("When the link expires."),
  });
const sampleInvitation = {
  id: "i1n2v3i4t5e6d7x8",
  email: "new@example.org",
  plan: "premium",
  invited_by: "me@example.org",
  state: "pending",
  created_at: "2026-01-31T09:20:30Z",
  mailed_at: "2026-01-31T09:20:31Z",
  expires_at: "2026-02-07T09:20:30Z",
};

const answer = () =>
  Type.Object({
    status: wire.ok(),
    invitation: invitation(),
    delivery: Type.Enum(["mailed", "outbox"], {
      description: "`outbox`: this server sends no e-mail; the operator finds the message in its data folder.",
    }),
  });
const sampleAnswer = { ...sample.ok, invitation: sampleInvitation, delivery: "mailed" };

const adminInvitationLs = defineEndpoint({
  ...extension("invitation.ls", "read"),
  summary: "List invitations",
  description: `Newest first, including those that ended in the last month; pass \`next\` of one answer as \`cursor\` of the next call. ${FOR_WHOM}`,
  request: Type.Object({
    limit: limit(),
    cursor: Type.Optional(id("`next` of the previous answer.")),
    pretty: wire.pretty,
  }),
  response: Type.Object({
    status: wire.ok(),
    invitations: Type.Array(invitation()),
    next: Type.Optional(wire.text("`cursor` of the next page; absent on the last one.")),
  }),
  errors: [],
  example: { request: {}, response: { ...sample.ok, invitations: [sampleInvitation] } },
});

const adminInvitationAdd = defineEndpoint({
  ...extension("invitation.add", "write"),
  summary: "Invite somebody",
  description:
    "E-mails a link that is valid for a week and creates one account, with a password that the person chooses. An " +
    `open invitation to the same address is replaced. At most three e-mails an hour go to one address, and 1,000 from one administrator. ${FRESH}`,
  request: Type.Object({
    email: wire.email("Whom."),
    plan: Type.Optional(oneOf(plans, "Plan of the new account; default `unlimited`.")),
    quota_bytes: Type.Optional(wire.sizeBytes("Quota of the new account; 0: the plan's.")),
    language: Type.Optional(
      Type.Unsafe<"en" | "fr">({ type: "string", enum: ["en", "fr"], description: "Language of the e-mail." }),
    ),
    pretty: wire.pretty,
  }),
  response: answer(),
  errors: ["recentPasswordRequired", "badEmail", "accountExists", "tooManyEmails"],
  example: { request: { email: "new@example.org", plan: "premium" }, response: sampleAnswer },
});

const adminInvitationResend = defineEndpoint({
  ...extension("invitation.resend", "write"),
  summary: "Send an invitation again",
  description: `With a new link that is valid for a week; the previous link stops working. ${FRESH}`,
  request: Type.Object({ id: id("Id of the invitation."), pretty: wire.pretty }),
  response: answer(),
  errors: ["recentPasswordRequired", "resourceNotFound", "accountExists", "tooManyEmails"],
  example: { request: { id: sampleInvitation.id }, response: sampleAnswer },
});

const adminInvitationRm = defineEndpoint({
  ...extension("invitation.rm", "write"),
  summary: "Revoke an invitation",
  description: `Its link stops working. ${FRESH}`,
  request: Type.Object({ id: id("Id of the invitation."), pretty: wire.pretty }),
  response: Type.Object({ status: wire.ok() }),
  errors: ["recentPasswordRequired", "resourceNotFound"],
  example: { request: { id: sampleInvitation.id }, response: sample.ok },
});

export const invitationEndpoints = { adminInvitationLs, adminInvitationAdd, adminInvitationResend, adminInvitationRm };
