/** Problems with a download origin. Requests are told apart by their Host header, which does not include the scheme. */
export function downloadUrlProblems(
  { publicUrl, downloadUrl }: { publicUrl: string | undefined; downloadUrl: string | undefined },
  isPublicUrlSet: boolean,
): string[] {
  if (downloadUrl === undefined) return [];
  if (!isPublicUrlSet) return ["CONSIGNE_DOWNLOAD_URL needs CONSIGNE_PUBLIC_URL, from which it has to differ."];
  // The public URL is invalid, which is reported separately.
  if (publicUrl === undefined) return [];
  const [site, downloads] = [new URL(publicUrl), new URL(downloadUrl)];
  const isSamePort = portOf(site) === portOf(downloads) || site.port === downloads.port;
  if (site.hostname !== downloads.hostname || !isSamePort) return [];
  return [
    `CONSIGNE_DOWNLOAD_URL is "${downloadUrl}"; it must have another host, or at least another port, than CONSIGNE_PUBLIC_URL.`,
  ];
}

function portOf({ protocol, port }: URL): string {
  if (port !== "") return port;
  return protocol === "https:" ? "443" : "80";
}
