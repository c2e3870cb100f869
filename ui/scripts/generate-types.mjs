// Writes src/lib/ipc/types.ts from the OpenRPC document of the core (`lanyard rpc --schema`).
// Usage: node scripts/generate-types.mjs OPENRPC.json
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
// Beside a reference a description would make the generator invent a second type of that name.
const bare = (_key, value) => (value?.$ref ? { $ref: value.$ref } : value);
const rename = (schema) =>
  JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/'), bare);

const properties = {};
for (const method of document.methods) {
  properties[method.name] = {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'params', 'answer'],
    properties: {
      kind: { const: method['x-kind'] },
      params: rename(method.params[0].schema),
      answer: rename(method.result.schema),
    },
  };
}
const root = {
  title: 'Methods',
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
  $defs: rename(document.components.schemas),
};
const text = await compile(root, 'Methods', {
  additionalProperties: false,
  bannerComment: '// Generated from the OpenRPC document of the core. Do not edit.',
  format: true,
  style: { singleQuote: true, printWidth: 100 },
  unreachableDefinitions: true,
});
const target = new URL('../src/lib/ipc/types.ts', import.meta.url);
writeFileSync(process.argv[3] ?? target, text);
