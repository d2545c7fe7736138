/** The content types of a kind of file: prefixes, and exact types. */
export interface ContentTypes {
  readonly beginnings: readonly string[];
  readonly types: readonly string[];
}

/** The kinds of files offered as filters. */
export const fileKinds = {
  image: { beginnings: ["image/"], types: [] },
  video: { beginnings: ["video/"], types: [] },
  audio: { beginnings: ["audio/"], types: [] },
  text: {
    beginnings: ["text/"],
    types: ["application/json", "application/xml", "application/javascript", "application/yaml", "application/toml"],
  },
  archive: {
    beginnings: [],
    types: [
      "application/zip",
      "application/gzip",
      "application/java-archive",
      "application/vnd.rar",
      "application/x-7z-compressed",
      "application/x-bzip",
      "application/x-bzip2",
      "application/x-gzip",
      "application/x-iso9660-image",
      "application/x-rar-compressed",
      "application/x-tar",
      "application/x-xz",
      "application/x-zip-compressed",
      "application/zstd",
    ],
  },
  document: {
    beginnings: [
      "application/vnd.ms-excel",
      "application/vnd.ms-powerpoint",
      "application/vnd.ms-word",
      "application/vnd.oasis.opendocument.",
      "application/vnd.openxmlformats-officedocument.",
    ],
    types: [
      "application/pdf",
      "application/msword",
      "application/rtf",
      "application/epub+zip",
      "application/postscript",
    ],
  },
} as const satisfies Record<string, ContentTypes>;

export type FileKind = keyof typeof fileKinds;
