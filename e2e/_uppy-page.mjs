// What the page of the Uppy tests runs, joined with Uppy for a browser. Its types would bring those of browsers to all packages.
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

const bytesOf = (sizeBytes, seed) => {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) bytes[at] = (at * 31 + (at >> 12) + seed) & 255;
  return bytes;
};

/** `pausesAt`: pauses each upload once so many bytes of it were accepted, until `goOn` is called. */
globalThis.runUppy = async ({ endpoint, apiKey, folderId, chunkSize = Infinity, retryDelays, pausesAt }, files) => {
  const uppy = new Uppy({ meta: { folder_id: String(folderId) } });
  uppy.use(Tus, {
    endpoint,
    chunkSize,
    retryDelays,
    // Else the same file, added again, counts as sent by the upload that has long ended.
    removeFingerprintOnSuccess: true,
    headers: { authorization: `Bearer ${apiKey}` },
    allowedMetaFields: ["filename", "filetype", "folder_id"],
  });
  for (const { name, sizeBytes, seed } of files) {
    const data = new File([bytesOf(sizeBytes, seed)], name, { type: "application/x-test", lastModified: 1000 });
    uppy.addFile({ name, type: data.type, data, meta: { filename: name, filetype: data.type } });
  }
  const paused = [];
  uppy.on("upload-progress", (file, { bytesUploaded }) => {
    if (pausesAt === undefined || bytesUploaded < pausesAt || paused.includes(file.name)) return;
    paused.push(file.name);
    uppy.pauseResume(file.id);
    globalThis.goOn = () => uppy.pauseResume(file.id);
    globalThis.hasPaused();
  });
  const statuses = new Map();
  uppy.on("upload-error", (file, error) => statuses.set(file.name, error.originalResponse?.getStatus()));
  const { successful, failed } = await uppy.upload();
  uppy.destroy();
  return {
    sent: successful.map(({ name }) => name).toSorted(),
    failed: failed.map(({ name }) => [name, statuses.get(name)]),
  };
};
