/** Where the timeline's rows are, from top to bottom, in CSS pixels. */

/** Rows above the lanes, in which is told what happened: the middle of the first. */
export const FLAGS_Y = 11;
export const FLAG_PITCH = 19;
/** Two lines of words on either side. */
export const WORDS = Object.freeze({ line: 14, lines: 2 });
const LANE = 54;
const WORDS_HEIGHT = WORDS.line * WORDS.lines;

/**
 * @typedef {object} Layout
 * @property {number} userWords top of the user's words
 * @property {number} user top of the user's lane
 * @property {number} gap middle between the lanes: what passes between the two
 * @property {number} agent top of the agent's lane
 * @property {number} agentWords
 * @property {number} lane height of a lane
 * @property {number} tools top of the tools' bars
 * @property {number} pictures top of the row of pictures
 * @property {number} picture their height; 0 without any
 * @property {number} axis
 * @property {number} height of it all
 */

/** @param {boolean} pictures whether there are any @returns {Layout} */
export function layoutOf(pictures) {
  const userWords = 42;
  const user = userWords + WORDS_HEIGHT + 3;
  const gap = user + LANE + 11;
  const agent = gap + 11;
  const agentWords = agent + LANE + 4;
  const tools = agentWords + WORDS_HEIGHT + 5;
  const picture = pictures ? 46 : 0;
  const row = tools + 25;
  const axis = row + (pictures ? picture + 5 : 0);
  return { userWords, user, gap, agent, agentWords, lane: LANE, tools, pictures: row, picture, axis, height: axis + 20 };
}
