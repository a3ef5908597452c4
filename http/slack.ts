/**
 * What a payload of Slack's incoming webhooks says, as text.
 *
 * Formatting becomes Markdown, a labelled link shows its address, and mentions become plain words. Blocks
 * take precedence over the text that stands in for them; attachments follow.
 */

type Fields = Readonly<Record<string, unknown>>;

const MOST_PARTS = 100;
const MOST_DEPTH = 6;

/** The text of a payload; `""` if it has none. */
export function slackText({ text, blocks, attachments }: Fields): string {
  const main = objectsOf(blocks).map((block) => blockText(block)).filter(Boolean).join("\n");
  const parts = [main || markdown(text), ...objectsOf(attachments).map(attachmentText)];
  return parts.filter(Boolean).join("\n\n");
}

/** Slack's way of writing, as Markdown. */
function markdown(value: unknown): string {
  if (typeof value !== "string") return "";
  return value
    .replace(/<([^<>\n]+)>/g, (_, inside: string) => angled(inside))
    .replace(/(^|[\s(])\*(\S(?:[^*\n]*\S)?)\*(?=$|[\s.,:;!?)])/gm, "$1**$2**")
    .replace(/(^|[\s(])~(\S(?:[^~\n]*\S)?)~(?=$|[\s.,:;!?)])/gm, "$1~~$2~~")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** What stands between `<` and `>`: a link, a person, a channel or a command. */
function angled(inside: string): string {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : inside.slice(bar + 1);
  if (target.startsWith("!date")) return label;
  if (/^[@#!]/.test(target)) return label || target.replace(/^!/, "");
  return label && label !== target ? `${label} (${target})` : target;
}

function attachmentText(attachment: Fields): string {
  const { pretext, author_name, title, title_link, text, fallback, footer } = attachment;
  const blocks = objectsOf(attachment.blocks).map((block) => blockText(block));
  const heading = linked(plain(title), title_link);
  const parts = [
    markdown(pretext),
    plain(author_name),
    heading && `**${heading}**`,
    markdown(text),
    ...blocks,
    ...objectsOf(attachment.fields).map(fieldText),
    linked(plain(attachment.image_url) && "image", attachment.image_url),
    markdown(footer),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join("\n") : plain(fallback);
}

function fieldText({ title, value }: Fields): string {
  const [name, text] = [plain(title), markdown(value)];
  return name && text ? `**${name}**: ${text}` : text || name;
}

/** A block, or an element of one. */
function blockText(block: Fields, depth = 0): string {
  if (depth > MOST_DEPTH) return "";
  const inner = (value: unknown) => objectsOf(value).map((one) => blockText(one, depth + 1));
  const { type, text, url } = block;
  switch (type) {
    case "header":
      return heading(objectText(text));
    case "section":
      return [objectText(text), ...objectsOf(block.fields).map(objectText)].filter(Boolean)
        .join("\n");
    case "context":
      return inner(block.elements).filter(Boolean).join(" ");
    case "actions":
      return inner(block.elements).filter(Boolean).join(", ");
    case "button":
      return linked(objectText(text), url);
    case "image":
      return linked(plain(block.alt_text) || objectText(block.title) || "image", block.image_url);
    case "divider":
      return "---";
    case "rich_text":
      return inner(block.elements).join("\n");
    case "rich_text_list":
      return inner(block.elements).map((item) => `- ${item}`).join("\n");
    case "rich_text_preformatted":
      return `\`\`\`\n${inner(block.elements).join("")}\n\`\`\``;
    case "rich_text_section":
      return inner(block.elements).join("");
    case "rich_text_quote":
      return inner(block.elements).join("").split("\n").map((line) => `> ${line}`).join("\n");
    case "link":
      return linked(plain(text) || plain(url), url);
    case "emoji":
      return `:${plain(block.name)}:`;
    case "text":
      return styled(plain(text), block.style);
    default:
      return objectText(block);
  }
}

/** A text object: plain text is shown as it is. */
function objectText(value: unknown): string {
  if (typeof value !== "object" || !value) return "";
  const { type, text } = value as Fields;
  return type === "mrkdwn" ? markdown(text) : plain(text);
}

function heading(text: string): string {
  return text && `**${text}**`;
}

function styled(text: string, style: unknown): string {
  if (typeof style !== "object" || !style || !text.trim()) return text;
  const { bold, italic, strike, code } = style as Fields;
  const mark = code ? "`" : `${bold ? "**" : ""}${italic ? "_" : ""}${strike ? "~~" : ""}`;
  return `${mark}${text}${[...mark].reverse().join("")}`;
}

/** A label with the address that is behind it. */
function linked(label: string, url: unknown): string {
  const address = plain(url);
  return label && address && label !== address ? `${label} (${address})` : label;
}

function plain(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The objects of a list, as many as are looked at. */
function objectsOf(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MOST_PARTS).filter((one) => typeof one === "object" && one !== null);
}
