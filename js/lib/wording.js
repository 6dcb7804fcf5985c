/** Words along the timeline: where the lines break, and what gives way for want of room. */

/** A caption in pieces that look different. @typedef {{text: string, look: "said" | "interim" | "unheard"}} Piece */
/** @typedef {{x: number, text: string, width: number, look: Piece["look"], line: number}} Placed */

const ELLIPSIS = "…";

/** What the user said in a turn, as far as it is understood; what may still change apart. @param {import("./story.js").Story} story @param {import("./story.js").Turn} turn @returns {Piece[]} */
export function userPieces(story, { index, user_text }) {
  const text = (user_text ?? "").trim();
  const interim = index < story.turns.size - 1 ? "" : story.captions.open.user?.interim.trim() ?? "";
  if (!interim) return pieces([text, "said"]);
  // Turns are told a little later than guesses: the end of the turn may be how a newer guess begins.
  const known = text.length - common(text, interim);
  return known < text.length ? pieces([text.slice(0, known), "said"], [interim, "interim"]) : pieces([text, "interim"]);
}

/** How much of one text's end another begins with. @param {string} one @param {string} other */
function common(one, other) {
  let length = Math.min(one.length, other.length);
  while (length > 0 && !other.startsWith(one.slice(one.length - length))) length -= 1;
  return length;
}

/** What the agent said in a turn, and what of it nobody heard. @param {import("./story.js").Turn} turn @returns {Piece[]} */
export function agentPieces({ agent_text, agent_unheard }) {
  return pieces([agent_text ?? "", "said"], [agent_unheard ?? "", "unheard"]);
}

/** @param {[string, Piece["look"]][]} given @returns {Piece[]} */
function pieces(...given) {
  return given.map(([text, look]) => ({ text: text.trim(), look })).filter(({ text }) => text !== "");
}

/**
 * Place the words of a caption beside its sound.
 *
 * Where all of it fits on one line of the sound's length, every word stands where it was about
 * said (by its share of the letters); otherwise it is text in lines, which ends with an ellipsis
 * where the room does.
 * @param {Piece[]} given
 * @param {{width: number, room: number, lines: number, space: number}} box length of the sound, and of a line, in pixels; width of a space
 * @param {(text: string, look: Piece["look"]) => number} widthOf
 * @returns {Placed[]} x from the sound's beginning
 */
export function placeWords(given, { width, room, lines, space }, widthOf) {
  const words = given.flatMap(({ text, look }) => text.split(/\s+/).map((word) => ({ text: word, look, width: widthOf(word, look) })));
  const natural = words.reduce((sum, word) => sum + word.width + space, -space);
  if (natural <= width) return spread(words, width);
  return wrapped(words, room, lines, space, widthOf);
}

/** @param {{text: string, look: Piece["look"], width: number}[]} words @param {number} width @returns {Placed[]} */
function spread(words, width) {
  // The room that is left over goes between the words, to each by its length.
  const letters = words.reduce((sum, { text }) => sum + text.length + 1, 0);
  const spare = width - words.reduce((sum, word) => sum + word.width, 0);
  let x = 0;
  return words.map(({ text, look, width: own }) => {
    const placed = { x, text, look, width: own, line: 0 };
    x += own + (spare * (text.length + 1)) / letters;
    return placed;
  });
}

/**
 * @param {{text: string, look: Piece["look"], width: number}[]} words @param {number} room @param {number} lines @param {number} space
 * @param {(text: string, look: Piece["look"]) => number} widthOf @returns {Placed[]}
 */
function wrapped(words, room, lines, space, widthOf) {
  /** Runs of the same look on a line. @type {Placed[]} */
  const placed = [];
  let [x, line] = [0, 0];
  for (const { text, look, width } of words) {
    if (x > 0 && x + width > room) {
      if (line + 1 === lines) {
        ellipsis(placed, room, widthOf);
        return placed;
      }
      [x, line] = [0, line + 1];
    }
    const last = placed.at(-1);
    if (last && last.line === line && last.look === look) {
      last.text += ` ${text}`;
      last.width = x + width - last.x;
    } else placed.push({ x, text, width, look, line });
    x += width + space;
  }
  // A first word that is too long for any line.
  return placed.filter((one) => one.x + one.width <= room);
}

/** @param {Placed[]} placed @param {number} room @param {(text: string, look: Piece["look"]) => number} widthOf */
function ellipsis(placed, room, widthOf) {
  const last = placed.at(-1);
  if (!last) return;
  let { text } = last;
  while (text && last.x + widthOf(text + ELLIPSIS, last.look) > room) text = text.slice(0, Math.max(0, text.lastIndexOf(" ")));
  last.text = text ? text.replace(/[\s,;:.]+$/, "") + ELLIPSIS : ELLIPSIS;
  last.width = widthOf(last.text, last.look);
}

/**
 * How long a line may be: until the next caption of the same side begins. Where none has yet, it
 * grows in steps, for words that are placed anew all the time could not be read.
 * @param {number} width of the sound @param {number} left pixels up to the next caption; Infinity without one
 */
export function roomFor(width, left) {
  const least = 260;
  const wanted = width <= least ? least : least * 2 ** Math.ceil(Math.log2(width / least));
  return Math.min(wanted, left);
}
