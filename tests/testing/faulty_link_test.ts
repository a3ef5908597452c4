/** A link that can break. */

import { assertEquals } from "@std/assert";
import { FaultyLink } from "../../testing/faulty_link.ts";
import { test } from "../../testing/support.ts";
import { within } from "../../testing/wait.ts";

async function connect({ host }: FaultyLink): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: "127.0.0.1", port: Number(host.split(":")[1]) });
}

/** What the connection delivers until it ends; reset counts as an end. */
const textOf = (connection: Deno.TcpConn) =>
  within(new Response(connection.readable).text().catch(() => "ended"), "the end");

test("FaultyLink: ends the connection where the server refuses it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  await using link = new FaultyLink((listener.addr as Deno.NetAddr).port);
  assertEquals(await textOf(await connect(link)), "");
});

test("FaultyLink: passes on what the server sends, until it is cut", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using link = new FaultyLink(listener.addr.port);
  const near = await connect(link);
  const far = await listener.accept();
  await far.write(new TextEncoder().encode("hello"));
  const chunk = new Uint8Array(10);
  assertEquals([await within(near.read(chunk), "the text"), link.passed], [5, 1]);
  link.cut();
  assertEquals(await within(near.read(chunk).catch(() => null), "the end"), null);
  for (const end of [near, far]) end.close();
  assertEquals(await textOf(await connect(link)), "");
  listener.close();
});

test("FaultyLink: holds back what the server sends, and then passes all of it on", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using link = new FaultyLink(listener.addr.port);
  const near = await connect(link);
  const far = await listener.accept();
  link.hold();
  await far.write(new TextEncoder().encode("one"));
  // What goes the other way still arrives.
  await near.write(new TextEncoder().encode("ask"));
  const chunk = new Uint8Array(10);
  assertEquals([await within(far.read(chunk), "the question"), link.passed], [3, 0]);
  link.repair();
  assertEquals([await within(near.read(chunk), "the text"), link.passed], [3, 1]);
  for (const end of [near, far]) end.close();
  listener.close();
});
