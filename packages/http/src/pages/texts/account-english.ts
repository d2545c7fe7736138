import { keysEnglish } from "./keys-english.ts";
import { plural } from "../plural.ts";

const minutes = plural("en", { one: "{n} minute", other: "{n} minutes" });
const hours = plural("en", { one: "{n} hour", other: "{n} hours" });
const days = plural("en", { one: "{n} day", other: "{n} days" });
const spanOf = (count: number) => (count < 48 ? hours(count) : days(count / 24));
const keys = plural("en", { one: "{n} API key stays", other: "{n} API keys stay" });

/**
 * Download managers know the answers to signing in and the console's words about a plan: see the contract, 2.19 and
 * 2.20.
 */
export const accountEnglish = {
  signIn: {
    title: "Sign in",
    email: "E-mail address",
    password: "Password",
    stay: "Stay signed in on this device",
    submit: "Sign in",
    wrong: "Invalid username or Password",
    wrongAdvice: "Check both of them. Passwords are case-sensitive.",
    tooMany: (tries: number, windowMinutes: number) =>
      `More than ${tries} login try per ${windowMinutes} minutes is not allowed`,
    wait: (count: number) => `Try again in ${minutes(count)}.`,
    locked: "This account is locked",
    leavingAdvice: (time: string) =>
      `Its owner deleted it. It will be removed with all its files on ${time}; until then, whoever runs this server can restore it.`,
    lockedAdvice: "Ask whoever runs this server.",
    unwritable:
      "The server cannot save anything now, so nobody can sign in: its disk is full or read-only. Links and downloads keep working.",
    busy: "Too many passwords are waiting to be checked",
    busyAdvice: "Nothing was changed. Try again in a moment.",
    needsTls: (url: string) =>
      `You cannot stay signed in over this plain http URL: browsers send the cookie over https only, since the public URL of this server is ${url}.`,
    needsTlsLink: "Sign in there",
    otherCookie:
      "Another site of this domain has set a cookie with the same name as this site’s, so the server cannot tell which session is yours. Remove the cookies of this domain, then sign in again.",
    ended: {
      elsewhere:
        "Your session was ended: from another device, on the security page, or by whoever runs this server. Sign in again.",
      passwordChanged: "Your session ended because the password was changed. Sign in with the new one.",
      unused: (count: number) => `Your session ended because it was not used for ${spanOf(count)}. Sign in again.`,
      aged: (count: number) =>
        `Your session ended because nobody stays signed in for more than ${days(count)}. Sign in again.`,
      replaced: (most: number) =>
        `Your session ended because somebody signed in to your account elsewhere: an account has at most ${most} sessions, and yours was unused for longest. Sign in again.`,
      unknown: "Your session has ended, or it is valid only from another address. Sign in again.",
    },
    noCookie:
      "Your e-mail address and password are right, but your browser did not send back the cookie that keeps you signed in. Allow cookies for this site, then sign in again.",
  },
  signedIn: {
    title: "You are signed in",
    as: "Signed in as",
    toAccount: "Your account",
    signOut: "Sign out",
  },
  signOut: {
    title: "Sign out",
    question: "Do you want to sign out of this browser?",
    submit: "Sign out",
    done: "You are now disconnected",
    again: "Sign in again",
    nobody: "Nobody is signed in here.",
    unwritable:
      "This browser is signed out, but the server could not end the session: its disk is full or read-only. Sign in later and end it on the security page if others may use it.",
  },
  refused: {
    absentTitle: "Page not found",
    absent: "There is nothing at this URL.",
    absentAdvice: "Check the URL, or go to the start page.",
    foreignTitle: "This form cannot be accepted",
    foreign: "It was sent by a page of another site, or it belongs to a session that has ended. Nothing was changed.",
    foreignAdvice: "Open the page again and repeat what you did.",
    fullTitle: "The server is full",
    full: "There is no room left on its disk, so nothing was changed.",
    methodTitle: "This page cannot be opened this way",
    method: (methods: string) => `This URL accepts only ${methods}.`,
    unwritableTitle: "The server cannot save anything now",
    unwritable: "Its disk cannot be written, so nothing was changed. Links and downloads keep working.",
  },
  menu: {
    label: "Your account",
    overview: "Overview",
    plan: "Plan",
    settings: "API keys",
    security: "Security",
  },
  overview: {
    title: "Your account",
    email: "E-mail address",
    plan: "Plan",
    files: "My files",
    stored: "Stored",
    storedOf: (used: string, quota: string) => `${used} of ${quota}`,
    nothing: "You have not stored anything yet. Upload your first files here.",
    forPrograms: "rclone, curl and other programs need an API key.",
    upload: "Upload files",
    createKey: "Create an API key",
    kinds: {
      free: "Free offer Account",
      premium: "Premium offer Account",
      access: "Access offer Account",
      gold: "Premium offer Account (GOLD)",
    },
    paid: { premium: "Premium account", access: "Access account", gold: "Premium account" },
    signOut: "Sign out",
  },
  plan: {
    title: "Plan",
    validUntil: {
      premium: "Your Premium subscription is valid until",
      access: "Your Access subscription is valid until",
      gold: "Your Premium GOLD subscription is valid until",
    },
    endless: (plan: string) => `Your ${plan} plan does not expire.`,
    free: "Your account has the free plan, which does not expire.",
    ended: "Your plan has ended; until it is renewed, the account has the free plan.",
    who: "Plans are assigned by whoever runs this server.",
  },
  settings: keysEnglish,
  credits: {
    title: "CDN credits",
    none: "Your account have 0 GB of CDN credits",
    advice: "This server has no CDN; downloads need no credits.",
  },
  security: {
    title: "Security",
    confirmTitle: "Is it you?",
    confirm: "Changes on this page need your password if you last entered it more than ten minutes ago.",
    confirmSubmit: "Confirm",
    currentPassword: "Current password",
    wrongPassword: "That is not your password. Nothing was changed.",
    passwordTitle: "Password",
    newPassword: "New password",
    newPasswordAdvice: "At least 8 characters.",
    newPasswordAgain: "New password again",
    notSame: "The two new passwords differ. Nothing was changed.",
    badPassword: "A password has at least 8 characters and at most 1,024 bytes. Nothing was changed.",
    weakPassword:
      "This password is too easy to guess: it is very common, a sequence or a repetition, or little more than your address or the name of this site. Nothing was changed.",
    passwordSubmit: "Change password",
    passwordAdvice: "All other sessions end, and so do downloads started without a key. API keys stay valid.",
    sessionsTitle: "Where you are signed in",
    zone: (zone: string) => `Times are those of ${zone}.`,
    thisSession: "This browser",
    unknownBrowser: "Unknown program",
    browserOn: (browser: string, system: string) => `${browser} on ${system}`,
    lastUsed: (time: string, address: string) => `Last used ${time} from ${address}`,
    since: (time: string) => `Signed in ${time}`,
    bound: "Valid from this address only",
    end: "End",
    endNamed: (name: string) => `End the session of ${name}`,
    endOthers: "End all other sessions",
    noOthers: "You are signed in nowhere else.",
    gone: "That session had already ended.",
    unknownForm: "The server does not recognise this form. Nothing was changed.",
    emailTitle: "E-mail address",
    emailIs: "Your address is",
    emailAdvice: "A link is sent to the new address. Your address changes once you open that link and confirm.",
    newEmail: "New e-mail address",
    emailSubmit: "Send the link",
    badEmail: "That is not an e-mail address. Nothing was changed.",
    tooManyEmails: "Too many links were requested. Nothing was changed. Try again in an hour.",
    doneProved: "Thank you. You can make changes for ten minutes.",
    donePassword: "Your password is changed and all other sessions have ended.",
    stillValid: (count: number) => `${keys(count)} valid. Revoke those that others may know, under "API keys".`,
    doneEnded: "The session has ended.",
    doneOthers: "All other sessions have ended.",
    doneEmail:
      "If the new address can be used, a link is on its way to it. It is valid for one hour; until you confirm, your address stays as it is.",
    doneEmailOutbox:
      "If the new address can be used, an e-mail with a link is ready for it. This server sends no e-mail: ask whoever runs it for the message in the outbox folder of its data folder.",
  },
};
