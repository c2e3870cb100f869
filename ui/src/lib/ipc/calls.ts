/** How a use case becomes a function: the position bookkeeping is in one place, here. */
import { asCoreError } from './core-error';
import type { Model } from './models';
import type { Moved } from './transport';
import { transport } from './transport-choice';
import type { Methods } from './types';

type Listener = { models: readonly Model[]; tell: () => void };

/** The position of this window's newest own command: no later query may answer from before it. */
let ownPosition = 0;
const listeners = new Set<Listener>();
let isListening = false;

type NameOf<Kind> = {
  [Name in keyof Methods]: Methods[Name]['kind'] extends Kind ? Name : never;
}[keyof Methods];

/** What every command answers at least: the position at which its effects can be seen. */
export type Done = { position: number };
export type Command<P, A extends Done = Done> = (params: P, commandId: string) => Promise<A>;

/** The function of a command. Its id is made per intent, see `Intent`. */
export function command<Name extends NameOf<'command'>>(
  method: Name,
): Command<Methods[Name]['params'], Methods[Name]['answer']> {
  return async (params, commandId) => {
    const answer = await call<Methods[Name]['answer']>(async () =>
      (await transport()).execute({ method, params, commandId }),
    );
    ownPosition = Math.max(ownPosition, answer.position);
    return answer;
  };
}

/** The function of a query. It never answers from before this window's last own command. */
export function query<Name extends NameOf<'query'>>(
  method: Name,
): (params: Methods[Name]['params']) => Promise<Methods[Name]['answer']> {
  return (params) =>
    call(async () => {
      const atLeast = ownPosition > 0 ? { atLeast: ownPosition } : {};
      return (await transport()).query({ method, params: { ...params, ...atLeast } });
    });
}

/** Calls `tell` whenever one of these read models has moved; answers how to stop. */
export function whenMoved(models: readonly Model[], tell: () => void): () => void {
  const listener = { models, tell };
  listeners.add(listener);
  void listenOnce();
  return () => listeners.delete(listener);
}

async function call<A>(send: () => Promise<unknown>): Promise<A> {
  try {
    return (await send()) as A;
  } catch (thrown) {
    throw asCoreError(thrown);
  }
}

async function listenOnce(): Promise<void> {
  if (isListening) return;
  isListening = true;
  (await transport()).onMoved(spread);
}

function spread({ models }: Moved): void {
  const isMeant = (listener: Listener) =>
    models.includes('*') || listener.models.some((model) => models.includes(model));
  for (const listener of listeners) if (isMeant(listener)) listener.tell();
}
