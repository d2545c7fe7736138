/** What was wrong with a multipart body, or with the way it came in. */
export type MultipartErrorCode =
  | "not-multipart"
  | "malformed"
  | "truncated"
  | "too-many-files"
  | "too-many-fields"
  | "field-too-large"
  | "idle"
  | "too-slow"
  | "aborted";

const messages: Record<MultipartErrorCode, string> = {
  "not-multipart": "The request is not multipart/form-data with a usable boundary.",
  malformed: "The multipart body does not follow its format.",
  truncated: "The multipart body ends before its closing boundary.",
  "too-many-files": "The request holds more files than one upload may.",
  "too-many-fields": "The request holds more form fields than one upload may.",
  "field-too-large": "A form field is larger than allowed.",
  idle: "Nothing arrived for too long.",
  "too-slow": "The upload took longer than one upload may.",
  aborted: "The client went away before the end of its request.",
};

/** The sender's fault or absence; faults of our own storage come through as they are. */
export class MultipartError extends Error {
  override name = "MultipartError";
  readonly code: MultipartErrorCode;

  constructor(code: MultipartErrorCode, options?: ErrorOptions) {
    super(messages[code], options);
    this.code = code;
  }
}
