/**
 * The page's own elements, and the only ways new ones are made: text is always text, so that nothing
 * that anybody types can become HTML.
 */

/** Every element that has an id, by that id. */
export const page = Object.fromEntries(
  [...document.querySelectorAll("[id]")].map((each) => [each.id, each]),
);

export function make(tag, name = "", ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

export function button(name, children, act) {
  const made = make("button", name, ...children);
  made.addEventListener("click", act);
  return made;
}

/** An unchanged text is left alone, or it would be read out again. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A right-to-left name must not turn a sentence round. */
export const isolated = (name) => `\u2068${name}\u2069`;
