const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * The most bytes held at once: by all callers together, and by one account or, for unknown callers, one address;
 * `mostOfNetwork` by an IPv6 /48.
 */
export interface ByteBounds {
  total: number;
  perCaller: number;
}

export interface CallerBounds {
  /** JSON body or small form. */
  bodyBytes: number;
  /** For the whole body; for an upload until its first file. */
  bodyTimeoutMs: number;
  /** Names and values of all form fields of an upload. */
  fieldBytes: number;
  /** For all requests that are not answered yet. */
  held: ByteBounds;
}

/** Limits on the resources that callers can use up. SECURITY.md lists these figures. */
export interface EdgeBounds {
  /** Connections at once, in total and per address. */
  connections: number;
  connectionsPerAddress: number;
  /** A connection that has not sent the head of its request by then is closed. */
  headTimeoutMs: number;
  /** For callers known by header or query, so before their body is read. */
  known: CallerBounds;
  /** For everybody else. */
  unknown: CallerBounds;
  /** Large answers being sent. */
  answers: ByteBounds;
  readers: {
    /** The longest time without the client reading anything. */
    stallMs: number;
    /** Minimum pace at which the client must read waiting bytes, in addition. */
    leastBytesPerSecond: number;
  };
  /** Buffers of downloads whose readers keep up; others have small ones. */
  downloadBufferBytes: number;
}

export const defaultBounds: EdgeBounds = {
  connections: 8192,
  connectionsPerAddress: 512,
  headTimeoutMs: 30_000,
  known: {
    // The largest legal body names 1,000 links; this leaves room for long names.
    bodyBytes: 2 * MIB,
    bodyTimeoutMs: 2 * 60_000,
    fieldBytes: 512 * KIB,
    held: { total: 128 * MIB, perCaller: 32 * MIB },
  },
  unknown: {
    bodyBytes: 64 * KIB,
    bodyTimeoutMs: 30_000,
    fieldBytes: 64 * KIB,
    held: { total: 32 * MIB, perCaller: 8 * MIB },
  },
  answers: { total: 256 * MIB, perCaller: 64 * MIB },
  readers: { stallMs: 60_000, leastBytesPerSecond: KIB },
  downloadBufferBytes: 64 * MIB,
};
