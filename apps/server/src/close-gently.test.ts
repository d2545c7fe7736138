import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { closeGently } from "./close-gently.ts";

test("a connection discovered after all others were closed is closed too", { timeout: 60_000 }, async () => {
  const server = createServer(() => {
    // Never answered.
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ended = Promise.withResolvers<void>();
  const closeAllConnections = () => {
    server.closeAllConnections();
    ended.resolve();
  };
  await closeGently(
    {
      server: { closeIdleConnections: () => server.closeIdleConnections(), closeAllConnections },
      async close() {
        await ended.promise;
        const late = connect(port, "127.0.0.1", () => late.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        late.on("error", () => undefined);
        await once(server, "request");
        await new Promise((resolve) => server.close(resolve));
      },
    },
    1,
  );
  assert.equal(server.listening, false);
});
