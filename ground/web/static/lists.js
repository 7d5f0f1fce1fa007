/** Rows that stay in place while what they show changes. */

import { el, setLevel, setText } from './dom.js';

/** Keyed children that stay in place. make(item) -> {root, ...}; update(made, item). */
export function rows(make, update, { tag = 'div', className = 'rows' } = {}) {
  const root = el(tag, { class: className });
  const made = new Map();
  return {
    root,
    /** @param {any[]} items @param {(item: any) => any} key */
    set(items, key) {
      const gone = new Set(made.keys());
      items.forEach((item, at) => {
        const name = key(item);
        gone.delete(name);
        let child = made.get(name);
        if (!child) {
          child = make(item);
          made.set(name, child);
        }
        update(child, item);
        if (root.children[at] !== child.root) root.insertBefore(child.root, root.children[at] ?? null);
      });
      for (const name of gone) {
        made.get(name).root.remove();
        made.delete(name);
      }
    },
  };
}

/** columns: [{name, key, class}]. A member `level` of a row colours it. */
export function table(columns) {
  const body = el('tbody');
  const root = el(
    'div',
    { class: 'scroll' },
    el('table', null, el('thead', null, el('tr', null, columns.map((column) => el('th', { class: column.class, text: column.name })))), body),
  );
  return {
    root,
    set(items) {
      while (body.children.length > items.length) body.lastElementChild?.remove();
      items.forEach((item, at) => {
        const row = body.children[at] ?? body.appendChild(el('tr', null, columns.map((column) => el('td', { class: column.class }))));
        setLevel(row, item.level);
        columns.forEach((column, index) => setText(row.children[index], item[column.key] ?? '—'));
      });
    },
  };
}
