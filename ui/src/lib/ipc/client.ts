/**
 * One typed function per use case of a registrant, a kiosk and the simulated processor. The
 * organizer's are in `client-organizer.ts`, so that a kiosk does not load them.
 */
import { command, query } from './calls';
import { transport } from './transport-choice';

export const registerToConference = command('RegisterToConference');
export const assignRegistrantDetails = command('AssignRegistrantDetails');
export const extendReservation = command('ExtendReservation');
export const initiateCardPayment = command('InitiateThirdPartyProcessorPayment');
export const initiateInvoicePayment = command('InitiateInvoicePayment');
export const confirmFreeOrder = command('ConfirmFreeOrder');
export const assignSeat = command('AssignSeat');
export const unassignSeat = command('UnassignSeat');
export const completeCardPayment = command('CompleteThirdPartyProcessorPayment');
export const cancelCardPayment = command('CancelThirdPartyProcessorPayment');
export const scriptCardPayment = command('ScriptThirdPartyProcessorPayment');

export const getApplication = query('GetApplication');
export const listConferences = query('ListConferences');
export const getConference = query('GetConference');
export const getSeatTypes = query('GetSeatTypes');
export const estimateTotal = query('EstimateTotal');
export const getDraftOrder = query('GetDraftOrder');
export const getPricedOrder = query('GetPricedOrder');
export const getOrderSeats = query('GetOrderSeats');
export const getPaymentDetails = query('GetPaymentDetails');
export const locateOrder = query('LocateOrder');

/** The payment's one-time token: told once, and to the processor's own window only. */
export async function processorToken(): Promise<string | null> {
  return (await transport()).processorToken();
}

/** Opens the sample conference; it lives in a data folder of its own and cannot touch real data. */
export async function openSample(): Promise<void> {
  return (await transport()).openSample();
}
