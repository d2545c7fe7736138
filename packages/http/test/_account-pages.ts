import { type EndedSession, fullScopes, keyTemplates, plans, scopesOf, type SessionEnd } from "@consigne/core";
import { creditsPage, overviewPage, planPage } from "../src/pages/account/console-pages.ts";
import { knownRefusalPage } from "../src/pages/account/refusal-page.ts";
import { securityPage, type SecurityPage } from "../src/pages/account/security-page.ts";
import { type KeyForms, keysPage, type ShownKey } from "../src/pages/account/keys-page.ts";
import { newKeyPage, oneKeyPage } from "../src/pages/account/one-key-page.ts";
import {
  sessionEndText,
  signedInPage,
  signedOutPage,
  signInPage,
  signOutPage,
} from "../src/pages/account/sign-in-page.ts";
import type { Page } from "../src/pages/layout.ts";
import type { PageContext } from "../src/pages/page-context.ts";

const email = "me@example.org";
const failed = (context: PageContext) => ({
  text: context.texts.account.signIn.wrong,
  advice: context.texts.account.signIn.wrongAdvice,
});
const key: ShownKey = {
  id: "k1l2m3n4o5p6q7r8",
  name: "<backup>",
  hint: "abcd",
  state: "active",
  scopes: keyTemplates.rclone,
  folder: undefined,
  addresses: [],
  usedAt: "2026-01-31 10:20:30",
  usedFrom: "192.0.2.7",
  endsAt: undefined,
  maker: undefined,
  created: [],
};
const fenced: ShownKey = {
  ...key,
  name: "camera",
  scopes: scopesOf({ uploads: "write" }),
  folder: '"><b>',
  addresses: ["192.0.2.0/24", "2001:db8::/32"],
  usedAt: undefined,
  usedFrom: undefined,
  endsAt: "2031-05-06 23:59:59",
  maker: { name: '"><b>' },
};
const maker: ShownKey = {
  ...key,
  scopes: fullScopes,
  created: [
    { id: "a1", name: "<camera>", hint: "b7Qx" },
    { id: "a2", name: "nas", hint: "Zk3p" },
  ],
};
const keys: ShownKey[] = [
  key,
  fenced,
  { ...key, name: "old", state: "revoked", scopes: fullScopes },
  { ...maker, name: "left keys behind", state: "revoked", maker: { name: undefined } },
  { ...key, name: "past", state: "expired", scopes: scopesOf({}) },
];
const forms: KeyForms = {
  zone: "Europe/Paris",
  formToken: "0123456789abcdef",
  isProved: true,
  needsPremium: false,
  given: new Map(),
  failure: undefined,
};
const given = new Map([
  ["name", '"x'],
  ["template", "custom"],
  ["scope-files", "read"],
]);
const created = {
  template: "rclone",
  name: "<nas>",
  text: "aB3dEf9hIj1lMn5pQr7tUv2xYz4bCd6f",
  scopes: key.scopes,
  apiUrl: "https://api.1fichier.com/v1",
};
const failedKey = ({ texts }: PageContext) => ({ given, failure: texts.account.settings.failures.badFolder });
const session = {
  id: "thissession",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0",
  address: "192.0.2.7",
  usedAt: "2026-01-31 10:20:30",
  begunAt: "2026-01-30 09:00:00",
  isBound: false,
  isThis: true,
};
const security: SecurityPage = {
  email,
  formToken: "0123456789abcdef",
  sessions: [session, { ...session, id: "other", userAgent: '"><b>', isBound: true, isThis: false }],
  zone: "Europe/Paris",
  isProved: true,
  notice: undefined,
};

const signIn = { next: "/console/files.pl", email: "", failure: undefined };
const ended = (as: SessionEnd): EndedSession => ({
  hash: "h",
  life: "short",
  createdAt: new Date(0),
  endsAt: new Date(1),
  ended: { as, at: new Date(2) },
});

/** The account pages in each of their states. */
export const accountPages: Readonly<Record<string, (context: PageContext) => Page>> = {
  "sign-in": (context) => signInPage(context, { next: undefined, email: "", failure: undefined }),
  "sign-in-failed": (context) => signInPage(context, { next: "/?id", email: `"${email}`, failure: failed(context) }),
  "sign-in-ended": (context) => signInPage(context, { ...signIn, notice: sessionEndText(context, ended("expired")) }),
  "sign-in-ended-elsewhere": (context) =>
    signInPage(context, { ...signIn, notice: sessionEndText(context, ended("ended elsewhere")) }),
  "signed-in": (context) => signedInPage(context, { email }),
  "sign-out": (context) => signOutPage(context, security.formToken),
  "signed-out": (context) => signedOutPage(context, { isDone: true }),
  "signed-out-unwritten": (context) => signedOutPage(context, { isDone: "unwritten" }),
  "signed-out-before": (context) => signedOutPage(context, { isDone: false }),
  account: (context) => overviewPage(context, { email, plan: plans.premium, usedBytes: 425_134_162 }),
  "account-new": (context) => overviewPage(context, { email, plan: plans.premium, usedBytes: 0 }),
  "account-free": (context) => overviewPage(context, { email, plan: plans.free, usedBytes: 0 }),
  plan: (context) => planPage(context, { plan: plans["premium-gold"], endsOn: "2031-05-06", hasEnded: false }),
  "plan-endless": (context) => planPage(context, { plan: plans.unlimited, endsOn: undefined, hasEnded: false }),
  "plan-free": (context) => planPage(context, { plan: plans.free, endsOn: undefined, hasEnded: false }),
  "plan-ended": (context) => planPage(context, { plan: plans.free, endsOn: "2025-01-01", hasEnded: true }),
  keys: (context) => keysPage(context, { keys, forms, notice: undefined }),
  "keys-for-programs": (context) => keysPage(context, { keys, forms: undefined, notice: undefined }),
  "keys-none": (context) => keysPage(context, { keys: [], forms: { ...forms, isProved: false }, notice: undefined }),
  "keys-failed": (context) =>
    keysPage(context, { keys: [], forms: { ...forms, ...failedKey(context) }, notice: undefined }),
  "keys-premium": (context) =>
    keysPage(context, { keys: [key], forms: { ...forms, needsPremium: true }, notice: undefined }),
  "key-one": (context) => oneKeyPage(context, { key: fenced, forms, notice: undefined }),
  "key-one-confirm": (context) => oneKeyPage(context, { key, forms: { ...forms, isProved: false }, notice: undefined }),
  "key-maker": (context) => oneKeyPage(context, { key: maker, forms, notice: undefined }),
  "key-maker-revoked": (context) =>
    oneKeyPage(context, {
      key: { ...maker, state: "revoked" },
      forms: { ...forms, isProved: false },
      notice: undefined,
    }),
  "key-made": (context) => newKeyPage(context, { ...created, notice: undefined }),
  credits: creditsPage,
  security: (context) => securityPage(context, security),
  "security-confirm": (context) => securityPage(context, { ...security, isProved: false }),
  "security-alone": (context) =>
    securityPage(context, {
      ...security,
      sessions: [session],
      notice: { kind: "bad", text: context.texts.account.security.wrongPassword },
    }),
  "refused-absent": (context) => knownRefusalPage(context, "absent"),
  "refused-form": (context) => knownRefusalPage(context, "foreign-form"),
  "refused-full": (context) => knownRefusalPage(context, "full"),
  "refused-unwritable": (context) => knownRefusalPage(context, "unwritable"),
  "refused-busy": (context) => knownRefusalPage(context, "busy"),
};
