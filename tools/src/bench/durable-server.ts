import { fdatasync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * The least a Node server that stores something must do: like `same-bytes-server.ts`, but each request inserts a row
 * and is answered once the row is durable. Requests that arrive during a flush share the next one.
 */
const answersFile = process.argv[2] ?? "";
const answers = JSON.parse(readFileSync(answersFile, "utf8")) as Record<
  string,
  { headers: Record<string, string>; body: string }
>;
const path = join(dirname(answersFile), "durable.sqlite");
const database = new DatabaseSync(path);
database.exec(
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE kept (id INTEGER PRIMARY KEY, path TEXT)",
);
const insert = database.prepare("INSERT INTO kept (path) VALUES (?)");
const log = openSync(`${path}-wal`, "r+");
let waiting: (() => void)[] = [];
let isFlushing = false;

function flush(): void {
  if (isFlushing || waiting.length === 0) return;
  isFlushing = true;
  const answered = waiting;
  waiting = [];
  fdatasync(log, (error) => {
    if (error !== null) throw error;
    isFlushing = false;
    for (const answer of answered) answer();
    flush();
  });
}

const server = createServer((request, response) => {
  const answer = answers[request.url ?? ""];
  if (answer === undefined) return void response.writeHead(404).end();
  insert.run(request.url ?? "");
  waiting.push(() => response.writeHead(200, answer.headers).end(answer.body));
  // Includes the requests of the same turn.
  setImmediate(flush);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`port ${address.port}`);
});
