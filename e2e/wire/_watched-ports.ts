import type { BlobReader, Ports } from "@consigne/core";

export interface PortEvents {
  /** Called when a file is looked up outside a transaction. */
  onFileRead?: (fileId: string) => void;
  /** Called when the folders in a folder, or its ancestry, are read. */
  onFolderRead?: () => void;
  /** Called after a successful transaction; its caller only continues when this resolves. */
  onCommit?: () => Promise<void> | undefined;
  /** Called once when the bytes of a download are no longer needed. */
  onBytesClosed?: (sizeBytes: number) => void;
}

/** The same ports, for tests that wait until the server has reached a point. */
export function watchedPorts({ database, blobs, ...others }: Ports, events: PortEvents): Ports {
  const files = replacing(database.files, {
    findById: (fileId) => {
      events.onFileRead?.(fileId);
      return database.files.findById(fileId);
    },
  });
  const folders = replacing(database.folders, {
    listChildren: (...asked) => {
      events.onFolderRead?.();
      return database.folders.listChildren(...asked);
    },
    listAncestry: (id) => {
      events.onFolderRead?.();
      return database.folders.listAncestry(id);
    },
  });
  const transaction: typeof database.transaction = async (work) => {
    const result = await database.transaction(work);
    await events.onCommit?.();
    return result;
  };
  return {
    ...others,
    database: replacing(database, { files, folders, transaction }),
    blobs: replacing(blobs, {
      open: async (...asked) => watchedReader(await blobs.open(...asked), events.onBytesClosed),
    }),
  };
}

function watchedReader(reader: BlobReader, onClosed: PortEvents["onBytesClosed"]): BlobReader {
  let isClosed = false;
  return replacing(reader, {
    close: async () => {
      await reader.close();
      if (!isClosed) onClosed?.(reader.sizeBytes);
      isClosed = true;
    },
  });
}

function replacing<T extends object>(port: T, members: Partial<T>): T {
  return new Proxy(port, {
    get: (target, name): unknown => {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
