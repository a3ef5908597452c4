/// <reference lib="dom" />
/**
 * Pages that are used by one test after another, since opening one costs more than most tests do with it.
 *
 * A page from the pool is alone in its context and knows nothing of earlier tests: no cookies, no stored
 * data, no history of a connection. What is not reset are routes, listeners, permissions, the browser's
 * clock and its cache of files: a test that touches these takes a context of its own.
 */

import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Disposable,
  Page,
} from "playwright-core";

/** A page in a context of its own. */
export interface Seat {
  readonly page: Page;
  readonly device: string;
  /** What the browser remembers of its person. */
  memory?: Disposable;
}

/** The pages of one browser that nobody uses now. */
export class PagePool {
  readonly #free = new Map<string, Seat[]>();
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** A page on this device that has nothing open, and whose browser remembers this person, if any. */
  async take(options: BrowserContextOptions, you?: Record<string, unknown>): Promise<Seat> {
    const device = JSON.stringify(options);
    const seat = this.#free.get(device)?.pop() ?? { page: await this.#open(options), device };
    if (you) seat.memory = await remember(seat.page.context(), you);
    return seat;
  }

  /**
   * Takes a page back; one that the test has closed, or to which it has added another, is not reused.
   *
   * @param site the origin whose data is removed
   */
  async give(seat: Seat, site: string): Promise<void> {
    const { page, device } = seat;
    const context = page.context();
    if (page.isClosed() || context.pages().length > 1) return await context.close();
    await context.setOffline(false);
    await page.evaluate(() => origin !== "null" && sessionStorage.clear());
    await page.goto("about:blank");
    await seat.memory?.dispose();
    await context.clearCookies();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Storage.clearDataForOrigin", { origin: site, storageTypes: "all" });
    await devtools.detach();
    const free = this.#free.get(device);
    if (free) free.push({ page, device });
    else this.#free.set(device, [{ page, device }]);
  }

  async #open(options: BrowserContextOptions): Promise<Page> {
    const context = await this.#browser.newContext(options);
    return await context.newPage();
  }
}

/** Has a browser remember somebody. */
export function remember(
  context: BrowserContext,
  you: Record<string, unknown>,
): Promise<Disposable> {
  return context.addInitScript(
    (you) => {
      if (origin !== "null") localStorage["hubbub you"] ??= you;
    },
    JSON.stringify(you),
  );
}
