/** One suite over all wires: what every client may rely on, whichever it speaks. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";

interface Kind {
  name: string;
  path: string;
  /** Whether it joins messages that come together in one frame. */
  joins: boolean;
  /** Whether newlines inside a text survive. */
  multiline: boolean;
  say(text: string): string;
  /** The text of a piece, undefined where it is no message. */
  text(piece: string): string | undefined;
  /** What a refusal says, undefined for anything else. */
  refusal(piece: string): string | undefined;
}

const gochatting = {
  multiline: true,
  say: (text: string) => text,
  text(piece: string) {
    const { MType, TextMessage } = JSON.parse(piece);
    if (MType === "text_mtype" && TextMessage.UserInfo.Name !== "server") {
      return TextMessage.Content;
    }
  },
  refusal(piece: string) {
    const { MType, TextMessage } = JSON.parse(piece);
    if (MType === "text_mtype" && TextMessage.UserInfo.Name === "server") {
      return TextMessage.Content;
    }
  },
};

const KINDS: Kind[] = [
  {
    name: "lines",
    path: "/ws",
    joins: true,
    multiline: false,
    say: (text) => text,
    text: (piece) => piece.startsWith("-- not sent: ") ? undefined : piece,
    refusal: (piece) => piece.startsWith("-- not sent: ") ? piece : undefined,
  },
  {
    name: "json",
    path: "/rooms/lobby?name=",
    joins: true,
    multiline: true,
    say: (text) => JSON.stringify({ type: "say", text }),
    text(piece) {
      const { type, text } = JSON.parse(piece);
      return type === "message" ? text : undefined;
    },
    refusal(piece) {
      const { type, code } = JSON.parse(piece);
      return type === "error" ? code : undefined;
    },
  },
  { name: "gochatting", path: "/chat?email=a@example.org", joins: false, ...gochatting },
  {
    name: "gochatting batched",
    path: "/chat?email=a@example.org&batch=1",
    joins: true,
    ...gochatting,
  },
];

for (const { name, path, joins, multiline, say, text, refusal } of KINDS) {
  const texts = (peer: Peer) => peer.lines.map(text).filter((text) => text !== undefined);
  const refusals = (peer: Peer) => peer.lines.map(refusal).filter((why) => why !== undefined);

  const wireTest = (
    criterion: string,
    fn: (join: () => Promise<Peer>, server: ChatServer) => Promise<void>,
    ...flags: string[]
  ) =>
    test(`${name}: ${criterion}`, async () => {
      await using server = await serveChat(...flags);
      const peers: Peer[] = [];
      await fn(async () => {
        const peer = await Peer.join(server.host, path);
        peers.push(peer);
        return peer;
      }, server);
      for (const peer of peers) await peer[Symbol.asyncDispose]();
    });

  wireTest("sends everybody every message in one order, the sender too", async (join) => {
    const peers = [await join(), await join(), await join()];
    for (let n = 0; n < 20; n++) {
      for (const [who, peer] of peers.entries()) peer.send(say(`${who}.${n}`));
    }
    for (const peer of peers) await peer.until(() => texts(peer).length >= 60, "60 messages");
    const [first] = peers.map(texts);
    assertEquals(new Set(first).size, 60);
    for (const peer of peers) assertEquals(texts(peer), first);
    for (const who of [0, 1, 2]) {
      const own = first.filter((text) => text.startsWith(`${who}.`));
      assertEquals(own, Array.from({ length: 20 }, (_, n) => `${who}.${n}`));
    }
  });

  wireTest(
    joins ? "joins what comes together in one frame" : "sends one object a frame",
    async (join) => {
      const ann = await join();
      const bob = await join();
      for (let n = 0; n < 100; n++) ann.send(say(`${n}`));
      await bob.until(() => texts(bob).length >= 100, "100 messages");
      if (joins) assert(bob.frames.length < 60, `${bob.frames.length} frames`);
      else assertEquals(bob.frames.length, bob.lines.length);
      assert(bob.frames.every((frame) => frame !== "" && frame.trim() === frame));
    },
  );

  wireTest("carries text of every kind", async (join) => {
    const ann = await join();
    const odd = [
      `"quoted" 'text' \\ \\n {"type":"say"}`,
      "😀 👩‍👩‍👧 🇺🇳",
      "שלום عالم \u200f",
      "</script><script>alert(1)</script><!-- &amp; %00",
      "e\u0301 日本語 𐌰",
      "tab\tin it",
    ];
    for (const text of odd) ann.send(say(text));
    await ann.until(() => texts(ann).length >= odd.length, "all");
    assertEquals(
      texts(ann),
      multiline ? odd : odd.map((text) => text.replace(/[\u2028\u2029]/g, " ")),
    );
  });

  wireTest("keeps a text in one piece though it has newlines", async (join) => {
    const ann = await join();
    ann.send(say("one\ntwo\n\nthree"));
    ann.send(say("end"));
    await ann.until(() => texts(ann).length >= 2, "both");
    assertEquals(texts(ann), [multiline ? "one\ntwo\n\nthree" : "one two  three", "end"]);
  });

  wireTest("removes control characters from a text", async (join) => {
    const ann = await join();
    ann.send(say("a\0b\x1b[31mc\x7fd\u0081e"));
    await ann.until(() => texts(ann).length >= 1, "the message");
    assertEquals(texts(ann), ["ab[31mcde"]);
  });

  wireTest("never lets another kind of line break forge a line", async (join) => {
    const ann = await join();
    ann.send(say("a\u2028bob: b\u2029c\vd\r\ne"));
    await ann.until(() => texts(ann).length >= 1, "the message");
    const plain = ["a bob: b c d e"];
    assertEquals(texts(ann), multiline ? ["a\u2028bob: b\u2029cd\ne"] : plain);
  });

  wireTest("ignores an empty text", async (join) => {
    const ann = await join();
    for (const text of ["", " ", "\n \n", "\0", "\t"]) ann.send(say(text));
    ann.send(say("end"));
    await ann.until(() => texts(ann).length >= 1, "the message");
    assertEquals(texts(ann), ["end"]);
  });

  wireTest(
    "accepts a text up to the limit of bytes, and refuses a larger one to its sender alone",
    async (join) => {
      const ann = await join();
      const bob = await join();
      for (const fits of ["x".repeat(64), "é".repeat(32), "😀".repeat(16)]) ann.send(say(fits));
      for (const larger of ["x".repeat(65), "é".repeat(32) + "x", "😀".repeat(16) + "é"]) {
        ann.send(say(larger));
      }
      ann.send(say("end"));
      for (const peer of [ann, bob]) {
        await peer.until(() => texts(peer).length >= 4, "four messages");
        assertEquals(texts(peer), ["x".repeat(64), "é".repeat(32), "😀".repeat(16), "end"]);
      }
      await ann.until(() => refusals(ann).length >= 3, "three refusals");
      for (const why of refusals(ann)) assertMatch(why, /64 bytes|too_large/);
      assertEquals(refusals(bob), []);
    },
    "--max-message",
    "64",
  );

  wireTest(
    "refuses messages that come too fast to their sender alone, and goes on",
    async (join) => {
      const ann = await join();
      const bob = await join();
      for (let n = 0; n < 8; n++) ann.send(say(`${n}`));
      await ann.until(() => texts(ann).length + refusals(ann).length >= 8, "eight answers");
      bob.send(say("end"));
      await bob.until(() => texts(bob).includes("end"), "the end");
      assert(texts(bob).length < 9 && texts(bob).length >= 4, texts(bob).join());
      assert(refusals(ann).length >= 1);
      assertEquals(refusals(bob), []);
    },
    "--rate",
    "1",
    "--burst",
    "3",
  );

  wireTest(
    "ends who keeps on flooding, with 4029",
    async (join) => {
      const ann = await join();
      for (let n = 0; n < 300; n++) ann.send(say(`${n}`));
      const { code, reason } = await ann.closed;
      assertEquals([code, reason], [4029, "flooding"]);
      assert(refusals(ann).length >= 50, "it was not refused before");
    },
    "--rate",
    "1",
    "--burst",
    "3",
  );

  wireTest(
    "never limits with --rate 0",
    async (join) => {
      const ann = await join();
      for (let n = 0; n < 500; n++) ann.send(say(`${n}`));
      await ann.until(() => texts(ann).length >= 500, "500 messages");
      assertEquals(refusals(ann), []);
    },
    "--rate",
    "0",
    "--burst",
    "1",
  );
}
