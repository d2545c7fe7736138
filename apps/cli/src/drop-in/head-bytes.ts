import type { Writable } from "node:stream";

/**
 * Makes Node write HTTP/1.1 heads on this connection as it reads them, one byte per character. A head that is sent
 * before its body (`flushHeaders`, `Expect: 100-continue`) is otherwise written as UTF-8, which turns every non-ASCII
 * byte into two.
 */
export function keepHeadBytes(connection: Writable): void {
  connection.setDefaultEncoding("latin1");
}
