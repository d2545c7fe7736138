import {
  forgottenPage,
  linkOverPage,
  linkSentPage,
  resetDonePage,
  type ResetForm,
  resetPage,
} from "../src/pages/account/reset-pages.ts";
import { acceptedPage, invitationOverPage, invitationPage } from "../src/pages/account/invitation-pages.ts";
import { confirmationOverPage, confirmedPage, confirmPage } from "../src/pages/account/confirm-pages.ts";
import type { Page } from "../src/pages/layout.ts";
import type { PageContext } from "../src/pages/page-context.ts";

const email = "me@example.org";
const form: ResetForm = {
  token: "aB3".repeat(13) + "c",
  email,
  keys: [
    {
      name: "Backup & <more>",
      hint: "Zk3p",
      usedAt: "2026-01-31 10:20:30",
      usedFrom: "192.0.2.7",
      maker: undefined,
    },
    { name: "rclone", hint: "b7Qx", usedAt: undefined, usedFrom: undefined, maker: { name: "Backup & <more>" } },
  ],
  hasMoreKeys: false,
  endsKeys: false,
  shared: {
    folders: [
      { name: '"><b>', hasPassword: false },
      { name: "Photos", hasPassword: true },
    ],
    people: [
      {
        name: "Letters",
        people: [
          { email: "ada@example.org", mayWrite: true },
          { email: "a.person.with.a.very.long.name.indeed@mail.example.org", mayWrite: false },
        ],
      },
    ],
    links: [{ name: "Tom & Jerry.mkv", hasPassword: false, createdAt: "2026-01-31 10:20:30" }],
    hasMore: { folders: false, people: false, links: false },
  },
  endsShares: false,
  fileCount: 3,
  failure: undefined,
};
const nothing = { folders: [], people: [], links: [], hasMore: form.shared.hasMore };
const ends = ["spent", "expired", "replaced", "password-changed", "unknown", "account-locked"] as const;

/** The password reset pages in each of their states. */
export const resetPages: Readonly<Record<string, (context: PageContext) => Page>> = {
  forgotten: (context) => forgottenPage(context, { email: "", failure: undefined }),
  "forgotten-failed": (context) =>
    forgottenPage(context, { email: "me", failure: { text: context.texts.reset.forgotten.badEmail } }),
  "forgotten-sent": (context) => linkSentPage(context, { email, isInOutbox: false }),
  "forgotten-outbox": (context) => linkSentPage(context, { email, isInOutbox: true }),
  reset: (context) => resetPage(context, form),
  "reset-failed": (context) =>
    resetPage(context, {
      ...form,
      endsKeys: true,
      endsShares: true,
      shared: { ...form.shared, hasMore: { folders: true, people: true, links: true } },
      hasMoreKeys: true,
      failure: { text: context.texts.reset.reset.notSame },
    }),
  "reset-without-keys": (context) => resetPage(context, { ...form, keys: [], shared: nothing, fileCount: 0 }),
  "reset-done": (context) =>
    resetDonePage(context, { endsKeys: false, hadKeys: true, endsShares: false, wasShared: true }),
  "reset-done-ended": (context) =>
    resetDonePage(context, { endsKeys: true, hadKeys: true, endsShares: true, wasShared: true }),
  invitation: (context) =>
    invitationPage(context, { token: form.token, email, invitedBy: "admin@example.org", failure: undefined }),
  "invitation-failed": (context) =>
    invitationPage(context, {
      token: form.token,
      email,
      invitedBy: undefined,
      failure: { text: context.texts.reset.invitation.notSame },
    }),
  "invitation-accepted": (context) => acceptedPage(context, { email }),
  ...Object.fromEntries(
    (["spent", "expired", "revoked"] as const).map((end) => [
      `invitation-${end}`,
      (context: PageContext) => invitationOverPage(context, end),
    ]),
  ),
  confirm: (context) => confirmPage(context, { token: form.token, email, failure: undefined }),
  "confirm-failed": (context) =>
    confirmPage(context, { token: form.token, email, failure: { text: context.texts.reset.confirm.wrongPassword } }),
  confirmed: (context) => confirmedPage(context, { email }),
  ...Object.fromEntries(
    ends.map((end) => [`confirm-${end}`, (context: PageContext) => confirmationOverPage(context, end)]),
  ),
  ...Object.fromEntries(ends.map((end) => [`reset-${end}`, (context: PageContext) => linkOverPage(context, end)])),
};
