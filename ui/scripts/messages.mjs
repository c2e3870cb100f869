/**
 * Checks the message catalogues and compiles them when they changed.
 *
 * Paraglide falls back to the base language without a word when a translation is missing, so
 * completeness is checked here, before it compiles: every language has exactly the same keys and
 * the same variables. With `--strict` (the build) a message that nothing uses is an error, too.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = new URL('..', import.meta.url).pathname;
const OUT = join(ROOT, 'src/lib/paraglide');
const STAMP = join(OUT, '.catalogue-hash');
const SETTINGS_FILE = join(ROOT, 'project.inlang/settings.json');
const settings = JSON.parse(readFileSync(SETTINGS_FILE, 'utf8'));
const patterns = settings['plugin.inlang.messageFormat'].pathPattern;
const strict = process.argv.includes('--strict');

const problems = [];
const catalogues = Object.fromEntries(settings.locales.map((locale) => [locale, load(locale)]));

checkAgainstBase();
if (strict) checkUsed();
if (problems.length > 0) {
  console.error(problems.map((problem) => `messages: ${problem}`).join('\n'));
  process.exit(1);
}
await compileWhenChanged();

function load(locale) {
  const merged = new Map();
  for (const pattern of patterns) {
    const file = pattern.replace('{locale}', locale);
    const entries = Object.entries(JSON.parse(readFileSync(join(ROOT, file), 'utf8')));
    for (const [key, value] of entries) {
      if (key === '$schema') continue;
      if (merged.has(key)) problems.push(`${file}: "${key}" is in another file already`);
      if (JSON.stringify(value) === '""') problems.push(`${file}: "${key}" is empty`);
      merged.set(key, value);
    }
  }
  return merged;
}

function checkAgainstBase() {
  const base = catalogues[settings.baseLocale];
  for (const [locale, catalogue] of Object.entries(catalogues)) {
    for (const [key, value] of base) {
      if (!catalogue.has(key)) problems.push(`${locale}: "${key}" is missing`);
      else if (variablesOf(catalogue.get(key)) !== variablesOf(value))
        problems.push(`${locale}: "${key}" uses other variables than ${settings.baseLocale}`);
    }
    for (const key of catalogue.keys())
      if (!base.has(key)) problems.push(`${locale}: "${key}" is not in ${settings.baseLocale}`);
  }
}

function variablesOf(message) {
  const names = JSON.stringify(message).matchAll(/(?<!\\)\{\s*(\w+)\s*\}/g);
  return [...new Set([...names].map((match) => match[1]))].sort().join(' ');
}

function checkUsed() {
  const source = sourcesUnder(join(ROOT, 'src')).join('\n');
  const used = new Set([...source.matchAll(/\bm\.(\w+)/g)].map((match) => match[1]));
  for (const key of catalogues[settings.baseLocale].keys())
    if (!used.has(key)) problems.push(`"${key}" is used nowhere`);
}

function sourcesUnder(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => /\.(svelte|ts)$/.test(file) && !file.startsWith('lib/paraglide'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

async function compileWhenChanged() {
  const parts = [JSON.stringify(settings), ...Object.values(catalogues).map((c) => [...c])];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  // Loaded only here: the compiler takes seconds to start and most runs have nothing to compile.
  const { compile } = await import('@inlang/paraglide-js');
  await compile({
    project: join(ROOT, 'project.inlang'),
    outdir: OUT,
    strategy: ['globalVariable', 'baseLocale'],
    outputStructure: 'message-modules',
    isServer: 'false',
    emitTsDeclarations: false,
    emitReadme: false,
  });
  writeFileSync(STAMP, hash);
}
