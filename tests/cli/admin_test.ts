/** `hubbub admin`: against a running server, and without one. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Browser } from "../../testing/cookies.ts";
import { Peer, run, startServer, test, within } from "../../testing/support.ts";
import { withFolder } from "../../testing/sqlite.ts";

/** Runs a command on a database, and answers with what it prints. */
async function admin(db: string, ...words: string[]) {
  const { code, stdout, stderr } = await run(["admin", "--db", db, ...words]);
  return { code, lines: stdout.trimEnd().split("\n"), stderr };
}

test("adminMain: invites the first admin, and administers members, beside a running server", async () => {
  await withFolder(async (folder) => {
    const db = `${folder}/chat.db`;
    await using server = await startServer("--db", db, "--access", "invite");
    assertEquals((await Deno.stat(`${db}.admin`)).mode! & 0o777, 0o600);
    const { lines: [link] } = await admin(db, "invite", "--role", "admin");
    assertMatch(link, new RegExp(`^http://${server.host}/join#[\\w-]{43}$`));
    const ann = new Browser(server);
    assertEquals((await ann.join(link, "Ann")).body.role, "admin");
    const bob = new Browser(server);
    const { body: { id } } = await bob.join((await admin(db, "invite")).lines[0], "Bob");
    const { lines } = await admin(db, "members");
    assert(lines.some((line) => line.startsWith(`${id}\tmember\tBob\t`)), lines.join());
    await using peer = await Peer.join(server.host, "/rooms/lobby", bob.headers);
    await peer.next("welcome");
    assertEquals((await admin(db, "remove", id)).code, 0);
    assertEquals((await within(peer.closed, "the end")).code, 1008);
    const last = await admin(db, "remove", (await ann.ask("GET", "/me")).body.id);
    assertEquals([last.code, last.stderr.includes("last admin")], [1, true]);
    const { lines: audit } = await admin(db, "audit");
    assertStringIncludes(audit.join("\n"), `operator\tremove\t{"seq":`);
  });
});

test("adminMain: forgets somebody, whose words are gone from the answers and the file", async () => {
  await withFolder(async (folder) => {
    const db = `${folder}/chat.db`;
    const key = (name: string) => ({ authorization: `Bearer ${name.repeat(40)}` });
    await using server = await startServer("--db", db);
    await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann", key("a"));
    await using bob = await Peer.join(server.host, "/rooms/lobby?name=Bob", key("b"));
    const { you: { id } } = await ann.next("welcome");
    await bob.next("welcome");
    for (let n = 0; n < 5; n++) ann.say(`unforgettable ${n}`);
    bob.say("mine stays");
    await bob.until(() => bob.all("message").length === 6, "all messages");
    const { code, lines } = await admin(db, "forget", id);
    assertEquals([code, ...lines], [
      0,
      `5 messages of ${id} are deleted`,
      "they are gone from the files",
    ]);
    await bob.until(() => bob.all("delete").length === 5, "the deletions");
    const history = await (await fetch(`http://${server.host}/rooms/lobby/messages`)).text();
    assert(!history.includes("unforgettable") && history.includes("mine stays"));
    for (const end of ["", "-wal", "-shm"]) {
      const bytes = await Deno.readFile(db + end).catch(() => new Uint8Array());
      assert(!new TextDecoder("latin1").decode(bytes).includes("unforgettable"), end);
    }
  });
});

test("adminMain: opens the database itself where no server runs", async () => {
  await withFolder(async (folder) => {
    const db = `${folder}/chat.db`;
    {
      await using server = await startServer("--db", db, "--access", "invite");
      await server.stop();
    }
    const url = "https://chat.example/team";
    const { code, lines: [link] } = await admin(db, "--url", url, "invite", "--role", "admin");
    assertEquals(code, 0);
    assertMatch(link, /^https:\/\/chat\.example\/team\/join#[\w-]{43}$/);
    await using server = await startServer("--db", db);
    const token = link.slice(link.indexOf("#") + 1);
    const { status, body } = await new Browser(server).ask("POST", "/join", { token, name: "Ann" });
    assertEquals([status, body.role], [201, "admin"]);
  });
});

test("adminMain: says what is wrong with words, and exits with 2", async () => {
  await withFolder(async (folder) => {
    const bad = [[], ["nonsense"], ["remove"], ["invite", "--uses", "0"], ["role", "a"]];
    for (const words of bad) {
      const { code, stderr } = await admin(`${folder}/none.db`, ...words);
      assertEquals([code, stderr.trimEnd().split("\n").length], [2, 1], words.join(" "));
    }
    assertEquals((await admin(`${folder}/none.db`, "members")).code, 2);
    assertEquals((await admin(":memory:", "members")).code, 2);
  });
});
