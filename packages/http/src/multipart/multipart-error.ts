/** What was wrong with a multipart body, or with how it was sent. */
export type MultipartErrorCode =
  | "not-multipart"
  | "malformed"
  | "unreadable-name"
  | "encoded-part"
  | "not-utf8"
  | "truncated"
  | "too-many-files"
  | "too-many-fields"
  | "field-too-large"
  | "idle"
  | "too-slow"
  | "aborted";

const messages: Record<MultipartErrorCode, string> = {
  "not-multipart": "The request is not multipart/form-data with a usable boundary.",
  malformed: "The multipart body is malformed.",
  "unreadable-name": "The name of a file cannot be read; nothing was stored.",
  "encoded-part": "A part of the multipart body is encoded; send its bytes as they are. Nothing was stored.",
  "not-utf8": "The text of a form field is not valid UTF-8; nothing was stored.",
  truncated: "The multipart body ends before its closing boundary.",
  "too-many-files": "The request contains more files than one upload may.",
  "too-many-fields": "The request contains more form fields than one upload may.",
  "field-too-large": "A form field is larger than allowed.",
  idle: "Nothing arrived for too long.",
  "too-slow": "The upload took longer than one upload may.",
  aborted: "The client went away before the end of its request.",
};

/** An error or disappearance of the sender; errors of our own storage are passed on unchanged. */
export class MultipartError extends Error {
  override name = "MultipartError";
  readonly code: MultipartErrorCode;

  /** `detail` is a sentence that says more than the default one. */
  constructor(code: MultipartErrorCode, options?: ErrorOptions & { detail?: string }) {
    super(options?.detail ?? messages[code], options);
    this.code = code;
  }
}
