import { fileURLToPath } from "node:url";

// As an older Node.js of the system sees itself: what this starts runs by the one that the repository brings along.
Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
const { launch } = await import("@consigne/launcher");
launch({
  name: "consigne-server",
  file: fileURLToPath(new URL("../bin/consigne-server.js", import.meta.url)),
  main: () => undefined,
});
