/** Device names of Windows, taken in any folder and with any extension. */
const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$/i;
export const MOST_NAME_BYTES = 255;

/** Why no local file may have this name; undefined when it may. What a remote says is never trusted to be a name. */
export function whyUnusableLocally(name: string, platform: NodeJS.Platform): string | undefined {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) return "no local path can be made of it";
  if (Buffer.byteLength(name) > MOST_NAME_BYTES) return `it is longer than ${MOST_NAME_BYTES} bytes`;
  if (platform !== "win32") return undefined;
  // oxlint-disable-next-line no-control-regex -- Windows refuses them
  if (/[<>:"\\|?*\u0000-\u001f]/.test(name)) return "it holds a character that Windows does not allow";
  if (/[. ]$/.test(name)) return "Windows would drop the dot or space at its end";
  return windowsDevice.test(name) ? "Windows keeps this name for a device" : undefined;
}

/** What two names have in common on a file system that takes them for one. */
export function localNameKey(name: string, platform: NodeJS.Platform): string {
  return platform === "win32" || platform === "darwin" ? name.normalize("NFC").toLowerCase() : name;
}
