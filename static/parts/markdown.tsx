/** A message's Markdown as elements, with the reader's name marked. */

import type { ComponentChildren } from "preact";
import { me } from "../state/people.ts";
import type { Inline } from "../text/inline.ts";
import { type Block, markdownOf } from "../text/markdown.ts";
import { piecesOf } from "../text/pieces.ts";
import { Code } from "./code.tsx";

/** Text that is one paragraph needs no element around it. */
export function Markdown({ text }: { text: string }) {
  const blocks = markdownOf(text);
  const [first] = blocks;
  if (blocks.length === 1 && first.kind === "paragraph") return <InlineNodes nodes={first.nodes} />;
  return <Blocks blocks={blocks} />;
}

export function InlineNodes({ nodes }: { nodes: readonly Inline[] }) {
  return <>{nodes.map((node, index) => <InlineNode node={node} key={index} />)}</>;
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return <>{blocks.map((block, index) => <BlockNode block={block} key={index} />)}</>;
}

function BlockNode({ block }: { block: Block }): ComponentChildren {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <InlineNodes nodes={block.nodes} />
        </p>
      );
    case "code":
      return <Code {...block} />;
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index}>
          <Markdowned blocks={item} />
        </li>
      ));
      return block.start === undefined ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
  }
}

/** An item that is one paragraph, perhaps with a list below it, stays close together. */
function Markdowned({ blocks: [first, ...rest] }: { blocks: readonly Block[] }) {
  if (first?.kind !== "paragraph") return <Blocks blocks={first ? [first, ...rest] : rest} />;
  return (
    <>
      <InlineNodes nodes={first.nodes} />
      <Blocks blocks={rest} />
    </>
  );
}

function InlineNode({ node }: { node: Inline }): ComponentChildren {
  switch (node.kind) {
    case "text":
      return piecesOf(node.text, me.value?.name ?? "").map(({ kind, text }, index) =>
        kind === "text" ? text : <mark key={index}>{text}</mark>
      );
    case "code":
      return <code>{node.text}</code>;
    case "link":
      return (
        <a
          href={node.href}
          title={node.text === node.href ? undefined : node.href}
          target="_blank"
          rel="noopener noreferrer"
        >
          {node.text}
        </a>
      );
    case "em":
    case "strong":
    case "s": {
      const Element = node.kind;
      return (
        <Element>
          <InlineNodes nodes={node.nodes} />
        </Element>
      );
    }
  }
}
