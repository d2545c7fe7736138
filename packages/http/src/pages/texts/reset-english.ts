import { plural } from "../plural.ts";

const keys = plural("en", {
  one: "{n} API key of this account works:",
  other: "{n} API keys of this account work:",
});

const folders = plural("en", {
  one: "{n} folder has a public page:",
  other: "{n} folders have public pages:",
});
const people = plural("en", {
  one: "{n} folder is shared with people:",
  other: "{n} folders are shared with people:",
});
const links = plural("en", { one: "{n} further link works:", other: "{n} further links work:" });
const files = plural("en", { one: "{n} file and its own link stay", other: "{n} files and their own links stay" });

/** What people read who forgot their password. */
export const resetEnglish = {
  link: "Forgotten password?",
  forgotten: {
    title: "Forgotten password",
    text: "Enter the e-mail address of your account. If there is one, a link to set a new password is mailed to it.",
    email: "E-mail address",
    submit: "Send the link",
    badEmail: "This is not an e-mail address. Nothing was sent.",
    tooMany: "Too many links were asked for. Try again in an hour.",
    sentTitle: "Check your mail",
    sent: (email: string) =>
      `If there is an account for ${email}, a link to set a new password is on its way to it. It lasts one hour.`,
    sentAdvice: "Nothing there after a few minutes? Check the spam folder, and that the address is right.",
    outbox:
      "This server sends no mail. The letter is kept in the folder outbox of its data folder; ask whoever runs the server for it.",
    toSignIn: "Back to sign in",
  },
  reset: {
    title: "Set a new password",
    forAccount: "Account",
    password: "New password",
    passwordAdvice: "At least 8 characters.",
    passwordAgain: "New password again",
    notSame: "The two passwords differ. Nothing was changed.",
    badPassword: "A password has at least 8 characters and at most 1,024 bytes. Nothing was changed.",
    keysTitle: "API keys",
    keysAdvice: "Programs that use them do not need the password. End them if somebody else may have them.",
    keysCount: (count: number) => keys(count),
    moreThanShown: "There are more than are shown here.",
    keyUsed: (time: string) => `last used ${time}`,
    keyUnused: "never used",
    keepKeys: "Keep the keys",
    endKeys: "End all keys; programs that use them are refused from then on",
    sharesTitle: "Sharing",
    sharesCount: (count: number) => folders(count),
    shareOpen: "open to everybody who has the link",
    shareWithPassword: "asks for a password",
    peopleCount: (count: number) => people(count),
    mayChange: (email: string) => `${email} (may change it)`,
    linksCount: (count: number) => links(count),
    linkMade: (time: string, guard: string) => `made ${time}; ${guard}`,
    sharesAdvice: "All this goes on working. End it if somebody else may have shared it.",
    keepShares: "Keep sharing",
    endShares: "Stop sharing all of it; these links lead nowhere from then on, and these people have no access",
    filesCount: (count: number) => `${files(count)} as they are. Look through them once you have signed in.`,
    rest: "Every place where the account is signed in is signed out.",
    submit: "Set the password",
    doneTitle: "The password is set",
    done: "Sign in with it now. All other places were signed out.",
    doneKept: "The API keys work as before.",
    doneSharesKept: "What was shared is shared as before.",
    doneSharesEnded:
      "No folder is shared any more, and all further links are switched off. Files keep their own links.",
    doneEnded: "The API keys have ended. Make new ones for the programs that need them.",
  },
  over: {
    title: "This link cannot be used",
    spent: "It has already been used to set the password.",
    expired: "It was valid for one hour and has expired.",
    revoked: "It was revoked. Ask whoever invited you.",
    replaced: "A newer link was mailed to you. Use that one.",
    passwordChanged: "The password has been changed since the link was sent.",
    unknown: "It is incomplete or not from this server. Copy the whole link from the mail.",
    locked: "This account is locked. Ask whoever runs this server.",
    again: "Ask for a new link",
  },
  confirm: {
    title: "Confirm your new e-mail address",
    newAddress: "New address",
    text: "Enter the password of your account. From then on you sign in with this address.",
    password: "Password",
    submit: "Change the address",
    wrongPassword: "That is not the password of the account. Nothing was changed.",
    taken: "Another account has this address now. Nothing was changed.",
    doneTitle: "Your address is changed",
    done: (email: string) => `From now on you sign in as ${email}.`,
    doneRest: "A note went to your old address. Your password, API keys and files stay as they are.",
    spent: "It has already been used to change the address.",
    again: "To the security page",
  },
  invitation: {
    title: "Open your account",
    by: (email: string) => `You were invited by ${email}.`,
    byOperator: "You were invited by whoever runs this server.",
    forAccount: "Account",
    password: "Choose a password",
    passwordAdvice: "At least 8 characters.",
    passwordAgain: "The password again",
    submit: "Open the account",
    notSame: "The two passwords differ. Nothing was changed.",
    badPassword: "A password needs at least 8 characters and at most 1,024 bytes. Nothing was changed.",
    taken: "There is an account with this address by now. Nothing was changed.",
    doneTitle: "Your account is open",
    done: (email: string) => `Sign in as ${email} with the password you have just chosen.`,
    spent: "It has already been used: your account is open.",
    expired: "It was valid for a week and has expired. Ask whoever invited you for a new one.",
  },
};
