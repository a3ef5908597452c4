/**
 * The thread of the index: takes requests one after the other and answers each, so that the chat's own
 * thread never waits for the disk.
 */

import { Index } from "./index/index.ts";
import type { Answer, Request } from "./requests.ts";

/** The scope of a Worker, of which this file's types know nothing. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(answer: Answer): void;
};

let index: Index | undefined;

function answer({ kind, argument }: Request): unknown {
  if (kind === "open") return (index = new Index(argument)).opened;
  if (!index) throw new Error("the index is not open");
  return (index[kind] as (argument: unknown) => unknown)(argument);
}

scope.onmessage = ({ data }) => {
  const { id } = data;
  try {
    scope.postMessage({ id, result: answer(data) });
  } catch (error) {
    scope.postMessage({ id, error: (error as Error).message });
  }
};
