import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

/**
 * The least a Node server can do. `node same-bytes-server.ts FILE` answers each path of FILE with the head and body
 * stored there, whatever the request says.
 */
interface RecordedAnswer {
  headers: Record<string, string>;
  body: string;
}

const answers = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as Record<string, RecordedAnswer>;
const server = createServer((request, response) => {
  const answer = answers[request.url ?? ""];
  if (answer === undefined) response.writeHead(404).end();
  else response.writeHead(200, answer.headers).end(answer.body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`port ${address.port}`);
});
