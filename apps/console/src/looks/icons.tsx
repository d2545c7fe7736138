/** Icons of 20 points in the style of the plain pages. A text beside each, or its button, says the same. */
const paths = {
  tray: "M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M3 12.5V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-3.5",
  folder: "M2.5 5.5v10h15v-8H10L8 5.5z",
  tree: "M3 4h6M6 4v11.5h4M6 9.5h4M10 7.5h7v4h-7zM10 13.5h7v4h-7z",
  tiles: "M3 3h5.5v5.5H3zM11.5 3H17v5.5h-5.5zM3 11.5h5.5V17H3zM11.5 11.5H17V17h-5.5z",
  file: "M5 2.5h6.5L16 7v10.5H5zM11.5 2.5V7H16",
  picture: "M3 4h14v12H3zM3 13l4-4 3.5 3.5L13 10l4 4M13.5 7.5h.01",
  video: "M3 4.5h14v11H3zM8.5 7.5v5l4-2.5z",
  audio: "M8 14.5V5l8-1.5v9.5M8 14.5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM16 13a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
  archive: "M5 2.5h10v15H5zM10 2.5v2m0 2v2m0 2v2m-1.5 1.5h3v2h-3z",
  writing: "M5 2.5h6.5L16 7v10.5H5zM11.5 2.5V7H16M7.5 10.5h6M7.5 13.5h6",
  upload: "M10 13V3.5m0 0L6 7.5m4-4 4 4M3 12.5V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-3.5",
  download: "M10 3v9.5m0 0 4-4m-4 4-4-4M3 12.5V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-3.5",
  globe: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM2.5 10h15M10 2.5c5 5 5 10 0 15M10 2.5c-5 5-5 10 0 15",
  key: "M12.5 11.5a4 4 0 1 0-4-4c0 .5.1 1 .3 1.4L3 14.7V17h3v-2h2v-2h1.5l1.6-1.7c.4.1.9.2 1.4.2zM13.5 6.5h.01",
  person: "M10 9.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.5 17c.6-3 3-5 6.5-5s5.9 2 6.5 5",
  shield: "M10 2.5l6 2v5c0 4-2.5 6.5-6 8-3.5-1.5-6-4-6-8v-5zM7.5 9.7l2 2 3.5-3.7",
  language:
    "M2.5 5h8M6.5 3v2M9 5c-.7 3-2.9 5.4-6 7M4.2 7.8c1 1.9 2.6 3.3 4.8 4.2M10.5 17l3.3-8.5 3.2 8.5M11.6 14.2h4.3",
  out: "M8 3H4v14h4M12.5 6.5 16 10l-3.5 3.5M16 10H8",
  search: "M8.5 14a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.5 12.5 17 17",
  up: "M5 12l5-5 5 5",
  down: "M5 8l5 5 5-5",
  right: "M8 5l5 5-5 5",
  close: "M5 5l10 10M15 5 5 15",
  check: "M4.5 10.5l4 4 7-8.5",
  lock: "M4.5 9h11v8h-11zM6.8 9V6.5a3.2 3.2 0 0 1 6.4 0V9",
  unlock: "M4.5 9h11v8h-11zM6.8 9V5.7a3.2 3.2 0 0 1 6.2-1",
  stop: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM4.7 4.7l10.6 10.6",
  link: "M8.5 11.5a3 3 0 0 0 4.5.3l2.5-2.5a3.1 3.1 0 0 0-4.4-4.4L9.8 6.1M11.5 8.5a3 3 0 0 0-4.5-.3l-2.5 2.5a3.1 3.1 0 0 0 4.4 4.4l1.3-1.2",
  linkOff:
    "M8.5 11.5a3 3 0 0 0 4.5.3l2.5-2.5a3.1 3.1 0 0 0-4.4-4.4L9.8 6.1M11.5 8.5a3 3 0 0 0-4.5-.3l-2.5 2.5a3.1 3.1 0 0 0 4.4 4.4l1.3-1.2M3 3l14 14",
  share:
    "M14.5 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5.5 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM14.5 17.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7.3 9 12.7 5.5M7.3 11l5.4 3.5",
  qr: "M3 3h5v5H3zM12 3h5v5h-5zM3 12h5v5H3zM12 12h2v2M17 12v2M12 17h2M17 17h-1",
  move: "M2.5 5v10.5h15V7H10L8 5zM7 11h6m0 0-2-2m2 2-2 2",
  pen: "M4 13.5 13 4.5l2.5 2.5-9 9H4zM11 6.5 13.5 9",
  bin: "M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 9v5M10 6.2h.01",
  plusFolder: "M2.5 5v10.5h15V7H10L8 5zM10 9v4.5M7.7 11.2h4.6",
  again: "M16 10a6 6 0 1 1-2-4.5M14.5 2.5V6H11",
  warning: "M10 3 2.5 16.5h15zM10 8v4M10 14.2h.01",
  keyboard: "M2.5 5h15v10h-15zM5.5 8h.01M8.5 8h.01M11.5 8h.01M14.5 8h.01M5.5 12h9",
  clock: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 5.5V10l3 2",
  gear: "M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM10 2.5v2.2M10 15.3v2.2M2.5 10h2.2M15.3 10h2.2M4.7 4.7l1.6 1.6M13.7 13.7l1.6 1.6M15.3 4.7l-1.6 1.6M6.3 13.7l-1.6 1.6",
  more: "M4 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM10 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4zM16 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4z",
  plus: "M10 4v12M4 10h12",
  eye: "M2 10c2-3.5 4.7-5 8-5s6 1.5 8 5c-2 3.5-4.7 5-8 5s-6-1.5-8-5zM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  eyeOff: "M2 10c2-3.5 4.7-5 8-5s6 1.5 8 5c-2 3.5-4.7 5-8 5s-6-1.5-8-5zM4 16.5 16 3.5",
  copy: "M7 7h9v10H7zM13 7V3H4v10h3",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 20 20" className="icon" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

const kinds: readonly (readonly [RegExp, IconName])[] = [
  [/^image\//, "picture"],
  [/^video\//, "video"],
  [/^audio\//, "audio"],
  [/zip|compressed|[-/]x?-?(tar|rar|7z|xz|bzip2?|gzip|zstd)|archive/, "archive"],
  [/^text\/|pdf|document|word|json|xml|epub|sheet|presentation/, "writing"],
];

export function iconOfType(contentType: string | undefined): IconName {
  return kinds.find(([pattern]) => pattern.test(contentType ?? ""))?.[1] ?? "file";
}
