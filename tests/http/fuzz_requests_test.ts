/**
 * Requests that no browser would send, to a server that is open and to one that asks for tokens,
 * while witnesses chat on. Whatever is answered is an answer of HTTP's, and never a 500.
 */

import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { assertCalm, chance, join, SEED, STACK } from "../../testing/fuzz.ts";
import { type Wild, wildRequest } from "../../testing/fuzz_http.ts";
import { Peer, serveChat, test, within } from "../../testing/support.ts";

const REQUESTS = 5_200;

/** One answer, undefined if the connection ended instead. */
interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

async function ask(host: string, { bytes, cut }: Wild): Promise<Answer | undefined> {
  const [hostname, port] = host.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    if (cut) await connection.closeWrite();
    return await answer(connection, bytes[0] === 72);
  } catch (error) {
    // It may hang up before it has read everything.
    if (error instanceof Deno.errors.ConnectionReset) return;
    if (error instanceof Deno.errors.BrokenPipe) return;
    if (error instanceof Deno.errors.NotConnected) return;
    throw error;
  }
}

/** @param headOnly whether the method was HEAD, by its first letter */
async function answer(connection: Deno.Conn, headOnly: boolean): Promise<Answer | undefined> {
  let received: Uint8Array = new Uint8Array(0);
  const chunk = new Uint8Array(65_536);
  for (;;) {
    const text = new TextDecoder("latin1").decode(received);
    const found = whole(text.replace(/^HTTP\/1\.1 100 .*\r\n\r\n/, ""), headOnly);
    if (found) return found;
    const count = await within(connection.read(chunk), "an answer");
    if (count === null) {
      assertMatch(text, /^$|^HTTP\/1\.[01] \d{3}/);
      return;
    }
    received = join(received, chunk.subarray(0, count));
  }
}

/** The answer that this is, if it is one to its end; events, which have none, end with the head. */
function whole(text: string, headOnly: boolean): Answer | undefined {
  const end = text.indexOf("\r\n\r\n") + 4;
  if (end < 4) return;
  const head = text.slice(0, end);
  let body = text.slice(end);
  const status = Number(head.slice(9, 12));
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  if (headOnly || status === 304) return { status, head, body };
  if (/^transfer-encoding: chunked/im.test(head)) {
    const endless = /^content-type: text\/event-stream/im.test(head);
    if (!endless && !body.endsWith("0\r\n\r\n")) return;
  } else if (body.length < length) return;
  // What stood behind the request may have been taken for another, and answered, too.
  else body = body.slice(0, length);
  return { status, head, body };
}

const decoder = new TextDecoder("latin1");
/** How a request begins, for the message of a failure. */
const show = ({ bytes, cut }: Wild) =>
  `${cut} ${JSON.stringify(decoder.decode(bytes.slice(0, 600)))}`;

/** Asks for whatever chance gives, and counts the answers of each status. */
async function fuzz(host: string, salt: number, requests: number): Promise<Map<number, number>> {
  const random = chance(salt);
  const counts = new Map<number, number>();
  for (let asked = 0; asked < requests; asked++) {
    const wild = wildRequest(random, host);
    let found: Answer | undefined;
    try {
      found = await ask(host, wild);
      if (found) check(found);
    } catch (error) {
      throw new Error(`salt ${salt}, request ${asked}: ${show(wild)}`, { cause: error });
    }
    const status = found?.status ?? 0;
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

function check({ status, head, body }: Answer): void {
  const said = `${head}${body.slice(0, 300)}`;
  assert(status < 500, said);
  assertFalse(STACK.test(head), said);
  if (status < 400) return;
  assertFalse(STACK.test(body), said);
  // The listener itself answers what is no HTTP, without a body.
  if (status === 400 && !/^content-type:/im.test(head)) return assertEquals(body, "");
  assertMatch(head, /^content-type: application\/problem\+json\r$/im);
  if (body) assertEquals(JSON.parse(body).status, status);
}

test(`Routes.fetch: survives ${REQUESTS} bad requests, HUBBUB_SEED=${SEED}, while everyone else chats on`, async () => {
  await using server = await serveChat("--rate", "0", "--max-message", "1024", "--trust-proxy");
  const secret = await Deno.makeTempFile();
  await Deno.writeTextFile(secret, "a secret of the test, long enough");
  await using locked = await serveChat("--auth-secret-file", secret);
  await Deno.remove(secret);
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann");
  await using bob = await Peer.join(server.host, "/rooms/lobby?name=Bob");
  const fuzzing = [
    ...[1, 2, 3, 4].map((salt) => fuzz(server.host, salt, REQUESTS / 5)),
    fuzz(locked.host, 5, REQUESTS / 5),
  ];
  let ended = false;
  const talk = async () => {
    let turns = 0;
    for (; !ended; turns++) {
      ann.say(`turn ${turns}`, `witness ${turns}`);
      while ((await bob.next("message")).id !== `witness ${turns}`);
    }
    return turns;
  };
  const done = Promise.all(fuzzing).finally(() => ended = true);
  const [counts, turns] = await Promise.all([done, talk()]);
  assert(turns > 20, `${turns} turns`);
  const statuses = new Set(counts.flatMap((counted) => [...counted.keys()]));
  for (const status of [101, 200, 201, 400, 403, 404, 405, 413, 415, 426]) {
    assert(statuses.has(status), `no ${status} among ${[...statuses]}`);
  }
  assert(counts[4].get(401)! > 100);
  for (const [index, { seq }] of bob.all("message").entries()) assertEquals(seq, index + 1);
  assertCalm([...server.log.events, ...locked.log.events]);
});
