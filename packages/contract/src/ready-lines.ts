/** What a key may do, as far as the lines depend on it; absent means `none`. */
export interface LineScopes {
  readonly account?: string;
  readonly files?: string;
  readonly uploads?: string;
}

export interface ReadyLine {
  tool: "curl" | "Python" | "rclone.conf" | "rclone" | "consigne" | "JavaScript";
  text: string;
}

/** Node.js needed to install the command line and the server; on Linux the repository brings the Node.js it runs on. */
export const neededNode = { onLinux: "18.20", elsewhere: "24.15" } as const;

/**
 * What to paste into the tools that a new key is for. Shared by the key page and the command line. It has only lines
 * that the key allows: people paste the first one to see that it works.
 * @param template what the key was made for, if known: the lines of that tool come first
 */
export function readyLines(apiKey: string, apiUrl: string, scopes: LineScopes, template?: string): ReadyLine[] {
  const lines = linesOf(apiKey, apiUrl, scopes);
  const isMeant = ({ tool }: ReadyLine) => template === "rclone" && (tool === "rclone.conf" || tool === "rclone");
  return [...lines.filter(isMeant), ...lines.filter((line) => !isMeant(line))];
}

function linesOf(apiKey: string, apiUrl: string, scopes: LineScopes): ReadyLine[] {
  const { origin } = new URL(apiUrl);
  // As the guides write it; only behind a proxy with a path of its own is there more than the origin.
  const serverUrl = apiUrl.replace(/\/v1$/, "");
  const sdk: ReadyLine = {
    tool: "JavaScript",
    text: `import { createClient } from "@consigne/sdk";\nconst client = createClient({ url: "${serverUrl}", apiKey: "${apiKey}" });`,
  };
  if (isGiven(scopes.files))
    return [
      ...callLines(apiKey, `${apiUrl}/folder/ls.cgi`),
      { tool: "rclone.conf", text: `[my1fichier]\ntype = fichier\napi_key = ${apiKey}` },
      // Without the URL, `consigne run` would use a server on this machine.
      { tool: "rclone", text: `CONSIGNE_URL=${origin} consigne run -- rclone lsf my1fichier:` },
      { tool: "consigne", text: `CONSIGNE_URL=${serverUrl} CONSIGNE_API_KEY=${apiKey} consigne ls` },
      sdk,
    ];
  // rclone and the command line look at a folder before they send anything, which an upload-only key may not.
  if (scopes.uploads === "write") return [...uploadLines(apiKey, `${origin}/upload.cgi`), sdk];
  return isGiven(scopes.account) ? [...callLines(apiKey, `${apiUrl}/user/info.cgi`), sdk] : [sdk];
}

function isGiven(right: string | undefined): boolean {
  return right !== undefined && right !== "none";
}

function callLines(apiKey: string, url: string): ReadyLine[] {
  return [
    {
      tool: "curl",
      text: `curl -H "Authorization: Bearer ${apiKey}" -H "Content-Type: application/json" -d '{}' '${url}'`,
    },
    {
      tool: "Python",
      text: `import requests\nprint(requests.post("${url}", json={}, headers={"Authorization": "Bearer ${apiKey}"}).json())`,
    },
  ];
}

function uploadLines(apiKey: string, url: string): ReadyLine[] {
  const headers = `headers={"Authorization": "Bearer ${apiKey}", "JSON": "1"}`;
  return [
    {
      tool: "curl",
      text: `curl -L -H "JSON: 1" -H "Authorization: Bearer ${apiKey}" -F "file[]=@photo.jpg" '${url}'`,
    },
    {
      tool: "Python",
      text: `import requests\nprint(requests.post("${url}", files={"file[]": open("photo.jpg", "rb")}, ${headers}).json())`,
    },
  ];
}
