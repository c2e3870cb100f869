import { whenMoved } from '$lib/ipc/calls';
import { getApplication } from '$lib/ipc/client';
import { asCoreError, type CoreError } from '$lib/ipc/core-error';
import type { Application } from '$lib/ipc/types';
import { clock } from './clock.svelte';

/** They are sent, wait until somebody sends them otherwise, or are never sent, as in a test. */
type Mails = 'sent' | 'wait' | 'never';

/** What this window is: asked before anything is drawn, and when the core says that it changed. */
class ApplicationState {
  info = $state.raw<Application>();
  error = $state.raw<CoreError>();

  /** Where this window begins and where a kiosk returns to. */
  readonly home = $derived(this.info?.kiosk ? '/kiosk' : '/');
  readonly isKiosk = $derived(this.info?.kiosk ?? false);
  /** Demo and sandbox folders say on every page that nothing in them is valid. */
  readonly isTest = $derived(this.info !== undefined && this.info.mode !== 'real');
  /** What becomes of a mail that is written: no page promises one that waits or is never sent. */
  readonly mails: Mails = $derived.by(() => {
    if (this.isTest) return 'never';
    return this.info?.sendsMails ? 'sent' : 'wait';
  });

  async start(): Promise<void> {
    this.error = undefined;
    try {
      await this.#ask();
      whenMoved(['application'], () => void this.#ask().catch(() => undefined));
    } catch (thrown) {
      this.error = asCoreError(thrown);
    }
  }

  async #ask(): Promise<void> {
    this.info = await getApplication({});
    // The shell has said so before the first paint, to the processor's window at a kiosk as well.
    if (this.info.kiosk) document.documentElement.setAttribute('data-kiosk', '');
    // After a jump of the computer's clock, countdowns go on from the core's.
    clock.set(this.info.now, this.info.clockIsManual);
  }
}

export const application = new ApplicationState();
