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
hash.update(readFileSync(`${here}messages.json`));

// Names that only the widget itself says, so that they may be short, even where the browser has
// something of the same name, which the widget then cannot use. None may be a name of what the
// service is asked or answers.
const OURS = /^(announce|article|base|button|close|fail|follow|forget|heading|hide|known|label|list|look|mark|more|moreButton|mount|news|nodes|number|onward|order|own|ownUrl|page|paint|queue|refresh|reveal|restart|said|send|settled|show|siteName|size|sorter|sortBy|start|state|stop|take|tell|threadSite|threadUrl|tn|tries|view|waits|words)$/;

/** Every message's number: where it stands in a language's file, after what the file says of itself. */
const messages = JSON.parse(readFileSync(`${here}messages.json`, "utf8"));
const TEXT = String.raw`"(?:[^"\\\n]|\\.)*"`;
const SAYS = new RegExp(String.raw`\b(?:(t|numberOf)\(\s*(${TEXT})|(tn\()\s*(${TEXT})\s*,\s*${TEXT})`, "g");

function numberOf(text) {
  const place = messages.indexOf(JSON.parse(text));
  if (place < 0) throw new Error(`${text} has no number: make words`);
  return place + 3;
}

const words = {
  name: "words",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(SAYS, (_, name, text, plural, one) =>
        plural ? `${plural}${numberOf(one)}` : name === "t" ? `t(${numberOf(text)}` : `(${numberOf(text)}`,
      ),
    }));
  },
};

/** The style sheet, small, as the text that the element adopts. */
const style = {
  name: "style",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, charset: "utf8", target: "chrome125" });
      // Properties that a page cannot set are known by their first letter, to the script also.
      const short = code.trim().replaceAll(", ", ",").replaceAll(": var", ":var").replace(/--(?!lar-)(\w)\w*/g, "--$1");
      return { contents: short, loader: "text" };
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
  // The server puts the version of script and words in its place, and a language's words or 0.
  define: { VERSION: '"%VERSION%"', WORDS: '"%WORDS%"' },
  plugins: [style, words],
});
const small = await minify(outputFiles[0].text, {
  ecma: 2022,
  mangle: { properties: { builtins: true, regex: OURS } },
  compress: { passes: 3, unsafe: true, unsafe_arrows: true, inline: 1, sequences: false },
});
writeFileSync(`${here}dist/widget.js`, small.code);
writeFileSync(`${here}dist/sources.sha256`, `${hash.digest("hex")}\n`);
