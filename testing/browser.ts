/// <reference lib="dom" />
/**
 * What the page's tests share: one Chromium and one server a file, a context for each person, closed
 * when the test ends. The server can be killed and started again on its port and its file.
 *
 * Only this file knows how the page is built; tests use roles, labels and what is here. Without a
 * Chromium the page's tests are ignored, unless `CI` is set: there they must run.
 */

import type { Browser, BrowserContext, Locator, Page, WebSocketRoute } from "playwright-core";
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

/** Who opens the page, and with what. */
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

/** What a test of the page has. */
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

// The parts of the page.

export const fieldOf = (page: Page): Locator => page.getByRole("textbox", { name: /^Message / });
export const logOf = (page: Page): Locator => page.getByRole("log");
export const roomsOf = (page: Page): Locator => page.getByRole("navigation", { name: "Rooms" });
export const peopleOf = (page: Page): Locator =>
  page.getByRole("complementary", { name: "People" });
export const titleOf = (page: Page): Locator => page.getByRole("heading", { level: 1 });
/** What the page says about the connection. */
export const bannerOf = (page: Page): Locator => page.getByRole("status").first();
/** What it says about what is being written. */
export const hintOf = (page: Page): Locator => page.getByRole("status").last();
/** The messages that were kept. */
export const messagesOf = (page: Page): Locator => logOf(page).locator("[data-seq]");
/** The texts of these. */
export const textsIn = (page: Page): Locator => messagesOf(page).locator(".text");
/** The messages that wait, or were refused. */
export const unsentOf = (page: Page): Locator =>
  page.getByRole("group", { name: "Not sent yet" }).getByRole("article");
export const toEndOf = (page: Page): Locator =>
  page.getByRole("button", { name: /^(To the newest|\d+ new messages?)$/ });

export const isOnline = (page: Page): Promise<void> =>
  page.locator("[role=log][aria-busy=false]").waitFor();
export const isLost = (page: Page): Promise<void> =>
  page.locator("[role=log][aria-busy=true]").waitFor();

export async function say(page: Page, text: string): Promise<void> {
  await fieldOf(page).fill(text);
  await fieldOf(page).press("Enter");
}

/** Waits until a message that was kept holds this text. */
export const sees = (page: Page, text: string): Promise<void> =>
  textsIn(page).filter({ hasText: text }).last().waitFor();

/** The texts of the log, as they are shown. */
export const texts = (page: Page): Promise<string[]> => textsIn(page).allTextContents();

/** The texts that wait. */
export const unsent = (page: Page): Promise<string[]> =>
  unsentOf(page).locator(".text").allTextContents();

/** Enters a room by the switcher. */
export async function enter(page: Page, room: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(room);
  await page.getByRole("option", { name: room, exact: true })
    .or(page.getByRole("option", { name: /Make the room/ })).first().click();
}

/** The connections of a context's pages, which a test may cut. Open the page after this. */
export class Line {
  /** How often a page has tried to connect. */
  tries = 0;
  /** Changes what the server sends. */
  change: (frame: string) => string = (frame) => frame;
  readonly #sockets = new Set<WebSocketRoute>();
  #framed: () => void = () => {};
  #closing?: { code: number; reason?: string };

  static async of(context: BrowserContext): Promise<Line> {
    const line = new Line();
    await context.routeWebSocket(/\/rooms\//, (socket) => line.#route(socket));
    return line;
  }

  /** Closes all connections as a server would, and every new one until `restore`. */
  async cut(close: { code: number; reason?: string }): Promise<void> {
    this.#closing = close;
    await Promise.all([...this.#sockets].map((socket) => socket.close(close)));
    this.#sockets.clear();
  }

  /** Resolves when the server has sent the next frame. */
  frame(): Promise<void> {
    return new Promise((resolve) => this.#framed = resolve);
  }

  restore(): void {
    this.#closing = undefined;
  }

  #route(socket: WebSocketRoute): void {
    this.tries++;
    if (this.#closing) return void socket.close(this.#closing);
    this.#sockets.add(socket);
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      socket.send(this.change(String(frame)));
      this.#framed();
    });
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
