/** Without a face of their own: control characters but those that a page shows as a blank, marks of direction, fillers. */
const FACELESS =
  // oxlint-disable-next-line no-control-regex -- these are just what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

/** Where words have joiners: Persian, and the scripts of India and its neighbours. */
const JOINING_LETTER =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Nkoo}\p{scx=Mong}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]/u;

/** Sequences in which such a character changes what is seen, rather than hiding. */
const MEANT = [
  // A family, a hand in a colour, a heart in red.
  /\p{Extended_Pictographic}[\ufe0e\ufe0f\p{Emoji_Modifier}]*(?:\u200d\p{Extended_Pictographic}[\ufe0e\ufe0f\p{Emoji_Modifier}]*)*/u,
  /[0-9#*]\ufe0f\u20e3/u,
  // The flag of Scotland.
  /\u{1f3f4}[\u{e0020}-\u{e007e}]{3,6}\u{e007f}/u,
  new RegExp(`${JOINING_LETTER.source}[\\u200c\\u200d]`, "u"),
  // Forms of one letter.
  /\p{Script=Mongolian}[\u180b-\u180f]/u,
  /\p{Script=Han}[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/u,
];
// The flag begins with a picture, so it has to come before one.
const [picture, ...others] = MEANT.map(({ source }) => source);
const PATTERN = new RegExp(`(${[...others, picture].join("|")})|${FACELESS.source}`, "gu");

/**
 * Text of others as it may be shown: a name can hold characters that nobody sees, and some of them turn the order of the
 * rest around. They are written as `\x1b` or `\u{202e}`, as the command line writes them.
 */
export function visible(text: string): string {
  if (!FACELESS.test(text)) return text;
  return text.replace(PATTERN, (found: string, meant: string | undefined) => meant ?? signOf(found));
}

function signOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
