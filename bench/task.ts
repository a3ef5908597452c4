/** What a load is told to do, and what it answers: both are plain JSON. */

/** What to do. */
export interface LoadOptions {
  readonly port: number;
  /** Further servers, over which the clients are spread. */
  readonly others?: readonly number[];
  /** Where to connect; `{n}` becomes the client's number. */
  readonly path: string;
  /** What is said is wrapped as the JSON wire wants it. */
  readonly json: boolean;
  readonly clients: number;
  /** How many of them speak. */
  readonly senders: number;
  /** Messages on their way at most. */
  readonly window: number;
  /** Messages a second in all instead of the closed loop; 0 is the closed loop. */
  readonly rate: number;
  readonly turns: boolean;
  /** Bytes a message. */
  readonly size: number;
  readonly seconds: number;
}

/** What was measured. */
export interface LoadResult {
  /** Messages said, a second. */
  readonly sent: number;
  /** Messages that came to clients, a second. */
  readonly delivered: number;
  readonly frames: number;
  /** Microseconds from sending to receiving, of the oldest message in each read. */
  readonly p50: number;
  readonly p99: number;
  /** The share of the time in which the load's core was busy. */
  readonly cpu: number;
  /** Milliseconds of the clock (since 1970) between which was measured. */
  readonly from: number;
  readonly to: number;
  /** Connections that the server ended. */
  readonly closed: number;
  /** Messages said in all, measured or not. */
  readonly said: number;
  /** Deliveries of these that were due and had not come when nothing came any more. */
  readonly missing: number;
}
