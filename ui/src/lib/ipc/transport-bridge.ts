/** Development only: speaks to dev/bridge.ts, which runs the real core behind the dev server. */
import type { CommandRequest, Moved, Transport } from './transport';

const READ_OUTCOME_MS = 1500;
const listeners: ((moved: Moved) => void)[] = [];
const otherWindows = new BroadcastChannel('lanyard-moved');

function tellListeners(moved: Moved): void {
  for (const listener of listeners) listener(moved);
}

otherWindows.onmessage = (event: MessageEvent<Moved>) => tellListeners(event.data);

async function post(path: string, body: object): Promise<unknown> {
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
  const content: unknown = await answer.json();
  if (!answer.ok) throw content;
  return content;
}

/** What the shell does beside the command: the processor's window comes and goes with it. */
function playShell({ method, params }: CommandRequest): void {
  if (method === 'InitiateThirdPartyProcessorPayment') {
    const { paymentId } = params as { paymentId: string };
    window.open(`#/processor/${paymentId}`, 'processor', 'width=560,height=720');
  } else if (method.endsWith('ThirdPartyProcessorPayment')) {
    setTimeout(() => window.close(), READ_OUTCOME_MS);
  }
}

export const bridgeTransport: Transport = {
  async execute(request) {
    const answer = await post('/__execute', request);
    const { position } = answer as { position: number };
    // The bridge has no events: a stored command stands for "everything may have moved".
    const moved = { models: ['*'], position };
    tellListeners(moved);
    otherWindows.postMessage(moved);
    playShell(request);
    return answer;
  },
  query: (request) => post('/__query', request),
  onMoved: (listener) => void listeners.push(listener),
  processorToken: async () => null,
  openSample: () => Promise.reject(new Error('only the application can open the sample')),
};
