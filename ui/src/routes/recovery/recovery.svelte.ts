import { asCoreError, type CoreError } from '$lib/ipc/core-error';
import { recoveryProblem, type Problem } from '$lib/ipc/recovery';

/** Why the data does not open, and the one thing that is being tried about it. */
export class Recovery {
  problem = $state.raw<Problem>();
  error = $state.raw<CoreError>();
  isBusy = $state(false);
  /** The last try changed nothing. */
  isUnchanged = $state(false);

  async start(): Promise<void> {
    this.problem = (await recoveryProblem()) ?? undefined;
    document.documentElement.toggleAttribute('data-kiosk', this.problem?.kiosk ?? false);
  }

  /** Does something that opens the data, or says anew what is wrong. */
  async attempt(open: () => Promise<Problem | null>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.error = undefined;
    this.isUnchanged = false;
    try {
      const problem = await open();
      // The shell closes this window now.
      if (problem === null) return;
      this.isUnchanged = problem.message === this.problem?.message;
      this.problem = problem;
    } catch (thrown) {
      this.error = asCoreError(thrown);
    }
    this.isBusy = false;
  }
}
