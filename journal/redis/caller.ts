/** What calls Redis, be it one or a cluster: the contract, and what both kinds share. */

import { LIMITS } from "../../config/limits.ts";
import { UnreachableError } from "../journal.ts";

/** What Redis answers, in the second version of its protocol. */
export type Reply = null | number | string | Reply[];

/** Connections for calls. */
export interface Caller {
  /** Whether it has many nodes, and reconnects to each by itself: a failed call is of one alone. */
  readonly cluster: boolean;
  connect(): Promise<unknown>;
  send(words: string[]): Promise<Reply>;
  destroy(): void;
}

/** Options of every connection. */
export const COMMON = {
  RESP: 2,
  disableOfflineQueue: true,
  disableClientInfo: true,
  maintNotifications: "disabled",
} as const;

/** What a promise comes to; rejects with {@linkcode UnreachableError} if it is late. */
export async function inTime<T>(promise: Promise<T>, ms: number = LIMITS.redisCallMs): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UnreachableError()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
