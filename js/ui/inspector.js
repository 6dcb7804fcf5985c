import { heightOf, indexAt, ROW_PX, Rows, scrollTo, sizeText, timeText } from "../lib/rows.js";
import { h, setText } from "./dom.js";
import { filtersView } from "./filters.js";
import { messageView } from "./message.js";

/** How often it is asked what is new, while the panel is open and in sight. */
const PERIOD_MS = 500;
/** How often it is counted while it is folded away and in sight. */
const FOLDED_MS = 3000;

/** Classes of the cells, and what stands above them. */
const COLUMNS = [["time", "time"], ["way", "way"], ["kind", "message"], ["size", "size"], ["over", "conn."]];

/** So many rows are asked for before it is known how many are seen. */
const FIRST_ROWS = 12;

/** Rows a page key moves by. */
const PAGE = 9;

/**
 * Every message of the Live API, both ways, with its text on demand. Folded away at first, when
 * only their number is asked for; the kernel is asked only while it can be seen.
 * @typedef {object} Inspected
 * @property {{ask(question: {what: string} & Record<string, any>): Promise<any>}} asks answers `messages` and `body`
 * @property {boolean} live whether there may be more to come
 * @property {object} story another one when another recording begins
 *
 * @param {Inspected} shown @param {AbortSignal} signal
 * @param {{mark?: (t_s: number | null) => void}} [options] `mark` is told the time of the message that is looked at
 */
export function inspectorView(shown, signal, { mark } = {}) {
  const count = h("span", { class: "lk-count", "data-testid": "messages-count" });
  const toggle = h("button", { type: "button", class: "lk-fold", "aria-expanded": "false", "data-testid": "messages-toggle", onclick: () => unfold(panel.hidden === true) }, h("i", { class: "lk-arrow", "aria-hidden": "true" }), "Messages", count);
  const body = messageView(() => show(null));
  const list = h("div", { class: "lk-rows", role: "rowgroup" });
  const header = h("div", { class: "lk-row lk-head-row", role: "row", "aria-rowindex": "1" }, ...COLUMNS.map(([name, text]) => h("span", { role: "columnheader", class: `lk-${name}`, text })));
  const grid = h("div", { class: "lk-grid", role: "grid", tabindex: "0", "aria-label": "Messages", "aria-colcount": String(COLUMNS.length), "data-testid": "messages" }, header, list);
  const none = h("p", { class: "lk-empty", "data-testid": "messages-none" });
  const shownCount = h("span", { class: "lk-note", "data-testid": "messages-found" });
  const follow = h("button", { type: "button", class: "lk-mini lk-follow", "data-testid": "messages-follow", onclick: () => followAgain(!rows.follows) });
  const rows = new Rows((question) => shown.asks.ask(question), () => paint());
  const filters = filtersView(rows, signal, () => unchoose());
  const panel = h("div", { class: "lk-messages", id: `lk-messages-${Math.random().toString(36).slice(2)}`, hidden: true }, h("div", { class: "lk-filters", role: "group", "aria-label": "Which messages are shown" }, ...filters.elements, shownCount, follow), grid, none, body.element);
  toggle.setAttribute("aria-controls", panel.id);
  const element = h("section", { class: "lk-inspector", "aria-label": "Messages", "data-testid": "studio-messages" }, h("h3", {}, toggle), panel);

  let seen = false;
  let timer = 0;
  /** Number of the row that is chosen, and its index among those found. @type {{number: number, index: number} | null} */
  let chosen = null;
  /** Scrolled by us, so it says nothing about who reads. */
  let scrolled = 0;
  let { story } = shown;

  const active = () => seen && !document.hidden;
  const height = () => Math.max(ROW_PX, grid.clientHeight - ROW_PX);
  const look = () => {
    const first = indexAt(grid.scrollTop, rows.found, height());
    rows.see(first, height() / ROW_PX + 1);
    return first;
  };

  /** Draw the rows that are seen, and how many there are. */
  function paint() {
    setText(count, rows.total ? rows.total.toLocaleString("en") : "");
    if (panel.hidden) return;
    filters.update();
    const { found } = rows;
    list.style.height = `${heightOf(found)}px`;
    grid.setAttribute("aria-rowcount", String(found + 1));
    grid.hidden = found === 0;
    setText(shownCount, found < rows.total ? `${found.toLocaleString("en")} shown` : "");
    none.hidden = found > 0;
    setText(none, rows.total === 0 ? "Every message between this kernel and the model will be listed here." : "No message is like that.");
    if (rows.follows) {
      grid.scrollTop = grid.scrollHeight;
      scrolled = grid.scrollTop;
    }
    const first = look();
    const late = chosen?.number === -1 && rows.rows.get(chosen.index);
    if (chosen && late) {
      [chosen.number] = late;
      mark?.(late[1]);
    }
    const from = Math.floor(first);
    let shownRows = 0;
    for (let n = from; n < Math.min(found, first + height() / ROW_PX); n++) {
      const top = grid.scrollTop + (n - first) * ROW_PX;
      const old = list.children[shownRows];
      const row = rowOf(old, n, rows.rows.get(n), top, chosen?.number);
      if (!old) list.append(row); // one that stays in its place can be clicked while more come
      shownRows += 1;
    }
    while (list.childElementCount > shownRows) list.lastElementChild?.remove();
    const active_ = chosen && list.querySelector(`[data-number="${chosen.number}"]`);
    if (active_) grid.setAttribute("aria-activedescendant", active_.id);
    else grid.removeAttribute("aria-activedescendant");
    setText(follow, rows.follows ? "Pause" : "Follow");
    follow.title = rows.follows ? "Let the list stand still; it goes on being counted" : "Show what comes";
    follow.hidden = rows.follows && !shown.live;
  }

  /** @param {boolean} on */
  function followAgain(on) {
    rows.follows = on;
    if (on) rows.refresh();
    paint();
  }

  /** @param {boolean} open */
  function unfold(open) {
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    rows.count = open ? FIRST_ROWS : 0;
    mark?.(open ? markOf() : null);
    watch();
  }

  /** Ask from time to time, or no more. */
  function watch() {
    window.clearInterval(timer);
    timer = 0;
    if (!active() || signal.aborted) return;
    timer = window.setInterval(() => shown.live && rows.refresh(), panel.hidden ? FOLDED_MS : PERIOD_MS);
    rows.refresh();
  }

  /** Choose a row; it comes into sight. @param {number} index */
  function choose(index) {
    const at = Math.max(0, Math.min(rows.found - 1, index));
    if (rows.found === 0) return;
    rows.follows = false;
    const first = indexAt(grid.scrollTop, rows.found, height());
    const room = height() / ROW_PX;
    if (at < first) grid.scrollTop = scrollTo(at, rows.found, height());
    else if (at > first + room - 1) grid.scrollTop = scrollTo(at - room + 1, rows.found, height());
    const row = rows.rows.get(at);
    chosen = { number: row ? row[0] : -1, index: at };
    paint();
    mark?.(markOf());
  }

  /** Time of the row that is chosen, if it is known. */
  function markOf() {
    return (chosen && rows.rows.get(chosen.index)?.[1]) ?? null;
  }

  /** What was chosen is no longer there, or somewhere else. */
  function unchoose() {
    rows.follows = true;
    chosen = null;
    mark?.(null);
    body.close();
  }

  /** Show what a message says, or nothing any more. @param {number | null} number */
  function show(number) {
    if (number === null) {
      body.close();
      grid.focus();
      return;
    }
    void body.show(number, (question) => shown.asks.ask(question));
  }

  grid.addEventListener(
    "scroll",
    () => {
      if (Math.abs(grid.scrollTop - scrolled) < 1) return;
      // Who scrolls up wants to read; at the end it goes on with what comes.
      rows.follows = grid.scrollTop > grid.scrollHeight - grid.clientHeight - ROW_PX / 2;
      scrolled = grid.scrollTop;
      paint();
    },
    { signal, passive: true },
  );
  grid.addEventListener("click", ({ target }) => {
    const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-number]"));
    if (!row) return;
    choose(Number(row.dataset.index));
    show(Number(row.dataset.number));
  });
  grid.addEventListener("keydown", (event) => {
    const at = chosen?.index ?? (rows.follows ? rows.found : -1);
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + PAGE, PageUp: at - PAGE, Home: 0, End: rows.found - 1 };
    const to = steps[event.key];
    if (to !== undefined) {
      choose(to);
      if (body.open && chosen && chosen.number >= 0) show(chosen.number);
    } else if (event.key === "Enter" && chosen && chosen.number >= 0) show(chosen.number);
    else if (event.key === "Escape" && body.open) show(null);
    else return;
    event.preventDefault();
  });
  body.element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(null);
  });
  const sight = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    watch();
  });
  sight.observe(element);
  const sizes = new ResizeObserver(() => !panel.hidden && paint());
  sizes.observe(grid);
  document.addEventListener("visibilitychange", watch, { signal });
  signal.addEventListener("abort", () => {
    sight.disconnect();
    sizes.disconnect();
    window.clearInterval(timer);
  });
  paint();

  return {
    element,
    /** The status changed: how many there are is asked for, open or not. */
    update() {
      if (seen && !document.hidden) rows.refresh();
    },
    /** Something was told; perhaps another recording begins. */
    told() {
      if (shown.story === story) return;
      story = shown.story;
      rows.forget();
      if (!panel.hidden) rows.count = FIRST_ROWS;
      unchoose();
      paint();
      this.update();
    },
  };
}

/**
 * A row of the list; one that is there is used again.
 * @param {Element | undefined} old @param {number} index @param {import("../lib/rows.js").Row | undefined} row
 * @param {number} top @param {number | undefined} chosen
 */
function rowOf(old, index, row, top, chosen) {
  const element = /** @type {HTMLElement} */ (old ?? h("div", { role: "row", class: "lk-row" }, ...COLUMNS.map(([name]) => h("span", { role: "gridcell", class: `lk-${name}` }))));
  element.style.transform = `translateY(${top}px)`;
  element.setAttribute("aria-rowindex", String(index + 2));
  element.dataset.index = String(index);
  if (!row) {
    for (const cell of element.children) setText(cell, "");
    setText(element.children[2], "…");
    delete element.dataset.number;
    return element;
  }
  const [number, t, way, kind, size, connection, says] = row;
  element.id ||= `lk-row-${Math.random().toString(36).slice(2)}`;
  element.dataset.number = String(number);
  element.dataset.way = way;
  element.dataset.says = String(says);
  element.setAttribute("aria-selected", String(number === chosen));
  const [time, arrow, what, bytes, over] = element.children;
  setText(time, timeText(t));
  if (arrow.childElementCount === 0) arrow.append(h("i", { "aria-hidden": "true" }), h("span", { class: "lk-word-of-way" }));
  setText(arrow.children[0], way === "sent" ? "↑" : "↓");
  setText(arrow.children[1], way);
  setText(what, kind);
  setText(bytes, sizeText(size));
  setText(over, String(connection));
  return element;
}
