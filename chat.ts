/**
 * The chat as one part: what a program mounts in its own `Deno.serve`, and what `main.ts` listens
 * with.
 *
 * Opening: the journal first, so that one that cannot be used opens nothing else. Closing: nobody
 * is let in or listened to, what was accepted is kept and shown, clients are told to go, the journal
 * is closed.
 */

import { createIdentify } from "./auth.ts";
import type { Config } from "./config.ts";
import { Gate } from "./gate.ts";
import { Http, type Page } from "./http.ts";
import { Hub } from "./hub.ts";
import type { Heir, Journal } from "./journal.ts";
import type { Log } from "./log.ts";

/** A running chat. */
export interface Chat {
  /** Answers a request, upgrades included; a handler for `Deno.serve`. */
  readonly fetch: (request: Request, info: Deno.ServeHandlerInfo) => Promise<Response>;
  /** How many connections there are. */
  readonly connections: number;
  /** Ends it as above. Does not wait for peers that do not let go. */
  close(): Promise<void>;
}

/**
 * Opens a chat.
 *
 * @throws {JournalError} if messages cannot be kept where `config.db` says
 */
export async function openChat(config: Config, log: Log): Promise<Chat> {
  const identify = await createIdentify(config.authSecret);
  const journal = await openJournal(config, log);
  const hub = new Hub(journal, log, config);
  const gate = new Gate(config);
  const http = new Http({ hub, journal, log, config }, gate, findPage(config.assets), identify);
  return {
    fetch: http.fetch,
    get connections() {
      return gate.count;
    },
    async close() {
      gate.shut();
      await hub.close();
      await gate.farewell();
      await journal.close();
    },
  };
}

async function openJournal(config: Config, log: Log): Promise<Journal> {
  const { db, keep } = config;
  if (db === ":memory:") return new (await import("./journal/memory.ts")).MemoryJournal(keep);
  return await openLasting(config, log);
}

/**
 * Opens a journal that outlives this process. Kinds that are not asked for are not loaded.
 *
 * @throws {JournalError} if it cannot be used
 */
export async function openLasting(
  { db, keep, sync }: Pick<Config, "db" | "keep" | "sync">,
  log: Log,
): Promise<Heir> {
  if (/^rediss?:/.test(db)) {
    return await (await import("./journal/redis.ts")).RedisJournal.open(db, { keep, log });
  }
  return new (await import("./journal/sqlite.ts")).SqliteJournal(db, { keep, sync });
}

function findPage(assets: string): Page {
  const folder = assets || `${import.meta.dirname}/static`;
  try {
    const index = `${folder}/index.html`;
    Deno.statSync(index);
    return { folder, index };
  } catch {
    return { folder, index: `${folder}/home.html` };
  }
}
