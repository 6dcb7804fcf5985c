/** A worklet, bundled to a classic script and imported as its source text (see build.mjs). */
declare module "worklet:*" {
  const source: string;
  export default source;
}
