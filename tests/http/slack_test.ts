/** What payloads of Slack's webhooks say. */

import { assertEquals } from "@std/assert";
import { slackText } from "../../http/slack.ts";

Deno.test("slackText: turns Slack's way of writing into Markdown", () => {
  const text = (text: string) => slackText({ text });
  assertEquals(text("*bold* and ~gone~ and _it_, 2*3*4"), "**bold** and ~~gone~~ and _it_, 2*3*4");
  assertEquals(text("a &lt;b&gt; &amp; c"), "a <b> & c");
  assertEquals(
    text("<https://e.org|the docs>, <https://e.org>"),
    "the docs (https://e.org), https://e.org",
  );
  assertEquals(
    text("<!channel> <@U1> <#C1|general> <!date^1^x|today>"),
    "channel @U1 general today",
  );
});

Deno.test("slackText: shows blocks rather than the text that stands in for them", () => {
  const blocks = [
    { type: "header", text: { type: "plain_text", text: "Deploy" } },
    {
      type: "section",
      text: { type: "mrkdwn", text: "*done*" },
      fields: [{ type: "plain_text", text: "v1" }],
    },
    { type: "divider" },
    {
      type: "context",
      elements: [{ type: "mrkdwn", text: "by" }, {
        type: "image",
        alt_text: "Ann",
        image_url: "https://e.org/a.png",
      }],
    },
    {
      type: "actions",
      elements: [{
        type: "button",
        text: { type: "plain_text", text: "Open" },
        url: "https://e.org",
      }],
    },
    {
      type: "rich_text",
      elements: [{
        type: "rich_text_section",
        elements: [{ type: "text", text: "hi", style: { bold: true } }, {
          type: "link",
          url: "https://e.org",
          text: "there",
        }],
      }],
    },
  ];
  assertEquals(
    slackText({ text: "fallback", blocks }),
    "**Deploy**\n**done**\nv1\n---\nby Ann (https://e.org/a.png)\nOpen (https://e.org)\n**hi**there (https://e.org)",
  );
});

Deno.test("slackText: gives attachments their title, text and fields", () => {
  const attachments = [
    {
      pretext: "New alert",
      title: "Disk full",
      title_link: "https://e.org/1",
      text: "on *db1*",
      fields: [{ title: "Severity", value: "high" }],
      footer: "monitor",
    },
    { fallback: "only this" },
  ];
  assertEquals(
    slackText({ attachments }),
    "New alert\n**Disk full (https://e.org/1)**\non **db1**\n**Severity**: high\nmonitor\n\nonly this",
  );
});

Deno.test("slackText: survives anything that is no payload", () => {
  let deep: unknown = { type: "text", text: "deep" };
  for (let n = 0; n < 10_000; n++) deep = { type: "rich_text", elements: [deep] };
  const odd = [{}, { text: 1 }, { blocks: "x", attachments: {} }, { blocks: [null, 1, "x", []] }, {
    attachments: [{ fields: [{}], text: [] }],
  }, { blocks: [deep] }];
  for (const payload of odd) assertEquals(slackText(payload).trim(), "");
});
