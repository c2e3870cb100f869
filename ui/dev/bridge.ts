/**
 * Development only: the real core behind the Vite server, so that the pages can be looked at in an
 * ordinary browser. `LANYARD_BIN` names the binary, `LANYARD_DATA` a sandbox folder; without the
 * latter each start of the server has a fresh one. `LANYARD_ROLE=kiosk` shows a kiosk's side, and
 * with `LANYARD_CLOCK=manual` time stands still until `AdvanceClock` is posted to /__execute.
 * Nothing of this is in the built application.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Plugin } from 'vite';

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string; data?: object };
}
interface Asked {
  method: string;
  params: object;
  commandId?: string;
}

export function coreBridge(): Plugin {
  return {
    name: 'lanyard-core-bridge',
    apply: 'serve',
    configureServer(server) {
      // The test runner starts a server, too, and needs no core.
      if (process.env['VITEST']) return;
      let core: Core | undefined;
      for (const path of ['/__execute', '/__query'])
        server.middlewares.use(path, (request, response) => {
          core ??= new Core();
          void respond(core, request).then(({ status, body }) => {
            response.statusCode = status;
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify(body));
          });
        });
      server.httpServer?.on('close', () => core?.stop());
    },
  };
}

async function respond(core: Core, request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
  const answer = await core.ask(asked);
  if (!answer.error) return { status: 200, body: answer.result };
  const { message, data } = answer.error;
  return { status: 422, body: { code: 'Broken', ...data, message } };
}

/** One `lanyard rpc` process: JSON-RPC, one message a line, answered in any order. */
class Core {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;

  constructor() {
    const binary = process.env['LANYARD_BIN'] ?? 'lanyard';
    const data = process.env['LANYARD_DATA'] ?? mkdtempSync(join(tmpdir(), 'lanyard-'));
    const role = process.env['LANYARD_ROLE'] ?? 'organizer';
    const clock = process.env['LANYARD_CLOCK'] ?? 'system';
    const folder = ['--sandbox', '--data', data, '--clock', clock];
    this.#process = spawn(binary, ['rpc', ...folder, '--role', role]);
    this.#process.stderr.pipe(process.stderr);
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#hear(line));
    this.#process.on('error', (error) => this.#fail(error.message));
    this.#process.on('exit', (code) => this.#fail(`lanyard rpc ended with ${code}`));
  }

  ask({ method, params, commandId }: Asked): Promise<Answer> {
    const id = ++this.#last;
    const all = commandId ? { ...params, commandId } : params;
    this.#process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params: all })}\n`);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  stop(): void {
    this.#process.stdin.end();
  }

  #hear(line: string): void {
    const answer = JSON.parse(line) as Answer;
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }

  #fail(message: string): void {
    for (const [id, resolve] of this.#waiting) resolve({ id, error: { message } });
    this.#waiting.clear();
  }
}
