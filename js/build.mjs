/**
 * Builds livekit_nb/widgets/static from the sources in js/.
 *
 *   node build.mjs            writes a module and a style for each widget
 *   node build.mjs --out DIR  writes them elsewhere (the freshness test compares the two)
 *
 * An anywidget module is loaded from a blob: URL, so nothing in it can be imported relatively:
 * everything becomes one ES module, and the worklets travel inside it as strings
 * (`import source from "worklet:./worklets/capture.js"`).
 */
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import path from "node:path";

const here = path.dirname(fileURLToPath(import.meta.url));
const outFlag = process.argv.indexOf("--out");
const outdir =
  outFlag > 0 ? path.resolve(process.argv[outFlag + 1]) : path.join(here, "../livekit_nb/widgets/static");

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  target: "es2022",
};

/** @type {import("esbuild").Plugin} */
const worklets = {
  name: "worklets",
  setup(setup) {
    setup.onResolve({ filter: /^worklet:/ }, (args) => ({
      path: path.resolve(args.resolveDir, args.path.slice("worklet:".length)),
      namespace: "worklet",
    }));
    setup.onLoad({ filter: /.*/, namespace: "worklet" }, async (args) => {
      const result = await build({ ...common, entryPoints: [args.path], format: "iife", write: false });
      return { contents: result.outputFiles[0].text, loader: "text" };
    });
  },
};

for (const widget of ["studio", "player"]) {
  await build({
    ...common,
    entryPoints: [`${widget}.js`],
    format: "esm",
    outfile: path.join(outdir, `${widget}.js`),
    plugins: [worklets],
  });
  await build({ ...common, entryPoints: [`ui/${widget}.css`], outfile: path.join(outdir, `${widget}.css`) });
}
