export const forms = ["link", "html", "markdown", "bbcode"] as const;
export type CopiedForm = (typeof forms)[number];

export interface NamedLink {
  url: string;
  name: string;
}

/** A link in a format for pasting elsewhere. The name comes from somebody else: it must stay plain text there. */
export function copiedForm(form: CopiedForm, { url, name }: NamedLink): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, " ");
  switch (form) {
    case "link":
      return url;
    case "html":
      return `<a href="${htmlText(url)}">${htmlText(plain)}</a>`;
    case "markdown":
      return `[${plain.replaceAll(/[\\`*_{}[\]<>()#+!|~&:@$^=]/g, "\\$&")}](${url})`;
    case "bbcode":
      // Forums have no common way to escape brackets.
      return `[url=${url}]${plain.replaceAll("[", "(").replaceAll("]", ")")}[/url]`;
  }
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const htmlText = (text: string) => text.replaceAll(/[&<>"']/g, (each) => entities[each] ?? "");
