import { encodeQR } from "qr";

/** Enough for a link on a long host; the picture for a longer text would be too fine for a camera. */
const LONGEST_TEXT = 500;
const QUIET_ZONE = 4;

/** A QR code as a scalable picture: black on white in any theme, because cameras expect that. */
export function qrPicture(text: string): string | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  const dots = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  const size = rows.length;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${dots}"/></svg>\n`
  );
}
