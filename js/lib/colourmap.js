/**
 * Colours for levels: lightness runs evenly from the background to the text's, in OKLab, so that
 * equal steps look equal, on light and on dark. The hue says whose voice it is.
 * OKLab: Björn Ottosson, A perceptual color space for image processing, 2020.
 */

/** @typedef {[number, number, number]} Rgb 0…255 */

/** Steps of a map. */
export const STEPS = 256;
/** Levels from here (dBFS in a band) to there are told apart. */
export const RANGE_DB = Object.freeze({ low: -80, high: -28 });
const CLEAR = 0.18;

/**
 * @param {Rgb} background @param {Rgb} hue @param {Rgb} strongest colour of the loudest, mixed with the hue
 * @returns {Uint8ClampedArray} RGBA for each step; the quietest are clear
 */
export function colourMap(background, hue, strongest) {
  const [low, own, high] = [background, hue, strongest].map(oklab);
  const map = new Uint8ClampedArray(4 * STEPS);
  for (let n = 0; n < STEPS; n++) {
    const at = n / (STEPS - 1);
    const lightness = low[0] + at * (high[0] - low[0]);
    const chroma = Math.min(1, 2 * at) * (1 - 0.35 * at ** 3);
    const [r, g, b] = rgb([lightness, own[1] * chroma, own[2] * chroma]);
    map.set([r, g, b, 255 * Math.min(1, at / CLEAR)], 4 * n);
  }
  return map;
}

/** Which step a level is, as it is told: half decibels over −120 dBFS. @param {number} told */
export function stepOf(told) {
  const { low, high } = RANGE_DB;
  const at = (told / 2 - 120 - low) / (high - low);
  return Math.round(Math.max(0, Math.min(1, at)) * (STEPS - 1));
}

/** @param {Rgb} colour @returns {[number, number, number]} */
export function oklab(colour) {
  const [r, g, b] = colour.map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** @param {[number, number, number]} lab @returns {Rgb} */
function rgb([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const [red, green, blue] = linear.map((v) => {
    const value = Math.max(0, Math.min(1, v));
    return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
  });
  return [red, green, blue];
}
