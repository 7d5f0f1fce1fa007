/** Making and changing elements. Text is only ever text: nothing here reads markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/**
 * An element. props: class, text, data (object), on (name to listener); any other is an attribute.
 * @param {string} tag @param {Record<string, any> | null} [props] @param {...Child} children
 * @returns {HTMLElement}
 */
export function el(tag, props, ...children) {
  return /** @type {HTMLElement} */ (filled(document.createElement(tag), props, children));
}

/** The same in SVG. @returns {SVGElement} */
export function svg(tag, props, ...children) {
  return /** @type {SVGElement} */ (filled(document.createElementNS(SVG, tag), props, children));
}

function filled(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') node.setAttribute('class', value);
    else if (name === 'text') node.textContent = value;
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name === 'on') for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name.startsWith('on') || name === 'style') throw new Error(`${name} would be inline`);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  append(node, children);
  return node;
}

/** @param {Node} node @param {Child[]} children */
export function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Its children become these. @param {Element} node @param {...Child} children */
export function replace(node, ...children) {
  node.textContent = '';
  append(node, children);
}

/** Left alone when it says that already. @param {Node} node */
export function setText(node, text) {
  const said = text === null || text === undefined ? '' : String(text);
  if (node.textContent !== said) node.textContent = said;
}

/** @param {Element} node */
export function setClass(node, name, on) {
  if (node.classList.contains(name) !== Boolean(on)) node.classList.toggle(name, Boolean(on));
}

/** @param {Element} node */
export function setShown(node, on) {
  if (node.hasAttribute('hidden') === Boolean(on)) node.toggleAttribute('hidden', !on);
}

/** @param {Element} node */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

const LEVELS = ['idle', 'info', 'good', 'warn', 'alarm'];

/** One of the levels, or none. @param {Element} node @param {string | null | undefined} level */
export function setLevel(node, level) {
  for (const each of LEVELS) setClass(node, `is-${each}`, each === level);
}

/** To the clipboard; also where the page is not trusted with it, as over plain HTTP on a LAN. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = /** @type {HTMLTextAreaElement} */ (el('textarea', { class: 'away', readonly: true }));
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    return copied;
  }
}
