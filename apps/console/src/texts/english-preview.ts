/** For the viewer that shows files. */
export const texts = {
  "preview.previous": "Previous file",
  "preview.next": "Next file",
  "preview.none": "This kind of file cannot be shown. You can download it.",
  "preview.noOrigin":
    "PDF files are shown only at a separate URL, which this server does not have. You can download the file. The server’s operator can set CONSIGNE_DOWNLOAD_URL.",
  "preview.noViewer":
    "This browser cannot show PDF files here: its viewer does not work in the sandbox in which uploaded files are shown. You can download the file.",
  "preview.openPdf": "Open the PDF in a new tab",
  "preview.failed":
    "Your browser could not show this file. It may be damaged, or of a kind that the browser does not know. You can download it.",
  "preview.failedHere":
    "Your browser could not show this file. It may be damaged, or need a separate URL, which this server does not have (CONSIGNE_DOWNLOAD_URL). You can download it.",
  "preview.beginning": "Only the first {size} are shown. Download the file to see all of it.",
} as const;
