/** What to write into the tools that a key is for. */
export function readyLines(apiKey: string, apiUrl: string): string[] {
  return [
    "",
    "curl:",
    `  curl -H "Authorization: Bearer ${apiKey}" -H "Content-Type: application/json" -d '{}' ${apiUrl}/folder/ls.cgi`,
    "Python:",
    `  requests.post("${apiUrl}/folder/ls.cgi", json={}, headers={"Authorization": "Bearer ${apiKey}"}).json()`,
    "rclone.conf, for `consigne run -- rclone ls my1fichier:`:",
    "  [my1fichier]",
    "  type = fichier",
    `  api_key = ${apiKey}`,
    "consigne:",
    `  CONSIGNE_URL=${apiUrl} CONSIGNE_API_KEY=${apiKey} consigne ls`,
    "JavaScript:",
    `  createClient({ url: "${apiUrl}", apiKey: "${apiKey}" }).folders.list(0)`,
  ];
}
