/** The names of the people of direct rooms in an open chat, where nobody keeps a name for them. */

import { assertEquals } from "@std/assert";
import { Caller } from "../../testing/caller.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";

test("postDirect: knows people by the names of their connections, though they are in no room", async () => {
  await using server = await serveChat();
  const [ann, bob, eve] = ["ann", "bob", "eve"].map((name) => Caller.withKey(server, name));
  await using anns = await Peer.join(server.host, "/rooms?name=Ann", ann.headers);
  await using bobs = await Peer.join(server.host, "/rooms?name=Bob", bob.headers);
  for (const peer of [anns, bobs]) await peer.next("hello");
  const guest = await eve.id();
  const members = [await bob.id(), guest];
  const { status, body } = await ann.ask("POST", "/direct", { members });
  const names = ["Ann", "Bob", `guest-${guest.slice(0, 4)}`];
  const namesOf = (people: { name: string }[]) => people.map(({ name }) => name);
  assertEquals([status, namesOf(body.people)], [201, names]);
  for (const peer of [anns, bobs]) {
    const { added: [room] } = await peer.next("rooms");
    assertEquals([room.name, namesOf(room.members)], [body.name, names]);
  }
});
