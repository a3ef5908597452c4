/// <reference lib="dom" />
/**
 * What the page's tests share: one Chromium a file, a context for each person, and a real server that
 * can be killed and started again on its port and its file. Without a Chromium the page's tests are
 * ignored, unless `CI` is set: there they must run.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { allowed, type Server as RunningServer, startServer } from "../testing/support.ts";

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

export interface Visitor {
  name?: string;
  room?: string;
  phone?: boolean;
  dark?: boolean;
  language?: string;
  context?: BrowserContext;
  settings?: Record<string, unknown>;
}

/** A page in a context of its own, whose owner has given a name before. No name: it is the first visit. */
export async function visit(browser: Browser, url: string, visitor: Visitor = {}): Promise<Page> {
  const { name, room = "lobby", phone, dark, language = "en-GB", settings } = visitor;
  const context = visitor.context ?? await browser.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    colorScheme: dark ? "dark" : "light",
    hasTouch: phone ?? false,
    locale: language,
  });
  if (name) {
    const you = JSON.stringify({ name, email: "", pictures: true, ...settings });
    await context.addInitScript(
      (you) => {
        if (origin !== "null") localStorage["hubbub you"] ??= you;
      },
      you,
    );
  }
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  await page.goto(`${url}/rooms/${encodeURIComponent(room)}`);
  if (name) await isOnline(page);
  return page;
}

export const isOnline = (page: Page) => page.locator("#status.online").waitFor();

export async function say(page: Page, text: string): Promise<void> {
  await page.fill("#text", text);
  await page.press("#text", "Enter");
}

/** Waits until a line of the log holds this text. */
export const sees = (page: Page, text: string) =>
  page.locator("#lines .text", { hasText: text }).last().waitFor();

/** The texts of the log, as they stand. */
export const texts = (page: Page) => page.locator("#lines .text").allTextContents();

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
