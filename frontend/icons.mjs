// npm run icons -- award bolt: take line icons of Tabler into the product, and refresh those it has.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = join(root, "vaandel", "components", "data", "icons.json");
const source = join(root, "node_modules", "@tabler", "icons", "icons", "outline");

const known = Object.keys(JSON.parse(await readFile(file, "utf8")));
const names = [...new Set([...known, ...process.argv.slice(2)])].sort();

/** The paths of an icon, without the invisible square around it. */
async function paths(name) {
  const svg = await readFile(join(source, `${name}.svg`), "utf8");
  return [...svg.matchAll(/<path (?![^>]*stroke="none")[^>]*?\bd="([^"]+)"/g)].map((match) => match[1]);
}

const lines = await Promise.all(
  names.map(async (name) => `  ${JSON.stringify(name)}: [${(await paths(name)).map((d) => JSON.stringify(d)).join(", ")}]`),
);
await writeFile(file, `{\n${lines.join(",\n")}\n}\n`);
console.log(`${names.length} icons`);
