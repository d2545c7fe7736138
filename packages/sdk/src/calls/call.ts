import type { CallOptions, CallResponse } from "./api-caller.ts";

/** The answer of a call, and on request the response it came in. */
export interface Call<Answer> extends Promise<Answer> {
  /** `response` is undefined when the answer came from memory. */
  withResponse(): Promise<{ answer: Answer; response: CallResponse | undefined }>;
}

export function asCall<Answer>(options: CallOptions, start: (options: CallOptions) => Promise<Answer>): Call<Answer> {
  let response: CallResponse | undefined;
  const running = start({
    ...options,
    onResponse: (each) => {
      response = each;
      options.onResponse?.(each);
    },
  });
  return Object.assign(running, { withResponse: async () => ({ answer: await running, response }) });
}
