// As an older Node.js of the system sees itself: what this starts runs by the one that the repository brings along.
Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
await import("../bin/consigne-server.js");
