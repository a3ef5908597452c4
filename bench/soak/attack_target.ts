/**
 * What the attacks of a soak share: the server, addresses to come from, and a way to count.
 *
 * The server trusts its peer on the loopback interface as it would a proxy, so an attack chooses its
 * address by a header.
 */

/** A server under attack. */
export interface Target {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** The room that the good clients are in. */
  readonly room: string;
  /** Aborts when the attack is over. */
  readonly signal: AbortSignal;
}

/** One kind of attack: what is done again and again by several loops at once. */
export interface Attack {
  readonly loops: number;
  /** The pause between two steps of one loop, in milliseconds. */
  readonly pauseMs: number;
  /** Does it once; what it throws counts as refused. */
  step(target: Target, loop: number): Promise<void>;
}

/** The headers of a request that comes from the address of this number. */
export function from(address: number): Record<string, string> {
  return { "x-forwarded-for": `10.66.${address >> 8}.${address & 255}` };
}

/** Asks for a path, throws unless the answer is good, and drops its body. */
export async function ask(
  { host, signal }: Target,
  path: string,
  address: number,
  init: RequestInit = {},
): Promise<void> {
  const headers = { ...from(address), ...init.headers };
  const response = await fetch(`http://${host}${path}`, { ...init, headers, signal });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${response.status}`);
}

/** Opens a WebSocket, uses it, and closes it. Throws if it does not open, or is closed by the server. */
export async function withSocket(
  { host, signal }: Target,
  path: string,
  address: number,
  use: (socket: WebSocket) => Promise<void>,
): Promise<void> {
  const options = { headers: from(address) } as unknown as string[];
  const socket = new WebSocket(`ws://${host}${path}`, options);
  const closed = new Promise<void>((resolve) => {
    socket.onclose = () => resolve();
    socket.onerror = () => resolve();
  });
  await Promise.race([new Promise((resolve) => socket.onopen = resolve), closed]);
  if (socket.readyState !== WebSocket.OPEN) throw new Error("refused");
  await Promise.race([use(socket), closed]);
  const isEnded = socket.readyState !== WebSocket.OPEN;
  socket.close();
  if (isEnded && !signal.aborted) throw new Error("closed by the server");
}

/** Opens a connection, writes this as its beginning, uses it, and closes it. */
export async function withBytes(
  { host }: Target,
  bytes: string,
  use: (connection: Deno.TcpConn) => Promise<void>,
): Promise<void> {
  const [hostname, port] = host.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(new TextEncoder().encode(bytes));
  await use(connection);
}

/** The head of a request from this address. */
export function headOf({ host }: Target, path: string, address: number, more = ""): string {
  const [[name, value]] = Object.entries(from(address));
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${name}: ${value}\r\n${more}\r\n`;
}
