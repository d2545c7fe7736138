import { ServerResponse } from "node:http";
import type { Database, Ports, Repositories, StagedBlob } from "@consigne/core";
import { createLogger, readConfig, readEnvironment, startServer } from "../src/index.ts";
import { overriding } from "./_services.ts";

/** A server that kills itself at one step of its second upload: `node _dying-server.ts STEP`. */
const step = process.argv[2];
let stagedCount = 0;
let hasCompleted = false;

function reach(name: string): void {
  if (stagedCount > 1 && name === step) process.kill(process.pid, "SIGKILL");
}

function dyingBlob(staged: StagedBlob): StagedBlob {
  return overriding(staged, {
    write: async (chunk: Uint8Array) => {
      await staged.write(chunk);
      reach("mid-write");
    },
    complete: async () => {
      reach("before-complete");
      const stat = await staged.complete();
      hasCompleted = true;
      reach("after-complete");
      return stat;
    },
  });
}

function dyingBlobs(blobs: Ports["blobs"]): Ports["blobs"] {
  return overriding(blobs, {
    stage: async () => {
      const staged = await blobs.stage();
      stagedCount++;
      reach("after-stage");
      return dyingBlob(staged);
    },
    remove: async (key: string) => {
      reach("before-dropping-spare-bytes");
      await blobs.remove(key);
    },
  });
}

function dyingDatabase(database: Database): Database {
  return overriding(database, {
    transaction: async <T>(work: (rows: Repositories) => Promise<T>) => {
      if (!hasCompleted) return database.transaction(work);
      reach("before-commit");
      // Jobs write at any time, too.
      let isOfUpload = false;
      const result = await database.transaction(async (rows) => {
        const { files } = rows;
        const createMany = async (created: Parameters<typeof files.createMany>[0]) => {
          isOfUpload = true;
          await files.createMany(created);
        };
        const done = await work(overriding(rows, { files: overriding(files, { createMany }) }));
        if (isOfUpload) reach("inside-transaction");
        return done;
      });
      if (isOfUpload) reach("after-commit");
      return result;
    },
  });
}

const writeHead: (this: ServerResponse, ...args: Parameters<ServerResponse["writeHead"]>) => ServerResponse =
  ServerResponse.prototype.writeHead;
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: Parameters<ServerResponse["writeHead"]>) {
  if (args[0] === 302) reach("before-answer");
  return writeHead.apply(this, args);
} as ServerResponse["writeHead"];

const { config, secrets } = readConfig(readEnvironment());
const server = await startServer({
  config,
  secrets,
  logger: createLogger("silent"),
  replacePorts: (ports) => ({ ...ports, blobs: dyingBlobs(ports.blobs), database: dyingDatabase(ports.database) }),
});
process.stdout.write(`Consigne listens on ${server.publicUrl}\n`);
