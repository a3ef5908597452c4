/**
 * What each wire makes of frames and of messages. The baseline of encoding is the plain-text wire,
 * which only joins; of decoding it is `JSON.parse` alone.
 */

import { eventsOf } from "../wire/events.ts";
import { gochattingAt, gochattingBatchedAt } from "../wire/gochatting.ts";
import { json } from "../wire/json.ts";
import { linesAt } from "../wire/lines.ts";
import { sayFrame, talk } from "./samples.ts";

const gochatting = gochattingAt({ room: "r", base: "" });
const gochattingBatched = gochattingBatchedAt({ room: "r", base: "" });
const lines = linesAt({ room: "r", base: "" });

const texts = { plain: talk(1)[0].text, hard: talk(1, "hard")[0].text };

for (const kind of ["plain", "hard"] as const) {
  for (const count of [1, 100]) {
    const messages = talk(count, kind);
    for (const wire of [lines, json, eventsOf("bench"), gochatting, gochattingBatched]) {
      const name = wire === gochattingBatched ? "gochatting, batched" : wire.name;
      Deno.bench({
        name: `${name}: encode ${count} (${kind})`,
        group: `encode ${count} (${kind} text)`,
        baseline: wire === lines,
        fn: () => void wire.encode(messages),
      });
    }
  }

  const frame = sayFrame(kind);
  const many = Array(20).fill(frame).join("\n");
  const group = `decode (${kind} text)`;
  Deno.bench({
    name: `JSON.parse alone (${kind})`,
    group,
    baseline: true,
    fn: () => void JSON.parse(frame),
  });
  Deno.bench(`json: decode 1 (${kind})`, { group }, () => void json.decode(frame));
  Deno.bench(`json: decode 20 in a frame (${kind})`, { group }, () => void json.decode(many));
  Deno.bench(`lines: decode 1 (${kind})`, { group }, () => void lines.decode(texts[kind]));
}
