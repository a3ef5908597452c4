/// <reference lib="dom" />
/**
 * A browser for the page's tests: one Chromium and one server for each file, and a context for each
 * person, closed when the test ends. The server can be killed and started again on its port and file.
 *
 * Without a Chromium the page's tests are ignored, unless `CI` is set: there they must run.
 */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { isOnline } from "./page_parts.ts";
import { allowed, type Server as RunningServer, startServer } from "./support.ts";

const PROGRAM = (allowed && Deno.env.get("CHROMIUM")) || "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PATIENCE_MS = 8_000;

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
  readonly #contexts = new Set<BrowserContext>();

  constructor(browser: Browser, server: Server) {
    this.browser = browser;
    this.server = server;
  }

  /** A context for one person, which is closed after the test. */
  async context(options: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
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
    const context = visitor.context ?? await this.context({
      viewport: visitor.phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
      colorScheme: visitor.dark ? "dark" : "light",
      hasTouch: visitor.phone ?? false,
      locale: visitor.language ?? "en-GB",
    });
    if (name) await known(context, { name, email: "", pictures: true, ...settings });
    const page = await context.newPage();
    await page.goto(new URL(path, this.server.url).href);
    return page;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#contexts].map((context) => context.close()));
  }
}

/** Has the browser remember somebody. */
async function known(context: BrowserContext, you: Record<string, unknown>): Promise<void> {
  await context.addInitScript(
    (you) => {
      if (origin !== "null") localStorage["hubbub you"] ??= you;
    },
    JSON.stringify(you),
  );
}

/** Declares tests that share a Chromium and a server with these flags. */
export function pageTests(...flags: string[]) {
  let browser: Browser;
  const server = new Server(...flags);
  if (!isIgnored) {
    Deno.test.beforeAll(async () => {
      [browser] = await Promise.all([launch(), server.start()]);
    });
    Deno.test.afterAll(async () => {
      await browser.close();
      await server.stop();
    });
  }
  return (name: string, use: (stage: Stage) => Promise<void>): void => {
    const sanitizers = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };
    Deno.test({ name, ignore: isIgnored, ...sanitizers }, async () => {
      const stage = new Stage(browser, server);
      try {
        await use(stage);
      } finally {
        await stage.close();
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
