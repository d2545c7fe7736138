import type { Writable } from "node:stream";

/**
 * Makes Node write the heads of HTTP/1.1 on this connection as it reads them, one byte a character. A head that leaves
 * before its body (`flushHeaders`, `Expect: 100-continue`) is otherwise written as UTF-8, which turns every byte past
 * ASCII into two.
 */
export function keepHeadBytes(connection: Writable): void {
  connection.setDefaultEncoding("latin1");
}
