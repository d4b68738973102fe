// Bundles src/ into dist/widget.js: `make widget` runs it where npm is, with the folder that its
// programs are in. The built file is kept in the tree, since a server needs nothing but Python.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(`${process.argv[2]}/`);
const { build, transform } = require("esbuild");
const { minify } = require("terser");
const here = fileURLToPath(new URL(".", import.meta.url));
const sources = readdirSync(`${here}src`).sort();

/** A test compares it with what is in the tree, and so tells when the built file is an older one. */
const hash = createHash("sha256");
for (const name of sources) hash.update(readFileSync(`${here}src/${name}`));

/** The style sheet, small, as the text that the element adopts. */
const style = {
  name: "style",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "chrome125" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [`${here}src/main.js`],
  write: false,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  // The server puts the version of script and words in its place.
  define: { VERSION: '"%VERSION%"' },
  plugins: [style],
});
const small = await minify(outputFiles[0].text, {
  ecma: 2022,
  compress: { passes: 3, unsafe: true, unsafe_arrows: true },
  format: { preamble: `/* ${hash.digest("hex")} */` },
});
writeFileSync(`${here}dist/widget.js`, small.code);
