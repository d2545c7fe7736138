import type { RefusalReason } from "@consigne/contract/wire-errors";

/** What is wrong with a request, by the server's name for it. */
export const texts = {
  "why.access-list-too-long":
    "The access list is too long (a link can have {value} bytes). Nothing was changed; remove some of its entries.",
  "why.address-differs": "This is not the address of your account. Nothing was deleted.",
  "why.address-not-fetchable": "“{value}” cannot be fetched: it is not an http, https or ftp URL. Nothing was added.",
  "why.too-many-addresses": "One request takes up to {value} URLs. Nothing was added; divide the list.",
  "why.attributes-too-long":
    "The notes and access lists of these files are too long in total. Nothing was changed; select fewer files.",
  "why.credentials-not-stored":
    "The name and password for {value} are no longer stored. Nothing was added; request that URL again.",
  "why.email-invalid": "This is not an e-mail address. Nothing was changed.",
  "why.expiry-in-past": "The end must be in the future. Nothing was changed.",
  "why.grace-too-long": "The old key can keep working for up to {value} days. Nothing was changed.",
  "why.key-address-invalid": "“{value}” is neither an address nor a network such as 192.0.2.0/24. Nothing was changed.",
  "why.too-many-key-addresses": "A key takes up to {value} addresses. Nothing was changed.",
  "why.key-ended": "This key has ended and cannot be restored. Create a new one.",
  "why.link-needs-key":
    "A link of 1fichier.com needs an API key of an account there: import it instead. Nothing was added.",
  "why.link-password-too-long": "The password of a link can have at most {value} bytes. Nothing was changed.",
  "why.link-password-too-short": "The password of a link needs at least {value} characters. Nothing was changed.",
  "why.links-not-stored": "The links of this import are no longer stored. Nothing was started; import them again.",
  "why.too-many-links":
    "A file or folder can have at most {value} additional links. Remove one that is no longer needed.",
  "why.list-too-long": "The list takes at most {value} entries. Nothing was changed.",
  "why.too-many-same-names":
    "Too many items there are named “{value}”. Nothing was changed; rename some of them first.",
  "why.not-ended": "It has not ended yet. Cancel it first.",
  "why.note-too-long": "A note can have at most {value} characters. Nothing was changed; shorten it.",
  "why.nothing-to-retry": "Nothing in it can be tried again.",
  "why.number-out-of-range": "A number is out of range. Nothing was changed.",
  "why.own-account": "You cannot lock your own account.",
  "why.own-address": "This is your own address. Nothing was shared.",
  "why.own-link": "A file’s own link cannot be removed. You can switch it off.",
  "why.password-too-long": "A password can have at most {value} bytes. Nothing was changed.",
  "why.password-too-short": "A password needs at least {value} characters. Nothing was changed.",
  "why.password-too-weak": "This password is too easy to guess. Choose another one.",
  "why.too-many-people": "A folder can be shared with at most {value} people. Nothing was shared.",
  "why.replaced-twice": "One of the files is listed twice. Nothing was replaced.",
  "why.replacement-has-too-many-links":
    "This file already has {value} additional links and needs one more. Nothing was replaced; remove a link.",
  "why.replacement-has-versions": "The new file has older versions of its own. Nothing was replaced.",
  "why.too-many-search-words": "A search takes up to {value} words.",
  "why.too-many-shares":
    "An account can have at most {value} shares. Nothing was shared; stop sharing some folders first.",
  "why.source-address-invalid":
    "The URL of a source must begin with http:// or https:// and contain no name or password. Nothing was started.",
  "why.source-key-missing": "The API key of the source is no longer stored. Nothing was started; enter it again.",
  "why.too-many-source-links": "One import takes up to {value} links. Nothing was started; divide the list.",
  "why.source-path-too-long": "The path on the source is too long. Nothing was started.",
  "why.source-secret-invalid":
    "The key or password of the source can have at most {value} characters and no line breaks. Nothing was started.",
  "why.text-empty": "A required field is empty. Nothing was changed.",
  "why.text-too-long": "A field takes at most {value} characters. Nothing was changed; shorten the text.",
  "why.text-too-short": "A field needs at least {value} characters. Nothing was changed.",
} as const satisfies Record<`why.${RefusalReason}`, string>;
