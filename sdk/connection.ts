/**
 * A WebSocket that comes back: one socket at a time, and when the next one is tried.
 *
 * It is online from the server's first object to the loss of the socket. After a loss it comes back
 * by itself, after a random pause that grows; where that would not help (`stopped`) only when asked
 * to `wake`. A half-open connection is noticed by the {@linkcode Heartbeat}. It knows neither rooms
 * nor messages: it passes on what a frame holds, and sends a command if it is online.
 */

import { Heartbeat, type HeartbeatTiming } from "./heartbeat.ts";
import { currentToken, type Token } from "./http.ts";
import type { Link } from "./link.ts";
import { explainRefusal, isFinal } from "./refusal.ts";
import { planAfter, type Status, type Why } from "./status.ts";

/** How long things may take, in milliseconds. */
export interface Timing extends HeartbeatTiming {
  /** From an attempt to the server's first object. */
  readonly openingMs: number;
  /** A connection that lasted this long starts the pauses from the shortest again. */
  readonly steadyMs: number;
}

/** Used where nothing else is given. */
export const TIMING: Timing = {
  openingMs: 10_000,
  steadyMs: 10_000,
  quietMs: 25_000,
  answerMs: 10_000,
};

/** What a connection is for: `O` are the objects that it brings. */
export interface ConnectionOptions<O> {
  /** The address over HTTP, with its query, for each attempt. */
  readonly url: () => URL;
  /** Where to ask why an attempt has failed: the same address unless another is given. */
  readonly probe?: () => URL;
  readonly token?: Token;
  readonly timing?: Partial<Timing>;
  /** The objects in a frame. */
  readonly parse: (frame: string) => O[];
  /** Takes the objects of one frame. */
  readonly onObjects: (objects: readonly O[]) => void;
  readonly onStatus: (status: Status) => void;
}

/** Ids of pings begin with this, so that a refusal of one (0.1 knows no `ping`) is recognised. */
const PING = "ping-";
type Waiting = Extract<Status, { is: "waiting" }>;

/** A close that is not answered is not waited for any longer. */
const CLOSE_MS = 2_000;

/** A connection to a server. */
export class Connection<O extends { readonly type: string }> implements Link {
  readonly #options: ConnectionOptions<O>;
  readonly #timing: Timing;
  readonly #heartbeat: Heartbeat;
  #status: Status = { is: "connecting" };
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #pings = 0;

  constructor(options: ConnectionOptions<O>) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    const ping = () => void this.send({ type: "ping", id: PING + ++this.#pings });
    this.#heartbeat = new Heartbeat(this.#timing, ping, () => this.#lose({ kind: "silent" }));
  }

  get status(): Status {
    return this.#status;
  }

  get isOnline(): boolean {
    return this.#status.is === "online";
  }

  /** Sends a command; returns false if there is no connection. */
  send(command: object): boolean {
    if (!this.isOnline || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  /**
   * There is a reason to try now: the network is back, the tab is visible again, a person asks. A
   * connection that waits is tried at once unless it must wait; one that is online is probed.
   */
  wake(): void {
    const { is } = this.#status;
    if (is === "online") this.#heartbeat.probe();
    else if (is === "stopped" || (is === "waiting" && !this.#status.mustWait)) this.open();
  }

  /** Connects for the first time, if nothing else has happened yet. */
  start(): void {
    if (this.#status.is === "connecting" && !this.#socket) this.open();
  }

  /** Connects now, in place of the connection there may be. */
  open(): void {
    this.#drop();
    this.#become({ is: "connecting" });
    let socket: WebSocket;
    try {
      socket = openSocket(this.#options.url(), currentToken(this.#options.token));
    } catch (error) {
      return this.#become({ is: "stopped", why: { kind: "lost", detail: String(error) } });
    }
    this.#socket = socket;
    let trouble = "";
    this.#timer = setTimeout(() => this.#lose({ kind: "silent" }), this.#timing.openingMs);
    socket.onmessage = ({ data }) => this.#read(data);
    socket.onerror = (event) => trouble = (event as ErrorEvent).message ?? "";
    socket.onclose = ({ code, reason }) => {
      if (code > 1000 && code !== 1005 && code !== 1006) {
        this.#lose({ kind: "closed", code, detail: reason });
      } else this.#lose({ kind: "lost", detail: trouble });
    };
  }

  /** Closes it for good; resolves when the socket is closed, or has not answered for a while. */
  async close(): Promise<void> {
    const closed = this.#drop();
    if (this.#status.is !== "stopped") {
      this.#become({ is: "stopped", why: { kind: "left", detail: "" } });
    }
    await closed;
  }

  #become(status: Status): void {
    this.#status = status;
    this.#options.onStatus(status);
  }

  #read(data: unknown): void {
    this.#heartbeat.heard();
    if (typeof data !== "string") return;
    const objects = this.#options.parse(data).filter((object) => !isPong(object));
    const isFirst = this.#status.is === "connecting" &&
      objects.some(({ type }) => type === "welcome" || type === "hello");
    if (objects.length > 0) this.#options.onObjects(objects);
    if (!isFirst || this.#status.is !== "connecting") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tries = 0, this.#timing.steadyMs);
    this.#heartbeat.start();
    this.#become({ is: "online" });
  }

  #lose(ending: Omit<Why, "detail"> & { detail?: string }): void {
    const why = { detail: "", ...ending };
    const { code = 0, kind } = why;
    const wasOnline = this.isOnline;
    this.#drop();
    const plan = planAfter(kind === "closed" ? code : 0, this.#tries++);
    if (plan.stop) return this.#become({ is: "stopped", why });
    const pause = plan.longestMs * (0.5 + Math.random() / 2);
    const until = Math.round(Date.now() + pause);
    const waiting: Waiting = { is: "waiting", until, why, mustWait: plan.mustWait };
    this.#become(waiting);
    // A listener may have closed it, or woken it up.
    if (this.#status !== waiting) return;
    const explaining = !wasOnline && kind === "lost" ? this.#explain(waiting) : undefined;
    const timer = this.#timer = setTimeout(async () => {
      await explaining;
      if (this.#status.is === "waiting" && this.#timer === timer) this.open();
    }, pause);
  }

  /** Finds out why an attempt has failed, and says so. */
  async #explain(waiting: Waiting): Promise<void> {
    const { url, probe = url, token } = this.#options;
    const why = await explainRefusal(probe(), { token });
    if (!why || this.#status !== waiting) return;
    if (!isFinal(why)) return this.#become({ ...waiting, why });
    clearTimeout(this.#timer);
    this.#become({ is: "stopped", why });
  }

  /** Lets the socket go, whatever it does from now on; resolves when it is closed, or late. */
  #drop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket || socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(resolve, CLOSE_MS);
      socket.onmessage = socket.onerror = null;
      socket.onclose = () => {
        clearTimeout(late);
        resolve();
      };
      socket.close();
    });
  }
}

function isPong(object: { readonly type: string; readonly id?: string }): boolean {
  return object.type === "pong" || (object.type === "error" && !!object.id?.startsWith(PING));
}

/** With the token in a header where that is possible, since addresses are logged along the way. */
function openSocket(url: URL, token: string | undefined): WebSocket {
  const address = new URL(url);
  address.protocol = address.protocol.replace("http", "ws");
  if (!token) return new WebSocket(address);
  try {
    // The types may be those of a browser, which takes protocols there, and throws.
    const headers = { authorization: `Bearer ${token}` };
    return new WebSocket(address, { headers } as unknown as string[]);
  } catch {
    address.searchParams.set("token", token);
    return new WebSocket(address);
  }
}
