import type { ProblemKind } from '$lib/ipc/recovery';
import * as m from '$lib/paraglide/messages';

interface Texts {
  title: () => string;
  /** What happened; the gap at the end of the log is told with its figures instead. */
  text: () => string;
  next: () => string;
}

export const PROBLEMS: Readonly<Record<ProblemKind, Texts>> = {
  locked: {
    title: m.recovery_locked_title,
    text: m.recovery_locked_text,
    next: m.recovery_locked_next,
  },
  notWritable: {
    title: m.recovery_notWritable_title,
    text: m.recovery_notWritable_text,
    next: m.recovery_notWritable_next,
  },
  full: { title: m.recovery_full_title, text: m.recovery_full_text, next: m.recovery_full_next },
  notOurs: {
    title: m.recovery_notOurs_title,
    text: m.recovery_notOurs_text,
    next: m.recovery_notOurs_next,
  },
  taken: {
    title: m.recovery_taken_title,
    text: m.recovery_taken_text,
    next: m.recovery_taken_next,
  },
  newer: {
    title: m.recovery_newer_title,
    text: m.recovery_newer_text,
    next: m.recovery_newer_next,
  },
  damaged: {
    title: m.recovery_damaged_title,
    text: m.recovery_damaged_text,
    next: m.recovery_damaged_next,
  },
  keyMissing: {
    title: m.recovery_keyMissing_title,
    text: m.recovery_keyMissing_text,
    next: m.recovery_keyMissing_next,
  },
  wrongKey: {
    title: m.recovery_wrongKey_title,
    text: m.recovery_wrongKey_text,
    next: m.recovery_wrongKey_next,
  },
  witnessAhead: {
    title: m.recovery_witnessAhead_title,
    text: () => '',
    next: m.recovery_witnessAhead_next,
  },
  witnessDiffers: {
    title: m.recovery_witnessDiffers_title,
    text: m.recovery_witnessDiffers_text,
    next: m.recovery_witnessDiffers_next,
  },
  witnessUnreadable: {
    title: m.recovery_witnessUnreadable_title,
    text: m.recovery_witnessUnreadable_text,
    next: m.recovery_witnessUnreadable_next,
  },
  failed: {
    title: m.recovery_failed_title,
    text: m.recovery_failed_text,
    next: m.recovery_failed_next,
  },
  unreadable: {
    title: m.recovery_unreadable_title,
    text: m.recovery_unreadable_text,
    next: m.recovery_unreadable_next,
  },
};
