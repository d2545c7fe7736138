import type { RefusalReason } from "@consigne/contract/wire-errors";

/** Why a request cannot be, by the name that the server has for it. */
export const texts = {
  "why.access-list-long":
    "The access list is longer than a link may have ({value} bytes). Nothing was changed; take out some of its entries.",
  "why.address-differs": "This is not the address of your account. Nothing was deleted.",
  "why.address-unfetchable": "“{value}” cannot be fetched: it is not an http, https or ftp address. Nothing was added.",
  "why.addresses-many": "One request takes up to {value} addresses. Nothing was added; divide the list.",
  "why.attributes-long":
    "Notes and access lists of so many files are too long together. Nothing was changed; select fewer files.",
  "why.credentials-gone":
    "The name and password for {value} are not kept. Nothing was added; request that address again.",
  "why.email-unreadable": "This is not an e-mail address. Nothing was changed.",
  "why.end-past": "The end has to lie in the future. Nothing was changed.",
  "why.grace-long": "The old key can go on for up to {value} days. Nothing was changed.",
  "why.key-address": "“{value}” is neither an address nor a network such as 192.0.2.0/24. Nothing was changed.",
  "why.key-addresses-many": "A key takes up to {value} addresses. Nothing was changed.",
  "why.key-ended": "This key has ended and does not come back. Create a new one.",
  "why.link-needs-key":
    "A link of 1fichier.com needs an API key of an account there: import it instead. Nothing was added.",
  "why.link-password-long": "The password of a link has at most {value} bytes. Nothing was changed.",
  "why.link-password-short": "The password of a link needs at least {value} characters. Nothing was changed.",
  "why.links-forgotten": "The links of this import are not kept. Nothing was begun; import them again.",
  "why.links-many": "A file or folder has at most {value} further links. Remove one that is not needed any more.",
  "why.list-long": "The list takes at most {value} entries. Nothing was changed.",
  "why.names-alike": "Too many things there are called “{value}”. Nothing was changed; rename some of them first.",
  "why.not-ended": "It has not ended yet. Cancel it first.",
  "why.note-long": "A note has at most {value} characters. Nothing was changed; shorten it.",
  "why.nothing-again": "There is nothing in it that can be tried again.",
  "why.number-outside": "A number is outside of what is allowed. Nothing was changed.",
  "why.own-account": "You cannot lock your own account.",
  "why.own-address": "This is your own address. Nothing was shared.",
  "why.own-link": "The own link of a file stays with it. You can switch it off.",
  "why.password-long": "A password has at most {value} bytes. Nothing was changed.",
  "why.password-short": "A password needs at least {value} characters. Nothing was changed.",
  "why.password-weak": "This password is too easy to guess. Choose another one.",
  "why.people-many": "A folder is shared with at most {value} people. Nothing was shared.",
  "why.replaced-twice": "One of the files was named twice. Nothing was replaced.",
  "why.replacement-links":
    "This file has {value} further links already and needs room for one more. Nothing was replaced; remove a link.",
  "why.replacement-versions": "The new file has older versions of its own. Nothing was replaced.",
  "why.search-words": "A search takes up to {value} words.",
  "why.shares-many": "An account shares folders up to {value} times. Nothing was shared; stop sharing some first.",
  "why.source-address":
    "The address of a source begins with http:// or https:// and has no name and no password in it. Nothing was begun.",
  "why.source-key-missing": "The API key of the source is not kept. Nothing was begun; enter it again.",
  "why.source-links-many": "One import takes up to {value} links. Nothing was begun; divide the list.",
  "why.source-path-long": "The path on the source is too long. Nothing was begun.",
  "why.source-secret":
    "The key or password of the source has up to {value} characters, none of them a line break. Nothing was begun.",
  "why.text-empty": "A field that is needed is empty. Nothing was changed.",
  "why.text-long": "A field takes at most {value} characters. Nothing was changed; shorten the text.",
  "why.text-short": "A field needs at least {value} characters. Nothing was changed.",
} as const satisfies Record<`why.${RefusalReason}`, string>;
