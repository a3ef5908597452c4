/**
 * A message's text as nodes: links for http and https, the reader's own name marked, all else plain
 * text. Links open elsewhere and do not tell where from.
 */
import { make } from "./page.js";

const LINK = /https?:\/\/[^\s<>"'`\u202a-\u202e\u2066-\u2069]+/giu;
const PUNCTUATION = /[.,;:!?…。，、；：！？'"“”‘’*_~]+$/u;
const EMOJI = /^(\p{RGI_Emoji}\s*){1,8}$/v;

export function textNodes(text, me) {
  const nodes = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = trimmed(found);
    if (!URL.canParse(address)) continue;
    const link = make("a", "", address);
    Object.assign(link, { href: address, target: "_blank", rel: "noopener noreferrer" });
    nodes.push(...marked(text.slice(done, index), me), link);
    done = index + address.length;
  }
  return [...nodes, ...marked(text.slice(done), me)];
}

/** Without the sentence's punctuation, and without a bracket that the link did not open. */
function trimmed(link) {
  const rest = link.replace(PUNCTUATION, "");
  const isSurplus = rest.endsWith(")") && rest.split(")").length > rest.split("(").length;
  return isSurplus ? trimmed(rest.slice(0, -1)) : rest;
}

function marked(text, me) {
  const parts = me ? text.split(mentionOf(me)) : [text];
  return parts.map((part, index) => index % 2 ? make("mark", "", part) : part);
}

/** `@name` as a word, not in an address. Scripts without cases may go on without a space. */
function mentionOf(name) {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\w.+-])(@${escaped})(?![\\p{Lu}\\p{Ll}\\p{M}\\p{N}_])`, "giu");
}

export const mentions = (text, name) => name !== "" && mentionOf(name).test(text);

export const isEmoji = (text) => EMOJI.test(text);

/** What is done, if the text is `/me does it`. */
export const deed = (text) => /^\/me\s+(\S[^]*)/.exec(text)?.[1];
