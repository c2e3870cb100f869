/** The one table from an error code to what a person reads. Nothing else branches on texts. */
import * as m from '$lib/paraglide/messages';
import type { CoreError } from './core-error';

type Text = () => string;

interface Entry {
  /** What happened. */
  what: Text;
  /** What was not lost. */
  kept: Text;
  /** What to do now. */
  next: Text;
}

export interface ErrorTexts {
  what: string;
  kept: string;
  next: string;
  /** The short code to tell support. */
  reference: string;
}

const inField = (what: Text): Entry => ({
  what,
  kept: m.kept_input,
  next: m.next_correct_field,
});
const refused = (what: Text, next: Text): Entry => ({ what, kept: m.kept_nothing_changed, next });

export const ERRORS: Readonly<Record<string, Entry>> = {
  InvalidRequest: inField(m.error_invalid_request),
  InvalidField: inField(m.error_invalid_field),
  InvalidRequired: inField(m.error_invalid_required),
  InvalidTooLong: inField(m.error_invalid_too_long),
  InvalidTooShort: inField(m.error_invalid_too_short),
  InvalidEmail: inField(m.error_invalid_email),
  InvalidSlug: inField(m.error_invalid_slug),
  InvalidSlugTaken: inField(m.error_invalid_slug_taken),
  InvalidSlugReserved: inField(m.error_invalid_slug_reserved),
  InvalidDates: inField(m.error_invalid_dates),
  InvalidTimeZone: inField(m.error_invalid_time_zone),
  InvalidCurrency: inField(m.error_invalid_currency),
  InvalidPrice: inField(m.error_invalid_price),
  InvalidQuantity: inField(m.error_invalid_quantity),
  InvalidNoSeats: inField(m.error_invalid_no_seats),
  InvalidSeatType: inField(m.error_invalid_seat_type),
  InvalidAmount: inField(m.error_invalid_amount),
  InvalidReason: inField(m.error_invalid_reason),
  InvalidCancellation: inField(m.error_invalid_cancellation),
  InvalidBackupFolder: inField(m.error_invalid_backup_folder),
  InvalidMailServer: inField(m.error_invalid_mail_server),
  InvalidPort: inField(m.error_invalid_port),
  InvalidMailSecurity: inField(m.error_invalid_mail_security),
  InvalidMethod: refused(m.error_invalid_method, m.next_restart),
  InvalidCommandIdReused: refused(m.error_invalid_command_id_reused, m.next_reload),

  RefusedRole: refused(m.error_refused_role, m.next_ask_organizer),
  RefusedNotFound: refused(m.error_refused_not_found, m.next_check_entry),
  RefusedReservationExpired: {
    what: m.error_refused_reservation_expired,
    kept: m.kept_no_charge,
    next: m.next_start_again,
  },
  RefusedPaymentInProgress: {
    what: m.error_refused_payment_in_progress,
    kept: m.kept_seats,
    next: m.next_finish_payment,
  },
  RefusedNotPublished: refused(m.error_refused_not_published, m.next_ask_organizer),
  RefusedAlreadyConfirmed: {
    what: m.error_refused_already_confirmed,
    kept: m.kept_order,
    next: m.next_open_order,
  },
  RefusedNotReserved: refused(m.error_refused_not_reserved, m.next_choose_seats),
  RefusedTooEarlyToExtend: {
    what: m.error_refused_too_early_to_extend,
    kept: m.kept_seats,
    next: m.next_extend_later,
  },
  RefusedExtensionsUsedUp: {
    what: m.error_refused_extensions_used_up,
    kept: m.kept_seats,
    next: m.next_finish_in_time,
  },
  RefusedNotFree: { what: m.error_refused_not_free, kept: m.kept_seats, next: m.next_pay },
  RefusedDetailsMissing: {
    what: m.error_refused_details_missing,
    kept: m.kept_seats,
    next: m.next_fill_details,
  },
  RefusedPaymentSettled: refused(m.error_refused_payment_settled, m.next_open_order),
  RefusedWasPublished: refused(m.error_refused_was_published, m.next_lower_quota),
  RefusedSeatTypeInUse: refused(m.error_refused_seat_type_in_use, m.next_lower_quota),
  RefusedUnknownPosition: refused(m.error_refused_unknown_position, m.next_reload),
  RefusedNotConfirmed: refused(m.error_refused_not_confirmed, m.next_pay),
  RefusedTooManyTries: refused(m.error_refused_too_many_tries, m.next_wait),
  RefusedCancelled: refused(m.error_refused_cancelled, m.next_ask_organizer),
  RefusedFreeOfCharge: {
    what: m.error_refused_free_of_charge,
    kept: m.kept_seats,
    next: m.next_complete_free,
  },
  RefusedNothingToPay: {
    what: m.error_refused_free_of_charge,
    kept: m.kept_seats,
    next: m.next_complete_free,
  },
  RefusedNotExpired: refused(m.error_refused_not_expired, m.next_open_order),
  RefusedOtherSeats: refused(m.error_refused_other_seats, m.next_reload),
  RefusedNotRetryable: refused(m.error_refused_not_retryable, m.next_reload),
  RefusedWrongToken: refused(m.error_refused_wrong_token, m.next_reopen_payment),
  RefusedClock: refused(m.error_refused_clock, m.next_restart),
  RefusedStopped: refused(m.error_refused_stopped, m.next_try_again),
  RefusedNoBackupFolder: refused(
    m.error_refused_no_backup_folder,
    m.next_choose_backup_folder,
  ),
  RefusedBackupFailed: {
    what: m.error_refused_backup_failed,
    kept: m.kept_stored_before,
    next: m.next_check_backup_folder,
  },
  RefusedNoMailServer: refused(m.error_refused_no_mail_server, m.next_set_mail_server),
  RefusedTestFolder: refused(m.error_refused_test_folder, m.next_open_real_data),
  RefusedMailNotSent: refused(m.error_refused_mail_not_sent, m.next_check_mail_server),
  RefusedHoldLimit: refused(m.error_refused_hold_limit, m.next_ask_desk),

  BusyStorageFull: {
    what: m.error_storage_full,
    kept: m.kept_nothing_stored,
    next: m.next_make_room,
  },
  BusyStorageReadOnly: {
    what: m.error_storage_read_only,
    kept: m.kept_nothing_stored,
    next: m.next_allow_writing,
  },
  BusyStorageFailed: {
    what: m.error_storage_failed,
    kept: m.kept_maybe_stored,
    next: m.next_try_again,
  },
  BrokenStorageDamaged: {
    what: m.error_storage_damaged,
    kept: m.kept_maybe_stored,
    next: m.next_open_again,
  },

  Busy: { what: m.error_busy, kept: m.kept_input, next: m.next_try_again },
  Broken: { what: m.error_broken, kept: m.kept_stored_before, next: m.next_tell_reference },
  Unreachable: { what: m.error_unreachable, kept: m.kept_stored_before, next: m.next_restart },
};

const UNKNOWN: Entry = {
  what: m.error_unknown,
  kept: m.kept_stored_before,
  next: m.next_tell_reference,
};

/** Everything a page says about an error. */
export function errorTexts(error: CoreError): ErrorTexts {
  const entry = ERRORS[error.code] ?? UNKNOWN;
  return {
    what: entry.what(),
    kept: entry.kept(),
    next: entry.next(),
    reference: reference(error),
  };
}

/** The one sentence that stands next to the field an error belongs to. */
export function fieldText(code: string): string {
  return (ERRORS[code] ?? UNKNOWN).what();
}

function reference(error: CoreError): string {
  const report = error.details['report'];
  return typeof report === 'string' || typeof report === 'number'
    ? `${error.code} ${report}`
    : error.code;
}
