import { html, json, type PageAnswer, type PageEndpoint, type PageParameter, plain } from "../page-endpoint.ts";

type Method = PageEndpoint["methods"][number];

const language: PageParameter = { name: "lg", in: "query", description: "Language of the answer, such as `en`." };
const token: PageParameter = {
  name: "token",
  in: "form",
  description:
    "From the forms of `/console/files.pl`; not needed for requests without `Origin` and `Sec-Fetch-Site`, as programs send them.",
};
const toSignIn: PageAnswer = { status: 303, description: "To `/login.pl`: nobody is signed in here." };
const foreignForm: PageAnswer = {
  status: 403,
  contentType: html,
  description: "The form was sent by a page of another site, or belongs to another session; it was ignored.",
};
const scopeMissing: PageAnswer = {
  status: 403,
  contentType: json,
  description: "The key does not have the scope for this, or its account has no API access.",
};
const absent: PageAnswer = {
  status: 404,
  contentType: plain,
  description: "There is no such file or folder; nothing was changed.",
};
const bad: PageAnswer = { status: 400, contentType: plain, description: "What was wrong; nothing was changed." };

const field = (name: string, description: string, isRequired = true): PageParameter => ({
  name,
  in: "form",
  description,
  isRequired,
});
const folderField = (name: string, description: string): PageParameter => field(name, description, false);
const FILE_ID = "id of a link, or the same after `C_0_`, as in `/console/files.pl`";

interface Described {
  summary: string;
  description: string;
  parameters: readonly PageParameter[];
  answers: readonly PageAnswer[];
  methods: readonly Method[];
}

function consoleCall(name: string, { parameters, answers, ...described }: Described): PageEndpoint {
  const isForm = described.methods.includes("POST");
  return {
    operation: `console.${name}`,
    path: `/console/${name}.pl`,
    alsoAt: [`/{language}/console/${name}.pl`],
    identification: "session",
    parameters: isForm ? [language, token, ...parameters] : [language, ...parameters],
    answers: [...answers, toSignIn, scopeMissing, ...(isForm ? [foreignForm] : [])],
    availability: "implemented",
    ...described,
  };
}

const reading = ["GET", "HEAD"] as const;
const acting = ["POST"] as const;
const done = (description: string): PageAnswer => ({ status: 200, contentType: plain, description });
const WAY = "A console call for programs that are signed in; `Authorization` works too.";

export const consoleMkdir = consoleCall("mkdir", {
  summary: "Create a folder",
  description: `${WAY} plowshare compares the whole answer.`,
  methods: acting,
  parameters: [
    field("mkdir", "Name of the folder."),
    folderField("dir_id", "The parent folder; 0 or absent: the root."),
  ],
  answers: [
    done("`Folder created successfully`."),
    { ...bad, description: "The name is invalid; nothing was changed." },
    absent,
    {
      status: 409,
      contentType: plain,
      description:
        "Another folder has this name, there are too many levels, or the account is full; nothing was changed.",
    },
  ],
});

export const consoleRmdir = consoleCall("rmdir", {
  summary: "Remove an empty folder",
  description: WAY,
  methods: acting,
  parameters: [field("dir", "Id of the folder.")],
  answers: [
    done("The folder has been destroyed."),
    { ...bad, description: "It is the root." },
    absent,
    { status: 409, contentType: plain, description: "The folder is not empty." },
  ],
});

export const consoleRemove = consoleCall("remove", {
  summary: "Remove files",
  description: `${WAY} Without \`remove\` it only shows what would be removed.`,
  methods: acting,
  parameters: [
    field("selected[]", `A file: ${FILE_ID}. May be repeated.`),
    field("remove", "1: remove them, for good.", false),
  ],
  answers: [done("The names of the files, or that they were destroyed."), bad, absent],
});

export const consoleFrename = consoleCall("frename", {
  summary: "Rename a file",
  description: `${WAY} Several files may have one name.`,
  methods: acting,
  parameters: [field("file", `The file: ${FILE_ID}.`), field("newname", "Its new name.")],
  answers: [
    done("`File renamed successfully`."),
    { ...bad, description: "An invalid name, or the one it has." },
    absent,
  ],
});

export const consoleOp = consoleCall("op", {
  summary: "Move files",
  description: WAY,
  methods: acting,
  parameters: [
    field("dragged[]", `Files, separated by commas: ${FILE_ID}. May be repeated.`),
    field("dragged_type", "2: files. Nothing else is moved this way."),
    folderField("dropped_dir", "Where to; 0 or absent: the root."),
  ],
  answers: [done("How many files were moved."), bad, absent],
});

export const consoleDpub = consoleCall("dpub", {
  summary: "Share a folder, or stop sharing it",
  description: `${WAY} Each call toggles the state; a folder keeps its password.`,
  methods: acting,
  parameters: [field("dir", "Id of the folder."), field("change", "1.")],
  answers: [done("The URL of its public page, or that the folder is no longer shared."), bad, absent],
});

export const consoleLink = consoleCall("link", {
  summary: "Links of files",
  description: `${WAY} Also for people: a table of names and links.`,
  methods: reading,
  parameters: [{ name: "selected[]", in: "query", description: `A file: ${FILE_ID}. At most 200.`, isRequired: true }],
  answers: [{ status: 200, contentType: html, description: "The table, in the order of the files." }, bad, absent],
});

export const consoleDirs = consoleCall("dirs", {
  summary: "Sub-folders of a folder",
  description: `${WAY} A list, each entry with the id of its folder in \`rel\`.`,
  methods: reading,
  parameters: [{ name: "dir_id", in: "query", description: "Id of the folder; the root without it or with 0." }],
  answers: [{ status: 200, contentType: html, description: "The list, without a page around it." }, absent],
});

export const consoleGetInfo = consoleCall("get_info", {
  summary: "Files and space in a sentence",
  description: WAY,
  methods: reading,
  parameters: [],
  answers: [{ status: 200, contentType: json, schema: "ConsoleInfoJson", description: "`N files - SIZE` in `data`." }],
});

export const consoleInfog = consoleCall("infog", {
  summary: "Files, space and accesses in a table",
  description: `${WAY} Accesses are downloads of the account's files, including files that are gone.`,
  methods: reading,
  parameters: [],
  answers: [{ status: 200, contentType: html, description: "The table." }],
});

export const consoleRemote = consoleCall("remote", {
  summary: "Remote uploads",
  description: `${WAY} Also for people, without scripts: what is in progress and what has ended, and forms to begin, cancel and retry. \`div#ct\` contains four \`div\`s for each URL in progress, and one more.`,
  methods: ["GET", "HEAD", "POST"],
  parameters: [
    field("links", "URLs, one a line.", false),
    folderField("did", "The folder to put them into; 0 or absent: the root."),
    field(
      "do",
      "`add`, `cancel` or `retry`: sent by the forms of the page. Without it the caller is a program, and the answer is text.",
      false,
    ),
    field("id", "With `cancel` and `retry`: the request.", false),
    field("item", "With `cancel` and `retry`: one URL of the request.", false),
  ],
  answers: [
    { status: 200, contentType: html, description: "The page." },
    done("How many URLs were queued."),
    { status: 303, description: "To the page, after one of its forms." },
    { ...bad, description: "A URL that cannot be fetched; nothing was queued." },
    { status: 400, contentType: html, description: "The same, on the page." },
    { ...absent, description: "There is no such folder, or no such request." },
    { status: 404, contentType: html, description: "The same, on the page." },
    { status: 409, contentType: plain, description: "Too many URLs are already queued." },
    { status: 409, contentType: html, description: "The same, on the page." },
  ],
});
