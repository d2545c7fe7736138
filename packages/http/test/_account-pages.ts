import { plans } from "@consigne/core";
import { creditsPage, overviewPage, planPage, settingsPage } from "../src/pages/account/console-pages.ts";
import { knownRefusalPage } from "../src/pages/account/refusal-page.ts";
import { securityPage, type SecurityPage } from "../src/pages/account/security-page.ts";
import { signedInPage, signedOutPage, signInPage, signOutPage } from "../src/pages/account/sign-in-page.ts";
import type { Page } from "../src/pages/layout.ts";
import type { PageContext } from "../src/pages/page-context.ts";

const email = "me@example.org";
const failed = (context: PageContext) => ({
  text: context.texts.account.signIn.wrong,
  advice: context.texts.account.signIn.wrongAdvice,
});
const key = { name: "<backup>", hint: "abcd", usedAt: "2026-01-31 10:20:30", endsAt: undefined, isOver: false };
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
  isProved: true,
  mayChangeEmail: false,
  notice: undefined,
};

/** The pages of accounts in each of their states. */
export const accountPages: Readonly<Record<string, (context: PageContext) => Page>> = {
  "sign-in": (context) => signInPage(context, { next: undefined, email: "", failure: undefined }),
  "sign-in-failed": (context) => signInPage(context, { next: "/?id", email: `"${email}`, failure: failed(context) }),
  "signed-in": (context) => signedInPage(context, { email }),
  "sign-out": (context) => signOutPage(context, security.formToken),
  "signed-out": (context) => signedOutPage(context, { isDone: true }),
  "signed-out-before": (context) => signedOutPage(context, { isDone: false }),
  account: (context) => overviewPage(context, { email, plan: plans.premium, usedBytes: 425_134_162 }),
  "account-free": (context) => overviewPage(context, { email, plan: plans.free, usedBytes: 0 }),
  plan: (context) => planPage(context, { plan: plans["premium-gold"], endsOn: "2031-05-06", hasEnded: false }),
  "plan-free": (context) => planPage(context, { plan: plans.free, endsOn: "2099-12-31", hasEnded: false }),
  "plan-ended": (context) => planPage(context, { plan: plans.free, endsOn: "2025-01-01", hasEnded: true }),
  settings: (context) => settingsPage(context, [key, { ...key, usedAt: undefined, isOver: true }]),
  "settings-without-keys": (context) => settingsPage(context, []),
  credits: creditsPage,
  security: (context) => securityPage(context, security),
  "security-confirm": (context) => securityPage(context, { ...security, isProved: false }),
  "security-alone": (context) =>
    securityPage(context, {
      ...security,
      sessions: [session],
      mayChangeEmail: true,
      notice: { kind: "bad", text: context.texts.account.security.wrongPassword },
    }),
  "refused-form": (context) => knownRefusalPage(context, "foreign-form"),
  "refused-full": (context) => knownRefusalPage(context, "full"),
  "refused-busy": (context) => knownRefusalPage(context, "busy"),
};
