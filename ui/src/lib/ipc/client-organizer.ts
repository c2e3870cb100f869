/** One typed function per use case of the organizer. Imported by organizer pages only. */
import { command, query } from './calls';
import { getConference, getSeatTypes } from './client';

export const createConference = command('CreateConference');
export const updateConference = command('UpdateConference');
export const publishConference = command('PublishConference');
export const unpublishConference = command('UnpublishConference');
export const setInvoicePolicy = command('SetInvoicePolicy');
export const createSeatType = command('CreateSeatType');
export const updateSeatType = command('UpdateSeatType');
export const deleteSeatType = command('DeleteSeatType');
export const settleAtDesk = command('SettleAtDesk');
export const cancelOrderSeats = command('CancelOrderSeats');
export const markInvoicePaid = command('MarkInvoicePaid');
export const retryLatePayment = command('RetryLatePayment');
export const recordRefund = command('RecordRefund');
export const dismissAttention = command('DismissAttention');
export const erasePerson = command('ErasePerson');
export const setHoldLimit = command('SetHoldLimit');
export const setBackupFolder = command('SetBackupFolder');
export const makeBackup = command('MakeBackup');
export const cancelBackup = command('CancelBackup');
export const setMailServer = command('SetMailServer');
export const removeMailServer = command('RemoveMailServer');
export const testMailServer = command('TestMailServer');
export const sendMails = command('SendMails');
export const retryMails = command('RetryMails');
export const verifyData = command('VerifyData');
export const cancelVerification = command('CancelVerification');
export const rebuildReadModels = command('RebuildReadModels');
export const cancelRebuild = command('CancelRebuild');

export const locateConference = query('LocateConference');
export const previewQuota = query('PreviewQuota');
export const listOrders = query('ListOrders');
export const listAttendees = query('ListAttendees');
export const listAttentionCards = query('ListAttentionCards');
export const getDashboard = query('GetDashboard');
export const explainFigure = query('ExplainFigure');
export const getHistory = query('GetHistory');
export const getSettings = query('GetSettings');
export const getBackups = query('GetBackups');
export const listBackups = query('ListBackups');
export const getMailServer = query('GetMailServer');
export const listMails = query('ListMails');
export const getDataHealth = query('GetDataHealth');

/** A conference with its seat types and newest orders as they were at a position or a moment. */
export async function conferenceAsOf(conferenceId: string, asOf: number | string) {
  // Every query takes `asOf` beside its own parameters.
  const then = { conferenceId, asOf };
  const [conference, { seatTypes }, orders] = await Promise.all([
    getConference(then),
    getSeatTypes(then),
    listOrders({ ...then, limit: 100 } as Parameters<typeof listOrders>[0]),
  ]);
  return { conference, seatTypes, orders };
}
