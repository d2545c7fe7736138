import { limitFallback, limitSettingNames, limitSettings } from "./limit-settings.ts";

/** An environment variable that the server understands. The settings page of the guide is generated from this list. */
export interface Setting {
  name: string;
  /** In readable form; undefined if there is no default. */
  fallback: string | undefined;
  meaning: string;
  isSecret?: true;
  /** Documented already, but refused until its feature exists. */
  isPlanned?: true;
}

export const settings = [
  {
    name: "CONSIGNE_DATA_DIR",
    fallback: "./data",
    meaning: "Folder for the SQLite file, blobs and staged uploads; new or empty at the first start.",
  },
  { name: "CONSIGNE_HOST", fallback: "127.0.0.1", meaning: "Address to listen on." },
  { name: "CONSIGNE_PORT", fallback: "8080", meaning: "Port to listen on; 0 for any free one." },
  {
    name: "CONSIGNE_TLS_CERT",
    fallback: "none: plain HTTP",
    meaning:
      "File with the server's certificate, followed by the intermediate certificates, in PEM format. With it, the server " +
      "speaks only HTTPS. Set `CONSIGNE_TLS_KEY` too. A renewed certificate is read within a minute.",
  },
  {
    name: "CONSIGNE_TLS_KEY",
    fallback: "none",
    meaning: "File with the key of that certificate, in PEM format without a password.",
  },
  {
    name: "CONSIGNE_PUBLIC_URL",
    fallback: "the host each caller used, if it is this machine's",
    meaning: "Base of the links the server prints, such as `https://files.example.org`.",
  },
  {
    name: "CONSIGNE_DOWNLOAD_URL",
    fallback: "none: files come from the public URL",
    meaning:
      "A separate origin for direct links, such as `https://dl.example.org`, which must lead to this server too. It " +
      "serves nothing else, and allows previews of web pages, pictures, PDFs, texts, audio and video. Needs `CONSIGNE_PUBLIC_URL`.",
  },
  {
    name: "CONSIGNE_ADMIN_EMAIL",
    fallback: "admin@localhost",
    meaning: "E-mail address of the first administrator; used at the first start only.",
  },
  {
    name: "CONSIGNE_ADMIN_PASSWORD",
    fallback: "generated, printed once",
    meaning: "The administrator's password; used at the first start only.",
    isSecret: true,
  },
  {
    name: "CONSIGNE_ADMIN_API_KEY",
    fallback: "generated, printed once",
    meaning: "The administrator's first API key, 32 characters; used at the first start only.",
    isSecret: true,
  },
  {
    name: "CONSIGNE_LIMITS",
    fallback: "friendly",
    meaning: "Flood control: `friendly` stops only floods, `authentic` has the limits of 1fichier.com, `off` has none.",
  },
  ...limitSettingNames.map((name) => ({
    name,
    fallback: limitFallback(limitSettings[name]),
    meaning: limitSettings[name].meaning,
  })),
  {
    name: "CONSIGNE_TRUSTED_PROXIES",
    fallback: "127.0.0.0/8, ::1",
    meaning:
      "Addresses or CIDR blocks of reverse proxies, separated by commas, whose X-Forwarded-For, -Proto and -Host are believed; `none` for no proxy.",
  },
  { name: "CONSIGNE_KEY_IN_QUERY", fallback: "on", meaning: "`off` refuses an API key given as a request parameter." },
  {
    name: "CONSIGNE_REMOTE_ALLOW",
    fallback: "none",
    meaning:
      "Addresses or CIDR blocks, separated by commas, that the server may fetch from although they are private, local or this " +
      "machine's own; `none`: only the public internet. Everybody who may use remote uploads can reach every port there.",
  },
  {
    name: "CONSIGNE_REMOTE_WAITING",
    fallback: "10000",
    meaning: "How many URLs of one account may wait to be fetched by remote uploads; 10 on the free plan.",
  },
  {
    name: "CONSIGNE_REMOTE_AT_ONCE",
    fallback: "8",
    meaning: "How many URLs are fetched at the same time, for all accounts together.",
  },
  {
    name: "CONSIGNE_REMOTE_PER_ACCOUNT",
    fallback: "3",
    meaning: "How many URLs of one account are fetched at the same time.",
  },
  {
    name: "CONSIGNE_REMOTE_PER_HOST",
    fallback: "2",
    meaning: "How many URLs at one host are fetched at the same time.",
  },
  {
    name: "CONSIGNE_REMOTE_STARTS_PER_ACCOUNT",
    fallback: "240",
    meaning: "How many fetches of one account are started per minute; the others wait.",
  },
  {
    name: "CONSIGNE_REMOTE_STARTS_PER_HOST",
    fallback: "120",
    meaning: "How many fetches from one host are started per minute; the others wait.",
  },
  {
    name: "CONSIGNE_SEALING_KEY",
    fallback: "generated, kept in `sealing.key` in the data folder",
    meaning:
      "32 bytes in base64 that encrypt the headers and passwords of remote uploads, and the keys for imports, until they are " +
      "done. Set it to keep the key out of the data folder.",
    isSecret: true,
  },
  {
    name: "CONSIGNE_CONSOLE",
    fallback: "on",
    meaning: "`off`: people get the plain pages for their files, whether or not their browser runs scripts.",
  },
  {
    name: "CONSIGNE_CORS_ORIGINS",
    fallback: "none",
    meaning:
      "Origins whose web pages may call this server from a browser, such as `https://app.example.org`, separated by " +
      "commas; `*` for all.",
  },
  {
    name: "CONSIGNE_FREE_WAIT_SECONDS",
    fallback: "0",
    meaning:
      "Wait between the starts of two downloads by an account on the free plan, or by guests with the same address. " +
      "Counted in memory: a restart forgets it.",
  },
  {
    name: "CONSIGNE_FREE_ONE_AT_A_TIME",
    fallback: "off",
    meaning: "`on`: guests with the same address get one download at a time, as accounts on the free plan always do.",
  },
  {
    name: "CONSIGNE_FREE_RESUME",
    fallback: "on",
    meaning: "`off`: accounts on the free plan and guests get whole files, and cannot resume or download in parts.",
  },
  {
    name: "CONSIGNE_ANONYMOUS_UPLOAD",
    fallback: "off",
    meaning: "`on` accepts files from callers without an account.",
  },
  {
    name: "CONSIGNE_EMPTY_FILES",
    fallback: "accept",
    meaning: "`refuse` refuses empty files, as 1fichier.com does.",
  },
  { name: "CONSIGNE_MAX_FILE_BYTES", fallback: "300000000000", meaning: "Largest file accepted, in bytes." },
  { name: "CONSIGNE_MAX_UPLOAD_BYTES", fallback: "500000000000", meaning: "Most bytes accepted in one upload." },
  { name: "CONSIGNE_MAX_UPLOAD_FILES", fallback: "500", meaning: "Most files accepted in one upload." },
  {
    name: "CONSIGNE_MAX_ENTRIES_PER_ACCOUNT",
    fallback: "1000000",
    meaning: "Most files and folders of one account, whatever its plan; 0 for no limit.",
  },
  {
    name: "CONSIGNE_MIN_FREE_BYTES",
    fallback: "256 MiB or 1 %",
    meaning:
      "Uploads that would leave less than this free are refused, so that everything else keeps working. By default the larger " +
      "of both, and 1 % of the inodes. Calls that make the database grow leave half of it. Set to less than 16 MiB, which the " +
      "log of the database may take for a while, even removals can fail; with 0 the disk can fill up.",
  },
  {
    name: "CONSIGNE_SCRUB_EVERY_DAYS",
    fallback: "30",
    meaning:
      "How often all blobs (the stored contents of files) are read and compared with their checksums, to find damage done by a disk; 0: never.",
  },
  {
    name: "CONSIGNE_SCRUB_BYTES_PER_SECOND",
    fallback: "enough to read all blobs in that time; at least 1 MB",
    meaning: "How many bytes are read per second for these comparisons.",
  },
  {
    name: "CONSIGNE_GUEST_FILES_DAYS",
    fallback: "0",
    meaning:
      "Files of guests are removed when nobody has downloaded them for this many days since the upload or the last download; 0: " +
      "never. Nothing is removed for a day after this was switched on or lowered, or after the server was stopped for a day.",
  },
  {
    name: "CONSIGNE_TRASH_DAYS",
    fallback: "30",
    meaning:
      "What people remove stays in their trash for this many days, unless an account has set another time; 0: it is removed immediately. " +
      "The trash counts towards the quota; its oldest items are removed when an upload needs the space, or when the disk is full.",
  },
  {
    name: "CONSIGNE_VERSION_DAYS",
    fallback: "30",
    meaning:
      "Former contents of replaced files are kept for this many days, unless an account has set another time; " +
      "0: not at all. Versions count towards the quota, and make room for uploads like the trash.",
  },
  {
    name: "CONSIGNE_THUMBNAIL_BYTES",
    fallback: "1000000000",
    meaning:
      "Most bytes that thumbnails may take in `thumbnails.sqlite` in the data folder; beyond that the oldest are removed. 0: " +
      "no thumbnails are made, and no picture is decoded.",
  },
  {
    name: "CONSIGNE_LIST_LIMIT",
    fallback: "100000",
    meaning: "Most files in one listing; 1fichier.com stops at 5000.",
  },
  {
    name: "CONSIGNE_WIRE_TIME_ZONE",
    fallback: "Europe/Paris",
    meaning:
      "Time zone of the times in API responses, which do not name their zone; by default that of 1fichier.com. rclone expects `UTC`.",
  },
  {
    name: "CONSIGNE_MAX_CONNECTIONS",
    fallback: "8192",
    meaning:
      "Most connections at once. Each may need two open files, so the number is lower if the system lets the process open " +
      "only a few files.",
  },
  {
    name: "CONSIGNE_MAX_CONNECTIONS_PER_ADDRESS",
    fallback: "512",
    meaning:
      "Most connections, and most requests in progress, from one address (an IPv6 /64 counts as one); at most a quarter of " +
      "all. All addresses of an IPv6 /48 together may have four times as many, and at most half of all. Trusted proxies are " +
      "exempt; their callers are not.",
  },
  { name: "CONSIGNE_LOG_LEVEL", fallback: "info", meaning: "`debug`, `info`, `warn`, `error` or `silent`." },
  {
    name: "CONSIGNE_LOG_FORMAT",
    fallback: "text on a terminal, json otherwise",
    meaning: "`text`: one short, readable line per event; `json`: one line of JSON with all details, for programs.",
  },
  {
    name: "CONSIGNE_DATABASE_URL",
    fallback: "sqlite:",
    meaning: "Where the database is. `sqlite:` is a file in the data folder, and the only choice in this version.",
  },
  {
    name: "CONSIGNE_BLOBS_URL",
    fallback: "disk:",
    meaning: "Where the blobs are. `disk:` is a folder in the data folder, and the only choice in this version.",
  },
  {
    name: "CONSIGNE_REDIS_URL",
    fallback: "memory:",
    meaning:
      "Where calls are counted and short-lived locks are held. `memory:` is the server's own process, and the only choice " +
      "in this version.",
  },
  {
    name: "CONSIGNE_SMTP_URL",
    fallback: undefined,
    meaning:
      "Mail server for e-mails such as password resets: `smtp://USER:PASSWORD@HOST:PORT` (587 unless given; a password is " +
      "sent over TLS only) or `smtps://...` (465). Without it e-mails are written to `outbox` in the data folder, as " +
      "`.eml` files, of which the newest 1,000 are kept.",
    isSecret: true,
  },
  {
    name: "CONSIGNE_MAIL_FROM",
    fallback: "Consigne <noreply@HOST>, with the host of the public URL",
    meaning: "Sender of these e-mails: an address, or `Name <address>`.",
  },
  {
    name: "CONSIGNE_GEOIP_FILE",
    fallback: undefined,
    meaning:
      "File that says which country an address is in, in MaxMind's format (`.mmdb`), for access lists by country; get it " +
      "from a provider of your choice and keep it up to date yourself. If you replace the file, the new one is read within " +
      "a minute. It is held in memory, at most 512 MiB. Without it, and for addresses it does not contain, such a list " +
      "admits only the owner.",
  },
  { name: "CONSIGNE_CLAMD_URL", fallback: undefined, meaning: "Virus scanner.", isPlanned: true },
  { name: "CONSIGNE_FTP_PORT", fallback: undefined, meaning: "Port for FTP.", isPlanned: true },
  {
    name: "CONSIGNE_REGISTRATION",
    fallback: "closed",
    meaning:
      "Who may create accounts: `closed`, the only choice in this version, for the operator, administrators and the people they invite.",
  },
  {
    name: "CONSIGNE_ROLES",
    fallback: "all",
    meaning: "Which parts this process runs: `all`, the only choice in this version.",
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof settings)[number]["name"];

/** Variables with the same prefix that belong to the `consigne` command line. */
export const clientVariables: ReadonlySet<string> = new Set([
  "CONSIGNE_URL",
  "CONSIGNE_API_KEY",
  "CONSIGNE_PROFILE",
  "CONSIGNE_SOURCE_KEY",
  "CONSIGNE_CONFIG_DIR",
  "CONSIGNE_CACHE_DIR",
  "CONSIGNE_SERVER_CA",
]);
