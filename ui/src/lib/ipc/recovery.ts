/** What the recovery window may call: the shell's own commands, and nothing of the application. */
import { invoke } from '@tauri-apps/api/core';
import { asCoreError } from './core-error';

export type ProblemKind =
  | 'locked'
  | 'notWritable'
  | 'full'
  | 'notOurs'
  | 'taken'
  | 'newer'
  | 'damaged'
  | 'keyMissing'
  | 'wrongKey'
  | 'witnessAhead'
  | 'witnessDiffers'
  | 'witnessUnreadable'
  | 'failed'
  | 'unreadable';

export interface Problem {
  kind: ProblemKind;
  folder: string;
  /** In English, for support. */
  message: string;
  exitCode: number;
  kiosk: boolean;
  process?: number;
  missing?: { first: number; last: number; until?: string };
  /** What may be done beside another try. */
  actions: ('look' | 'restore' | 'goOn')[];
}

/** What is stored in the data and not in a backup of it, as far as that can be known. */
export interface Loss {
  events?: number;
  orders?: number;
  /** Whether there are not more orders than those that could be counted. */
  isExact: boolean;
  from: string;
  until?: string;
}

/** Of `app::backup::BackupInfo`, what this window shows. */
export interface Backup {
  file: string;
  madeAt?: string;
  events: number;
  orders?: number;
}

/** One that is offered. */
export interface Offer extends Backup {
  loss: Loss;
}

export interface Restored {
  backup: Backup;
  loss: Loss;
  /** Where what was there before is kept. */
  keptAside?: string;
  /** Where backups go on being made. */
  backupFolder?: string;
  totals: { orders: number; attendees: number };
}

export interface Survey {
  wholeEvents: number;
  recordedUntil?: string;
  firstFault?: string;
}

async function call<A>(
  command: string,
  args?: Record<string, unknown>,
): Promise<A> {
  try {
    return await invoke<A>(command, args);
  } catch (thrown) {
    throw asCoreError(thrown);
  }
}

export const recoveryProblem = () => call<Problem | null>('recovery_problem');
export const recoverySurvey = () => call<Survey>('recovery_survey');
/** Null when the data is open: then this window closes. */
export const recoveryTryAgain = () =>
  call<Problem | null>('recovery_try_again');
export const recoveryLook = () => call<Problem | null>('recovery_look');
export const recoveryGoOn = (without: number | undefined) =>
  call<Problem | null>('recovery_go_on', { without: without ?? null });
/** In the folder that they went to last where none is given. */
export const recoveryBackups = (folder?: string) =>
  call<{ folder?: string; items: Offer[] }>('recovery_backups', {
    folder: folder ?? null,
  });
export const recoveryRestore = (file: string) =>
  call<Restored>('recovery_restore', { file });
export const recoveryLeave = () => call<null>('recovery_leave');
