/** The connections of a page, in the hands of a test. */

import type { BrowserContext, WebSocketRoute } from "playwright-core";

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
    await context.routeWebSocket(/\/rooms(\?|$)/, (socket) => line.#route(socket));
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
