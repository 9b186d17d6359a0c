// Builds vaandel/static/dist: one purged style sheet, four scripts, four font files.
import { watch } from "node:fs";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build as bundleScripts } from "esbuild";
import { bundleAsync, transform } from "lightningcss";
import { PurgeCSS } from "purgecss";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(root, "node_modules");
const out = join(root, "vaandel", "static", "dist");

/** Headings have one weight, so their font leaves out the others: half the bytes. */
const families = [
  ["source-sans-3", {}],
  ["bricolage-grotesque", { wght: 650 }],
];
const fonts = families.flatMap(([family, axes]) =>
  ["latin", "latin-ext"].map((subset) => [family, `${family}-${subset}-wght-normal.woff2`, axes]),
);

/** The strict content policy allows no data: images; forms.css draws the marks instead. */
const withoutDataImages = (css) => css.replace(/url\("data:[^"]*"\)|url\(data:[^)]*\)/g, "none");

/** What Django's widgets put on the page without any template of ours saying so. */
const writtenByDjango = "checkbox radio file color date time select option optgroup textarea input";

/** Room style sheets are found by name, so that a room adds its own without touching another file. */
async function entrySheet() {
  const names = await readdir(join(here, "css", "rooms"));
  const rooms = names.filter((name) => name.endsWith(".css")).sort();
  return ["main.css", ...rooms.map((name) => `rooms/${name}`)]
    .map((name) => `@import "./${name}";`)
    .join("\n");
}

async function buildStyle() {
  const entry = join(here, "css", "entry.css");
  const source = await entrySheet();
  const bundled = await bundleAsync({
    filename: entry,
    resolver: {
      read: async (file) =>
        file === entry ? source : withoutDataImages(await readFile(file, "utf8")),
      resolve: (name, from) =>
        name.startsWith(".") ? join(dirname(from), name) : join(modules, name),
    },
  });
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw: bundled.code.toString() }],
    content: [
      ...["vaandel/**/*.html", "vaandel/**/*.py", "frontend/ts/*.ts"].map((glob) => join(root, glob)),
      { raw: writtenByDjango, extension: "html" },
    ],
    defaultExtractor: (text) => text.match(/[A-Za-z][\w-]*/g) ?? [],
    keyframes: true,
    variables: true,
    safelist: {
      standard: [/^htmx-/, "is-open", "is-invalid"],
      // composed from a colour, a layer or a shade
      greedy: [/^(fill|line|avatar|layer|heat|alert|state|board-card|badge|unit-depth)-/],
    },
  });
  const { code } = transform({
    filename: "vaandel.css",
    code: Buffer.from(purged.css),
    minify: true,
  });
  if (/data:/.test(code)) throw new Error("The style sheet contains a data: image.");
  await writeFile(join(out, "vaandel.css"), code);
  return `vaandel.css ${weight(code)}`;
}

/** What an intranet shows of us has nothing but the tokens and its own few rules. */
async function buildEmbedStyle() {
  const { code } = await bundleAsync({ filename: join(here, "css", "embed.css"), minify: true });
  await writeFile(join(out, "embed.css"), code);
  return `embed.css ${weight(code)}`;
}

async function buildScripts() {
  const { outputFiles } = await bundleScripts({
    entryPoints: {
      vaandel: join(here, "ts", "main.ts"),
      theme: join(here, "ts", "theme-early.ts"),
      htmx: join(here, "ts", "htmx-file.ts"),
      push: join(here, "ts", "push.ts"),
    },
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    write: false,
  });
  await Promise.all(outputFiles.map((file) => writeFile(file.path, file.contents)));
  return outputFiles.map((file) => `${file.path.slice(out.length + 1)} ${weight(file.contents)}`);
}

const weight = (bytes) => `${(gzipSync(bytes).length / 1000).toFixed(1)} kB compressed`;

async function writeFonts() {
  await mkdir(join(out, "fonts"), { recursive: true });
  await Promise.all(
    fonts.map(async ([family, file, variationAxes]) => {
      const whole = join(modules, "@fontsource-variable", family, "files", file);
      const place = join(out, "fonts", file);
      if (Object.keys(variationAxes).length === 0) return copyFile(whole, place);
      const slim = await subsetFont(await readFile(whole), undefined, {
        keepAllGlyphs: true,
        targetFormat: "woff2",
        variationAxes,
      });
      await writeFile(place, slim);
    }),
  );
}

async function build() {
  const lines = await Promise.all([
    buildStyle(),
    buildEmbedStyle(),
    buildScripts(),
    writeFonts(),
  ]);
  console.log(lines.flat().filter(Boolean).join("\n"));
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build();

if (process.argv.includes("--watch")) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 150);
  };
  for (const folder of [join(here, "css"), join(here, "ts"), join(root, "vaandel")]) {
    watch(folder, { recursive: true }, (_, name) => {
      if (name && !name.includes("static/dist")) again();
    });
  }
}
