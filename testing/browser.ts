/// <reference lib="dom" />
/**
 * A browser for the page's tests: one Chromium in each worker, one server for each file, and a page for each
 * person. The server can be killed and started again on its port and file.
 *
 * Without a Chromium the page's tests are ignored, unless `CI` is set: there they must run.
 */

import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { isOnline } from "./page_parts.ts";
import { PagePool, remember, type Seat } from "./page_pool.ts";
import { allowed, type Server as RunningServer, startServer } from "./support.ts";
import { PATIENCE_MS } from "./wait.ts";

const PROGRAM = (allowed && Deno.env.get("CHROMIUM")) || "/usr/bin/chromium";
/** Instead of Playwright's list: what would ask the network, hold frames back, or load pages of its own. */
const WITHOUT = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "MediaRouter",
  "OptimizationHints",
  "PaintHolding",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxPopup",
];
const ARGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // One process for each page, not one more for whatever site it may go to.
  "--disable-site-isolation-trials",
  `--disable-features=${WITHOUT}`,
];

/** Without permissions, as in a bare `deno test`, the page's tests are ignored like all others. */
export const isIgnored = !allowed || (!Deno.env.has("CI") && !exists(PROGRAM));
if (isIgnored) console.log(`The page's tests are ignored: no permissions, or no ${PROGRAM}.`);

/** Playwright asks for permissions as soon as it is imported, so that must wait. */
export async function launch(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return await chromium.launch({ executablePath: PROGRAM, args: ARGS });
}

/** A server of one's own, on a port that stays the same when it is started again. */
export class Server {
  url = "";
  #flags: string[];
  #running?: RunningServer;

  constructor(...flags: string[]) {
    this.#flags = flags;
  }

  async start(): Promise<this> {
    const addr = this.url ? ["--addr", new URL(this.url).host] : [];
    this.#running = await startServer(...addr, ...this.#flags);
    this.url = `http://${this.#running.host}`;
    return this;
  }

  async stop(signal: Deno.Signal = "SIGTERM"): Promise<void> {
    await this.#running?.stop(signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Says something in a room without a page. */
  async say(room: string, text: string, name = "Bot"): Promise<void> {
    const answer = await fetch(`${this.url}/rooms/${encodeURIComponent(room)}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text, name }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.body?.cancel();
  }
}

/** A visitor of the page. */
export interface Visitor {
  room?: string;
  /** Instead of a room. */
  path?: string;
  phone?: boolean;
  dark?: boolean;
  language?: string;
  context?: BrowserContext;
  settings?: Record<string, unknown>;
}

/** The browser and the server of a test, and its people. */
export class Stage {
  readonly browser: Browser;
  readonly server: Server;
  readonly #pool: PagePool;
  readonly #contexts = new Set<BrowserContext>();
  readonly #seats = new Set<Seat>();

  constructor(
    browser: Browser,
    server: Server,
    pool: PagePool = new PagePool(browser),
  ) {
    this.browser = browser;
    this.server = server;
    this.#pool = pool;
  }

  /** A context for one person, which is closed after the test: for routes, listeners and the like. */
  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({ locale: "en-GB", ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    this.#contexts.add(context);
    return context;
  }

  /** Opens the page. Without a name it is the first visit; else it is online when this resolves. */
  async come(name: string, visitor: Visitor = {}): Promise<Page> {
    const page = await this.open(name, visitor);
    await isOnline(page);
    return page;
  }

  /** The same, but waits for nothing. */
  async open(name: string, visitor: Visitor = {}): Promise<Page> {
    const { room = "lobby", path = `/rooms/${encodeURIComponent(room)}`, settings } = visitor;
    const you = name ? { name, email: "", pictures: true, ...settings } : undefined;
    const page = await this.#page(visitor, you);
    await page.goto(new URL(path, this.server.url).href);
    return page;
  }

  async #page({ context, ...device }: Visitor, you?: Record<string, unknown>): Promise<Page> {
    if (context) {
      if (you) await remember(context, you);
      return await context.newPage();
    }
    const seat = await this.#pool.take({
      viewport: device.phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
      colorScheme: device.dark ? "dark" : "light",
      hasTouch: device.phone ?? false,
      locale: device.language ?? "en-GB",
    }, you);
    seat.page.context().setDefaultTimeout(PATIENCE_MS);
    this.#seats.add(seat);
    return seat.page;
  }

  /** Everybody leaves; what can be used again is. */
  async close(): Promise<void> {
    await Promise.all([...this.#contexts].map((context) => context.close()));
    for (const seat of this.#seats) await this.#pool.give(seat, this.server.url);
    this.#contexts.clear();
    this.#seats.clear();
  }

  /** Everybody leaves, and nothing is used again: the test has failed. */
  async abandon(): Promise<void> {
    const contexts = [...this.#contexts, ...[...this.#seats].map(({ page }) => page.context())];
    await Promise.all(contexts.map((context) => context.close()));
  }
}

let launched: Promise<Browser> | undefined;
let pool: PagePool;

/** The browser of all tests in this worker, launched by the first of them. */
async function sharedBrowser(): Promise<Browser> {
  if (launched) return await launched;
  launched = launch();
  pool = new PagePool(await launched);
  return await launched;
}

/** Declares tests that share a server with these flags, from the first to the last of them. */
export function pageTests(...flags: string[]) {
  const server = new Server(...flags);
  let left = 0;
  if (!isIgnored) {
    Deno.test.afterAll(async () => {
      await server.stop();
      await (await launched)?.close();
    });
  }
  return (name: string, use: (stage: Stage) => Promise<void>): void => {
    const sanitizers = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
    left++;
    Deno.test({ name, ignore: isIgnored, ...sanitizers }, async () => {
      const [browser] = await Promise.all([sharedBrowser(), server.url || server.start()]);
      const stage = new Stage(browser, server, pool);
      try {
        await use(stage);
        await stage.close();
      } finally {
        await stage.abandon();
        if (--left === 0) await server.stop();
      }
    });
  };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
