/**
 * The index, as the chat's own thread sees it: requests to a Worker, and promises of its answers.
 *
 * The Worker is started by {@linkcode IndexThread.open} and ends with {@linkcode IndexThread.close}, or when
 * it fails; then everything that was asked of it is rejected.
 */

import type { Answer, IndexOptions, Opened, Request, Requests } from "./requests.ts";

interface Asked {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** One Worker with an open index. */
export class IndexThread {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #failure: Error | undefined;

  private constructor() {
    const address = new URL("./worker.ts", import.meta.url);
    this.#worker = new Worker(address, { type: "module", name: "search" });
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#answered(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`the search's thread failed: ${event.message}`));
    };
  }

  /**
   * Starts the Worker and opens the index.
   *
   * @throws {Error} if either cannot be done
   */
  static async open(options: IndexOptions): Promise<{ index: IndexThread; opened: Opened }> {
    const index = new IndexThread();
    try {
      return { index, opened: await index.ask("open", options) };
    } catch (error) {
      index.#fail(error as Error);
      throw error;
    }
  }

  /** Whether it has failed or was closed. */
  get isOver(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Asks the index.
   *
   * @throws {Error} if it cannot be done, or the Worker has failed
   */
  ask<K extends keyof Requests>(
    kind: K,
    ...[argument]: Parameters<Requests[K]>
  ): Promise<ReturnType<Requests[K]>> {
    const { promise, resolve, reject } = Promise.withResolvers<ReturnType<Requests[K]>>();
    if (this.#failure) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    this.#asked.set(id, { resolve: resolve as Asked["resolve"], reject });
    this.#worker.postMessage({ id, kind, argument } as Request);
    return promise;
  }

  #answered(answer: Answer): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if ("error" in answer) asked?.reject(new Error(answer.error));
    else asked?.resolve(answer.result);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#worker.terminate();
    for (const { reject } of this.#asked.values()) reject(this.#failure);
    this.#asked.clear();
  }

  /** Closes the index and ends the Worker. */
  async close(): Promise<void> {
    try {
      await this.ask("close");
    } finally {
      this.#fail(new Error("the search is closed"));
    }
  }
}
