// Writes what `make dist` packs about what is not ours: the bill of materials, as CycloneDX, and the texts of the licences.
//   node .ci/materials.mjs FOLDER
//
// Both tell of the crates that are linked into the program, and of the npm packages that are built into its page. npm writes its
// part of the bill itself. Cargo has no such command; cargo-cyclonedx and cargo-about take minutes to compile, the one writes a
// file into the folder of every crate of the workspace, the other reads every file of every crate. What is needed of them is
// little: which crates are linked, `cargo tree` says, what they are, `cargo metadata`, and their texts lie beside their sources.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [folder] = process.argv.slice(2);

const run = (command, args, cwd = root) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    shell: process.platform === 'win32',
  });

const metadata = JSON.parse(run('cargo', ['metadata', '--format-version', '1', '--locked']));
const linked = new Set(
  run('cargo', [
    'tree',
    '--locked',
    '-p',
    'cachescope',
    '-e',
    'normal,no-proc-macro',
    '--prefix',
    'none',
    '-f',
    '{p}',
  ])
    .split('\n')
    .map((line) => line.split(' ').slice(0, 2).join(' ')),
);
const named = ({ name, version }) => `${name} v${version}`;
const crates = metadata.packages.filter((of) => linked.has(named(of)));
const program = crates.find(({ name }) => name === 'cachescope');

function billOfMaterials() {
  const bom = JSON.parse(
    run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], join(root, 'ui')),
  );
  // `--omit dev` would leave out what a tool needs as well, Svelte among it.
  const isTool = ({ properties = [] }) =>
    properties.some(({ name }) => name === 'cdx:npm:package:development');
  bom.components = bom.components.filter((of) => !isTool(of));
  const page = bom.metadata.component;
  const built = new Set([page, ...bom.components].map((of) => of['bom-ref']));
  bom.dependencies = bom.dependencies
    .filter(({ ref }) => built.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => built.has(on)) }));

  const checksums = new Map();
  for (const entry of readFileSync(join(root, 'Cargo.lock'), 'utf8').split('[[package]]')) {
    const field = (name) => entry.match(new RegExp(`^${name} = "(.*)"$`, 'm'))?.[1];
    if (field('checksum')) checksums.set(`${field('name')} v${field('version')}`, field('checksum'));
  }
  const purl = ({ name, version }) => `pkg:cargo/${name}@${version}`;
  const component = (of) => ({
    'bom-ref': purl(of),
    type: 'library',
    name: of.name,
    version: of.version,
    purl: purl(of),
    ...(of.description && { description: of.description.trim() }),
    // Before there were expressions, crates wrote a slash for OR.
    ...(of.license && { licenses: [{ expression: of.license.replace(/ *\/ */g, ' OR ') }] }),
    ...(checksums.has(named(of)) && { hashes: [{ alg: 'SHA-256', content: checksums.get(named(of)) }] }),
    ...(of.repository && { externalReferences: [{ type: 'vcs', url: of.repository }] }),
  });

  bom.metadata.component = { ...component(program), type: 'application' };
  bom.components = [{ ...page, type: 'library' }, ...bom.components];
  const byId = new Map(crates.map((of) => [of.id, of]));
  for (const of of crates) {
    if (of !== program) bom.components.push(component(of));
    const on = metadata.resolve.nodes
      .find(({ id }) => id === of.id)
      .deps.filter(({ pkg, dep_kinds: kinds }) => byId.has(pkg) && kinds.some(({ kind }) => kind === null))
      .map(({ pkg }) => purl(byId.get(pkg)));
    if (of === program) on.push(page['bom-ref']);
    bom.dependencies.push({ ref: purl(of), dependsOn: [...new Set(on)] });
  }
  return bom;
}

/** The texts of licences in a package, each once; also of what it has taken in, such as fonts or a library in C. */
function textsIn(folder) {
  const texts = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() && /^(licen[cs]e|copying|copyright|notice|unlicense)([-._]|$)/i.test(entry.name),
    )
    .filter((entry) => !/\.(rs|[ch]|py|json|toml|html|png|svg)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => readFileSync(path, 'utf8').replaceAll('\r', '').trim());
  return [...new Set(texts)];
}

function licences() {
  // Many crates bring the same text, letter by letter: it is told once.
  const users = new Map();
  const without = [];
  const add = (text, who) => users.set(text, [...(users.get(text) ?? []), who]);
  for (const of of crates.filter(({ source }) => source)) {
    const who = `${of.name} ${of.version} (${of.license})`;
    const texts = textsIn(dirname(of.manifest_path));
    for (const text of texts) add(text, who);
    if (!texts.length)
      without.push(`${who}, ${of.authors.join(', ') || 'authors not named'}, ${of.repository}`);
  }
  const fonts = join(root, 'ui/node_modules/@fontsource-variable');
  for (const font of readdirSync(fonts)) {
    const { name, version, license } = JSON.parse(readFileSync(join(fonts, font, 'package.json'), 'utf8'));
    for (const text of textsIn(join(fonts, font))) add(text, `${name} ${version} (${license})`);
  }
  const list = (items) => items.map((item) => `- ${item}\n`).join('');
  const sections = [...users].map(([text, whose]) => `Of:\n\n${list(whose)}\n~~~text\n${text}\n~~~\n\n---\n`);
  // Vite writes down whose scripts it has built into the page.
  const page = readFileSync(join(root, 'ui/dist/licenses.md'), 'utf8');
  return `# What is built into Cachescope, and under which licences

Cachescope itself is under the MIT licence, beside this file.

# Crates, and fonts

${sections.join('\n')}
## Without a text of their own

What is published of these holds no text; their manifests name licence and authors. The texts of these licences stand above.

${list(without)}
${page}`;
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'cachescope.cdx.json'), `${JSON.stringify(billOfMaterials(), null, 2)}\n`);
writeFileSync(join(folder, 'licences.md'), licences());
