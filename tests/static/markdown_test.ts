/** Markdown as nodes: what is marked, what stays text, and what hostile texts cost. */

import { assertEquals } from "@std/assert";
import { type Inline, inlineOf } from "../../static/text/inline.ts";
import { type Block, markdownOf } from "../../static/text/markdown.ts";

/** Nodes as short text: `strong(a em(b))`. */
const short = (nodes: readonly Inline[]): string =>
  nodes.map((node) => {
    if (node.kind === "text") return node.text;
    if (node.kind === "code") return `code(${node.text})`;
    if (node.kind === "link") return `link(${node.text} ${node.href})`;
    return `${node.kind}(${short(node.nodes)})`;
  }).join("");

const outline = (blocks: readonly Block[]): unknown[] =>
  blocks.map((block) => {
    if (block.kind === "paragraph") return short(block.nodes);
    if (block.kind === "code") return { code: block.text, language: block.language };
    if (block.kind === "quote") return { quote: outline(block.blocks) };
    return { list: block.items.map(outline), start: block.start };
  });

Deno.test("inlineOf: marks bold, italics, strike-through and code, also inside one another", () => {
  const expected: Record<string, string> = {
    "**b** __b__ *i* _i_ ~~s~~ `c`": "strong(b) strong(b) em(i) em(i) s(s) code(c)",
    "**a *b* c**": "strong(a em(b) c)",
    "***both***": "strong(em(both))",
    "***a* b**": "strong(em(a) b)",
    "~~**a**~~": "s(strong(a))",
    "中文**强调**中文": "中文strong(强调)中文",
    "`` a`b `` `*c*`": "code(a`b) code(*c*)",
    "*a\nb*": "em(a\nb)",
  };
  for (const [text, nodes] of Object.entries(expected)) assertEquals(short(inlineOf(text)), nodes);
});

Deno.test("inlineOf: leaves what is not closed, words with marks, and sums as they are", () => {
  const plain = [
    "**a",
    "a*",
    "2*3*4",
    "snake_case_name",
    "a ** b",
    "* a *",
    "****a****",
    "`a",
    "~a~",
  ];
  for (const text of [...plain, "[a](javascript:alert(1))", "<b>a</b>", "![a](x.png)"]) {
    assertEquals(inlineOf(text), [{ kind: "text", text }]);
  }
  assertEquals(short(inlineOf("**a *b**")), "strong(a *b)");
  assertEquals(short(inlineOf("\\*a\\* \\`b\\` \\n")), "*a* `b` \\n");
});

Deno.test("inlineOf: makes links of addresses and named addresses, and no link lies", () => {
  const expected: Record<string, string> = {
    "see https://x.org/a_b_c.": "see link(https://x.org/a_b_c https://x.org/a_b_c).",
    "**see https://x.org**": "strong(see link(https://x.org https://x.org))",
    "[a b](https://x.org/(c)) d": "link(a b https://x.org/(c)) d",
    "`https://x.org`": "code(https://x.org)",
    "[https://bank.org](https://x.org)": "[https://bank.org](https://x.org)",
  };
  for (const [text, nodes] of Object.entries(expected)) assertEquals(short(inlineOf(text)), nodes);
});

Deno.test("markdownOf: tells paragraphs, code, quotes and lists apart", () => {
  assertEquals(outline(markdownOf("a\nb\n\nc")), ["a\nb", "c"]);
  assertEquals(outline(markdownOf("> a\n> > b\nc")), [{ quote: ["a", { quote: ["b"] }] }, "c"]);
  assertEquals(outline(markdownOf("- a\n- b\n  - c\n\n3. d\n4) e")), [
    { list: [["a"], ["b", { list: [["c"]], start: undefined }]], start: undefined },
    { list: [["d"], ["e"]], start: 3 },
  ]);
  assertEquals(outline(markdownOf("it was\n1999. A year")), ["it was\n1999. A year"]);
  assertEquals(outline(markdownOf("# a\n-b\n>")), ["# a\n-b", { quote: [] }]);
});

Deno.test("markdownOf: keeps every space of a code block, and does not look into it", () => {
  const code = "  if (a)\n\n\t**b**   \n    > `c`\n";
  assertEquals(outline(markdownOf(`x\n\`\`\`ts\n${code}\n\`\`\`\ny`)), [
    "x",
    { code, language: "ts" },
    "y",
  ]);
  assertEquals(outline(markdownOf("````\n```\n````")), [{ code: "```", language: "" }]);
  assertEquals(outline(markdownOf("```\nopen")), [{ code: "open", language: "" }]);
});

/** With quadratic time, each of these would take minutes. */
Deno.test("markdownOf: reads hostile texts in linear time, and nests no deeper than it says", () => {
  const parts = [
    "*",
    "_a",
    "**a ",
    "*a **b ",
    "~~",
    "`",
    "`a``",
    "[",
    "[a](",
    "[a](http://x",
    "[a](http://x(",
    "](",
    "\\",
    "> ",
    ">",
    "- ",
    "  - a\n",
    "1. ",
    "\n",
    "```\n",
    "a\n```",
    "http://",
    "http://a*_",
    "<b>",
    "![a](http://a)",
    "***a",
    "*a_b~~c`d",
    " ".repeat(9) + "\n",
    "- a\n\n",
    "\t",
  ];
  for (const part of parts) markdownOf(part.repeat(Math.ceil(300_000 / part.length)));
  const depthOf = (blocks: readonly Block[]): number =>
    1 + Math.max(0, ...blocks.map((block) => block.kind === "quote" ? depthOf(block.blocks) : 0));
  assertEquals(depthOf(markdownOf(">".repeat(1000) + " deep")), 5);
});
