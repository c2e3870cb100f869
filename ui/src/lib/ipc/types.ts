// Generated from the OpenRPC document of the core. Do not edit.

/**
 * When an order that is paid by invoice counts as paid.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "InvoicePolicy".
 */
export type InvoicePolicy =
  | 'confirmAtOnce'
  | {
      payFirst: number;
    };
/**
 * How an order was settled at a desk.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "DeskMeans".
 */
export type DeskMeans = 'cash' | 'terminal';
/**
 * Where cancelled seats go.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ReturnedSeats".
 */
export type ReturnedSeats = 'backToSale' | 'held';
/**
 * What the simulated processor does, for those who evaluate.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ProcessorScript".
 */
export type ProcessorScript =
  | {
      acceptAfter: number;
    }
  | {
      rejectAfter: number;
    }
  | 'neverAnswer'
  | 'acceptTwice'
  | 'acceptAfterExpiry';
/**
 * Who else may read what goes to the server.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MailSecurity".
 */
export type MailSecurity = 'none' | 'startTls' | 'tls';
/**
 * The part that a caller plays. It is decided in Rust, never by a page.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Role".
 */
export type Role = 'registrant' | 'kiosk' | 'processor' | 'checkin' | 'desk' | 'organizer';
/**
 * How the storage is.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "StorageState".
 */
export type StorageState = 'fine' | 'low' | 'full' | 'readOnly' | 'failed' | 'damaged' | 'lookOnly';
/**
 * How an order of the organizer's list stands.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "OrderStatus".
 */
export type OrderStatus =
  'Placed' | 'PartiallyReserved' | 'Reserved' | 'Confirmed' | 'Expired' | 'Cancelled';
/**
 * How a payment stands.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PaymentState".
 */
export type PaymentState = 'Initiated' | 'Completed' | 'Rejected';
/**
 * Where a draft order stands.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "DraftOrderState".
 */
export type DraftOrderState =
  | 'PendingReservation'
  | 'PartiallyReserved'
  | 'ReservationCompleted'
  | 'Rejected'
  | 'Confirmed'
  | 'Cancelled';
/**
 * Where a mail is.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MailState".
 */
export type MailState = 'waiting' | 'undeliverable' | 'sent' | 'exported';
/**
 * What is being done.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Step".
 */
export type Step = 'copying' | 'packing' | 'unpacking' | 'checking' | 'restoring' | 'rebuilding';
/**
 * What a rebuild is doing.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RebuildPhase".
 */
export type RebuildPhase = 'replay' | 'copy';
/**
 * How something that takes its time stands.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "TaskState".
 */
export type TaskState = 'idle' | 'running' | 'stopped' | 'done' | 'failed';
/**
 * The kinds of faults.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "FaultName".
 */
export type FaultName =
  'missing' | 'altered' | 'originPosition' | 'revision' | 'eventId' | 'unreadable' | 'broken';
/**
 * How a scan stands.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ScanState".
 */
export type ScanState = 'running' | 'sound' | 'damaged' | 'failed';
/**
 * In which way a row differs.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RowKind".
 */
export type RowKind = 'onlyLive' | 'onlyFresh' | 'different';
/**
 * What the witness file can say.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "WitnessWord".
 */
export type WitnessWord = 'nothing' | 'agrees' | 'ahead' | 'differs' | 'unreadable';
/**
 * What is being verified.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Phase".
 */
export type Phase = 'chain' | 'tables' | 'file';

export interface Methods {
  CreateConference: {
    kind: 'command';
    params: CreateConference;
    answer: CreatedConference;
  };
  UpdateConference: {
    kind: 'command';
    params: UpdateConference;
    answer: Done;
  };
  PublishConference: {
    kind: 'command';
    params: PublishConference;
    answer: Done;
  };
  UnpublishConference: {
    kind: 'command';
    params: UnpublishConference;
    answer: Done;
  };
  SetInvoicePolicy: {
    kind: 'command';
    params: SetInvoicePolicy;
    answer: Done;
  };
  CreateSeatType: {
    kind: 'command';
    params: SeatTypeForm;
    answer: Done;
  };
  UpdateSeatType: {
    kind: 'command';
    params: SeatTypeForm;
    answer: Done;
  };
  DeleteSeatType: {
    kind: 'command';
    params: DeleteSeatType;
    answer: Done;
  };
  RegisterToConference: {
    kind: 'command';
    params: RegisterToConference;
    answer: Registered;
  };
  AssignRegistrantDetails: {
    kind: 'command';
    params: AssignRegistrantDetails;
    answer: Done;
  };
  ExtendReservation: {
    kind: 'command';
    params: ExtendReservation;
    answer: Done;
  };
  ConfirmFreeOrder: {
    kind: 'command';
    params: ConfirmFreeOrder;
    answer: Done;
  };
  SettleAtDesk: {
    kind: 'command';
    params: SettleAtDesk;
    answer: Done;
  };
  CancelOrderSeats: {
    kind: 'command';
    params: CancelOrderSeats;
    answer: Done;
  };
  InitiateThirdPartyProcessorPayment: {
    kind: 'command';
    params: InitiateThirdPartyProcessorPayment;
    answer: Done;
  };
  CompleteThirdPartyProcessorPayment: {
    kind: 'command';
    params: CompleteThirdPartyProcessorPayment;
    answer: Done;
  };
  CancelThirdPartyProcessorPayment: {
    kind: 'command';
    params: CancelThirdPartyProcessorPayment;
    answer: Done;
  };
  ScriptThirdPartyProcessorPayment: {
    kind: 'command';
    params: ScriptThirdPartyProcessorPayment;
    answer: Done;
  };
  InitiateInvoicePayment: {
    kind: 'command';
    params: InitiateInvoicePayment;
    answer: IssuedInvoice;
  };
  MarkInvoicePaid: {
    kind: 'command';
    params: MarkInvoicePaid;
    answer: Done;
  };
  AssignSeat: {
    kind: 'command';
    params: AssignSeat;
    answer: Done;
  };
  UnassignSeat: {
    kind: 'command';
    params: UnassignSeat;
    answer: Done;
  };
  RetryLatePayment: {
    kind: 'command';
    params: RetryLatePayment;
    answer: Done;
  };
  RecordRefund: {
    kind: 'command';
    params: RecordRefund;
    answer: Done;
  };
  DismissAttention: {
    kind: 'command';
    params: DismissAttention;
    answer: Done;
  };
  ErasePerson: {
    kind: 'command';
    params: ErasePerson;
    answer: ErasedPersons;
  };
  MarkMailsExported: {
    kind: 'command';
    params: MarkMailsExported;
    answer: Done;
  };
  SetMailServer: {
    kind: 'command';
    params: SetMailServer;
    answer: Done;
  };
  RemoveMailServer: {
    kind: 'command';
    params: RemoveMailServer;
    answer: Done;
  };
  TestMailServer: {
    kind: 'command';
    params: TestMailServer;
    answer: Done;
  };
  SendMails: {
    kind: 'command';
    params: SendMails;
    answer: Done;
  };
  RetryMails: {
    kind: 'command';
    params: RetryMails;
    answer: Done;
  };
  SetBackupFolder: {
    kind: 'command';
    params: SetBackupFolder;
    answer: Done;
  };
  SetHoldLimit: {
    kind: 'command';
    params: SetHoldLimit;
    answer: Done;
  };
  MakeBackup: {
    kind: 'command';
    params: MakeBackup;
    answer: MadeBackup;
  };
  CancelBackup: {
    kind: 'command';
    params: CancelBackup;
    answer: Done;
  };
  VerifyData: {
    kind: 'command';
    params: VerifyData;
    answer: Done;
  };
  CancelVerification: {
    kind: 'command';
    params: CancelVerification;
    answer: Done;
  };
  RebuildReadModels: {
    kind: 'command';
    params: RebuildReadModels;
    answer: Done;
  };
  CancelRebuild: {
    kind: 'command';
    params: CancelRebuild;
    answer: Done;
  };
  GetApplication: {
    kind: 'query';
    params: GetApplication;
    answer: Application;
  };
  GetConference: {
    kind: 'query';
    params: GetConference;
    answer: ConferenceAnswer;
  };
  ListConferences: {
    kind: 'query';
    params: ListConferences;
    answer: Conferences;
  };
  LocateConference: {
    kind: 'query';
    params: LocateConference;
    answer: LocatedConference;
  };
  EstimateTotal: {
    kind: 'query';
    params: EstimateTotal;
    answer: Estimate;
  };
  GetSeatTypes: {
    kind: 'query';
    params: GetSeatTypes;
    answer: SeatTypes;
  };
  PreviewQuota: {
    kind: 'query';
    params: PreviewQuota;
    answer: QuotaPreview;
  };
  GetDraftOrder: {
    kind: 'query';
    params: GetDraftOrder;
    answer: DraftOrderAnswer;
  };
  GetPricedOrder: {
    kind: 'query';
    params: GetPricedOrder;
    answer: PricedOrderAnswer;
  };
  LocateOrder: {
    kind: 'query';
    params: LocateOrder;
    answer: LocatedOrder;
  };
  GetOrderSeats: {
    kind: 'query';
    params: GetOrderSeats;
    answer: OrderSeatsAnswer;
  };
  GetPaymentDetails: {
    kind: 'query';
    params: GetPaymentDetails;
    answer: PaymentDetails;
  };
  ListOrders: {
    kind: 'query';
    params: ListOrders;
    answer: PageOfOrderRow;
  };
  ListAttendees: {
    kind: 'query';
    params: ListAttendees;
    answer: PageOfAttendeeRow;
  };
  ListAttentionCards: {
    kind: 'query';
    params: ListAttentionCards;
    answer: AttentionCards;
  };
  GetDashboard: {
    kind: 'query';
    params: GetDashboard;
    answer: Dashboard;
  };
  ExplainFigure: {
    kind: 'query';
    params: ExplainFigure;
    answer: Explanation;
  };
  GetHistory: {
    kind: 'query';
    params: GetHistory;
    answer: History;
  };
  GetMailServer: {
    kind: 'query';
    params: GetMailServer;
    answer: MailServerState;
  };
  ListMails: {
    kind: 'query';
    params: ListMails;
    answer: Mails;
  };
  GetSettings: {
    kind: 'query';
    params: GetSettings;
    answer: Settings;
  };
  GetBackups: {
    kind: 'query';
    params: GetBackups;
    answer: BackupState;
  };
  ListBackups: {
    kind: 'query';
    params: ListBackups;
    answer: BackupList;
  };
  GetDataHealth: {
    kind: 'query';
    params: GetDataHealth;
    answer: DataHealth;
  };
  GetRebuild: {
    kind: 'query';
    params: GetRebuild;
    answer: RebuildState;
  };
  AdvanceClock: {
    kind: 'clock';
    params: AdvanceClock;
    answer: AdvancedClock;
  };
}
/**
 * Creates a conference; answers its access code.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CreateConference".
 */
export interface CreateConference {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * Made by the caller.
   */
  conferenceId: string;
  /**
   * ISO 4217 code.
   */
  currency?: string;
  /**
   * Up to 4,000 characters.
   */
  description?: string;
  /**
   * `YYYY-MM-DD`, not before the start.
   */
  endDate?: string;
  /**
   * Where it takes place.
   */
  location?: string;
  /**
   * 1 to 120 characters.
   */
  name?: string;
  /**
   * The owner's e-mail; with the access code it finds the conference again.
   */
  ownerEmail?: string;
  /**
   * The owner's name.
   */
  ownerName?: string;
  /**
   * Letters, digits, `-`, `_`; 2 to 64; unique without regard to case.
   */
  slug?: string;
  /**
   * `YYYY-MM-DD`.
   */
  startDate?: string;
  /**
   * One line under the name.
   */
  tagline?: string | null;
  /**
   * IANA name.
   */
  timeZone?: string;
}
/**
 * A conference was created.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CreatedConference".
 */
export interface CreatedConference {
  /**
   * The code that finds it again together with the owner's e-mail.
   */
  accessCode: string;
  /**
   * The log position at which its effects are stored and visible.
   */
  position: number;
}
/**
 * Changes the details of a conference and never its publish flags. The same again changes nothing.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "UpdateConference".
 */
export interface UpdateConference {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * See `ConferenceDetails::description`.
   */
  description?: string;
  /**
   * The last day, `YYYY-MM-DD`.
   */
  endDate?: string;
  /**
   * See `ConferenceDetails::location`.
   */
  location?: string;
  /**
   * See `ConferenceDetails::name`.
   */
  name?: string;
  /**
   * The first day, `YYYY-MM-DD`.
   */
  startDate?: string;
  /**
   * See `ConferenceDetails::tagline`; blank is none.
   */
  tagline?: string | null;
  /**
   * See `ConferenceDetails::time_zone`.
   */
  timeZone?: string;
}
/**
 * A command was carried out, or was already true.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Done".
 */
export interface Done {
  /**
   * The log position at which its effects are stored and visible.
   */
  position: number;
}
/**
 * Opens a conference for registration; the first time, announces its seat types.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PublishConference".
 */
export interface PublishConference {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The conference.
   */
  conferenceId: string;
}
/**
 * Closes a conference for new registrations. Of one that is closed, only the address changes.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "UnpublishConference".
 */
export interface UnpublishConference {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * See `ConferenceUnpublished::redirect_url`; blank is none.
   */
  redirectUrl?: string | null;
}
/**
 * Says when orders paid by invoice are confirmed. Invoices already issued keep their policy.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SetInvoicePolicy".
 */
export interface SetInvoicePolicy {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The conference.
   */
  conferenceId: string;
  invoicePolicy: InvoicePolicy;
}
/**
 * A seat type as it was typed: the fields of `CreateSeatType` and of `UpdateSeatType`.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SeatTypeForm".
 */
export interface SeatTypeForm {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * See `SeatTypeTerms::description`.
   */
  description?: string;
  /**
   * See `SeatTypeTerms::name`.
   */
  name?: string;
  price: Money;
  /**
   * See `SeatTypeTerms::quantity`.
   */
  quantity: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
}
/**
 * An amount in minor units (cents for USD, whole yen for JPY) of a currency.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Money".
 */
export interface Money {
  /**
   * Minor units.
   */
  amount: number;
  /**
   * The currency of the amount.
   */
  currency: string;
}
/**
 * Removes a seat type of a conference that was never published.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "DeleteSeatType".
 */
export interface DeleteSeatType {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * The seat type.
   */
  seatTypeId: string;
}
/**
 * Places an order, or changes the seats of one that is not settled.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RegisterToConference".
 */
export interface RegisterToConference {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * Made by the caller.
   */
  orderId: string;
  /**
   * At least one quantity above 0.
   */
  seats: WantedSeats[];
}
/**
 * So many seats of one type.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "WantedSeats".
 */
export interface WantedSeats {
  /**
   * How many; 0 to 20.
   */
  quantity: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
}
/**
 * An order was placed or changed.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Registered".
 */
export interface Registered {
  /**
   * The code that finds it again together with the registrant's e-mail.
   */
  accessCode: string;
  /**
   * The log position at which its effects are stored and visible.
   */
  position: number;
}
/**
 * Says who registers.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AssignRegistrantDetails".
 */
export interface AssignRegistrantDetails {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * Where the confirmation goes.
   */
  email?: string;
  /**
   * Up to 100 characters.
   */
  firstName?: string;
  /**
   * Up to 100 characters.
   */
  lastName?: string;
  /**
   * The order.
   */
  orderId: string;
}
/**
 * Gives the registrant five more minutes.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ExtendReservation".
 */
export interface ExtendReservation {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The order.
   */
  orderId: string;
}
/**
 * Confirms an order that costs nothing.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ConfirmFreeOrder".
 */
export interface ConfirmFreeOrder {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The order.
   */
  orderId: string;
}
/**
 * Records that an order was paid at a staffed desk.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SettleAtDesk".
 */
export interface SettleAtDesk {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  means: DeskMeans;
  /**
   * The order.
   */
  orderId: string;
  /**
   * The slip's number.
   */
  reference?: string | null;
}
/**
 * Cancels seats of a confirmed order.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CancelOrderSeats".
 */
export interface CancelOrderSeats {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * What is kept of the price; absent: nothing.
   */
  fee?: Money | null;
  /**
   * The order.
   */
  orderId: string;
  /**
   * The positions of the seats; absent: the whole order.
   */
  positions?: number[] | null;
  /**
   * Why, without names.
   */
  reason: string;
  returned: ReturnedSeats;
}
/**
 * Begins a payment through the simulated processor; the amount is the order's total.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "InitiateThirdPartyProcessorPayment".
 */
export interface InitiateThirdPartyProcessorPayment {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The order.
   */
  orderId: string;
  /**
   * Made by the caller, one for each attempt.
   */
  paymentId: string;
}
/**
 * The processor's yes.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CompleteThirdPartyProcessorPayment".
 */
export interface CompleteThirdPartyProcessorPayment {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The payment.
   */
  paymentId: string;
  /**
   * The processor's one-time token; the organizer on the command line needs none.
   */
  token?: string | null;
}
/**
 * The processor's no.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CancelThirdPartyProcessorPayment".
 */
export interface CancelThirdPartyProcessorPayment {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The payment.
   */
  paymentId: string;
  /**
   * The processor's one-time token; the organizer on the command line needs none.
   */
  token?: string | null;
}
/**
 * Lets the simulated processor answer by itself.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ScriptThirdPartyProcessorPayment".
 */
export interface ScriptThirdPartyProcessorPayment {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The payment.
   */
  paymentId: string;
  script: ProcessorScript;
  /**
   * The processor's one-time token; the organizer on the command line needs none.
   */
  token?: string | null;
}
/**
 * Pays by invoice; answers the invoice's number.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "InitiateInvoicePayment".
 */
export interface InitiateInvoicePayment {
  billing: BillingForm;
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The order.
   */
  orderId: string;
  /**
   * Made by the caller.
   */
  paymentId: string;
}
/**
 * A billing address as it was typed. A missing text is refused on its field like an empty one.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "BillingForm".
 */
export interface BillingForm {
  /**
   * Street, town and what else the post needs; may have several lines.
   */
  address?: string;
  /**
   * A code of ISO 3166-1 alpha-2.
   */
  country?: string;
  /**
   * A person or a company.
   */
  name?: string;
  /**
   * A tax number; blank is none.
   */
  taxId?: string | null;
}
/**
 * An invoice was issued.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "IssuedInvoice".
 */
export interface IssuedInvoice {
  /**
   * Until when it has to be paid; absent when the order is confirmed at once.
   */
  dueAt?: string | null;
  /**
   * Its number in this device's series.
   */
  invoiceNumber: string;
  /**
   * The log position at which its effects are stored and visible.
   */
  position: number;
}
/**
 * Records that an invoice was paid.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MarkInvoicePaid".
 */
export interface MarkInvoicePaid {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * Such as `K3-0001`.
   */
  invoiceNumber: string;
}
/**
 * Gives a seat to an attendee.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AssignSeat".
 */
export interface AssignSeat {
  attendee: Attendee;
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The order.
   */
  orderId: string;
  /**
   * The seat, from 0.
   */
  position: number;
}
/**
 * Who sits on a seat.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Attendee".
 */
export interface Attendee {
  /**
   * Required, except at a staffed desk or a kiosk.
   */
  email?: string | null;
  /**
   * Up to 100 characters.
   */
  firstName?: string;
  /**
   * Up to 100 characters.
   */
  lastName?: string;
}
/**
 * Takes a seat back from its attendee.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "UnassignSeat".
 */
export interface UnassignSeat {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * The order.
   */
  orderId: string;
  /**
   * The seat, from 0.
   */
  position: number;
}
/**
 * Tries again to get the seats of a late payment, after the quota was raised.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RetryLatePayment".
 */
export interface RetryLatePayment {
  /**
   * The card.
   */
  attentionId: string;
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * Records that money was given back.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RecordRefund".
 */
export interface RecordRefund {
  amount: Money;
  /**
   * The card.
   */
  attentionId: string;
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * Closes a card without doing anything.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "DismissAttention".
 */
export interface DismissAttention {
  /**
   * The card.
   */
  attentionId: string;
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * Why, without names.
   */
  reason: string;
}
/**
 * Destroys the key of a person, and of every entry with the same e-mail.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ErasePerson".
 */
export interface ErasePerson {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * One entry of the person.
   */
  personId: string;
  /**
   * Why, without names: it stays in the log.
   */
  reason: string;
}
/**
 * Persons were erased.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ErasedPersons".
 */
export interface ErasedPersons {
  /**
   * How many entries of the person there were.
   */
  entries: number;
  /**
   * The log position at which its effects are stored and visible.
   */
  position: number;
}
/**
 * Records that mails left this program, as files or otherwise.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MarkMailsExported".
 */
export interface MarkMailsExported {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * As `ListMails` gives them.
   */
  mailIds: number[];
}
/**
 * Says which server sends the mails.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SetMailServer".
 */
export interface SetMailServer {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * Their password. Left out, the stored one is kept, unless the server or the user is another.
   */
  password?: string | null;
  /**
   * 1 to 65535; usually 587 with `startTls`, 465 with `tls`.
   */
  port: number;
  security: MailSecurity;
  /**
   * The address under which is sent.
   */
  senderAddress?: string;
  /**
   * The name beside it; may be empty.
   */
  senderName?: string;
  /**
   * Its name or address.
   */
  server?: string;
  /**
   * Who logs in there; empty if nobody has to.
   */
  user?: string;
}
/**
 * Forgets the server; mails wait again.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RemoveMailServer".
 */
export interface RemoveMailServer {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * Sends a test mail over the stored server; answers when that accepted it. It changes no data. A
 * repeat is answered as the first time; after a restart it sends another one.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "TestMailServer".
 */
export interface TestMailServer {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * To whom.
   */
  to: string;
}
/**
 * Tries what waits now, also what was to be tried later.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SendMails".
 */
export interface SendMails {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * Lets mails that were set aside as undeliverable be tried again.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RetryMails".
 */
export interface RetryMails {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * As `ListMails` gives them.
   */
  mailIds: number[];
}
/**
 * Chooses the folder into which the running application makes verified copies by itself.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SetBackupFolder".
 */
export interface SetBackupFolder {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * Its full path, outside of the data folder, best on another disk; empty for none.
   */
  folder: string;
}
/**
 * Sets how many seats registrants may hold at once from one window where they are by themselves,
 * of all conferences together.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SetHoldLimit".
 */
export interface SetHoldLimit {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * 1 to 1,000; 40 until it is set.
   */
  holdLimit: number;
}
/**
 * Makes a backup in the chosen folder; answers when it is verified. It changes no data. A repeat
 * is answered as the first time; after a restart it makes another one.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MakeBackup".
 */
export interface MakeBackup {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * A backup was made and verified.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MadeBackup".
 */
export interface MadeBackup {
  backup: BackupInfo;
  /**
   * The last log position in it.
   */
  position: number;
}
/**
 * A backup in a folder.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "BackupInfo".
 */
export interface BackupInfo {
  /**
   * How many seats with an attendee, if they could be counted.
   */
  attendees?: number | null;
  /**
   * Its size in bytes.
   */
  bytes: number;
  /**
   * The device that it was made on.
   */
  device?: string | null;
  /**
   * How many events it holds.
   */
  events: number;
  /**
   * The file.
   */
  file: string;
  /**
   * Whether it can be restored on another computer: it holds the store's key.
   */
  hasKey: boolean;
  /**
   * When it was made; absent where that cannot be read.
   */
  madeAt?: string | null;
  /**
   * How many orders, if they could be counted.
   */
  orders?: number | null;
  /**
   * What is wrong, where it is not.
   */
  problem?: string | null;
  /**
   * Whether it was verified when it was made, and is still complete by its own list of parts. A
   * restore reads every byte again.
   */
  verified: boolean;
}
/**
 * Stops the backup that is being made, if there is one.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CancelBackup".
 */
export interface CancelBackup {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * Begins a verification of everything, in the background.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "VerifyData".
 */
export interface VerifyData {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * Stops a verification; what it had found so far is forgotten.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CancelVerification".
 */
export interface CancelVerification {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * Begins to make the read models anew from the log, in the background.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RebuildReadModels".
 */
export interface RebuildReadModels {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
  /**
   * Goes on where a rebuild was stopped, instead of beginning again.
   */
  resume?: boolean;
}
/**
 * Stops a rebuild; it can be taken up again.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "CancelRebuild".
 */
export interface CancelRebuild {
  /**
   * A new one for each intent: a repeat gets the first answer.
   */
  commandId?: string;
}
/**
 * What this program is and which side it shows.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetApplication".
 */
export interface GetApplication {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
}
/**
 * What this program is and which side it shows.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Application".
 */
export interface Application {
  /**
   * Whether the clock stands still until it is advanced.
   */
  clockIsManual: boolean;
  /**
   * How far the computer's clock is ahead of `now`, or behind if negative, after it jumped;
   * absent while they agree.
   */
  clockOffSeconds?: number | null;
  /**
   * Whether only the registrant's side is shown.
   */
  kiosk: boolean;
  /**
   * `real`, `demo` or `sandbox`; what the last two store is not valid.
   */
  mode: string;
  /**
   * What the clock shows.
   */
  now: string;
  /**
   * The last log position.
   */
  position: number;
  role: Role;
  /**
   * Whether mails are sent: a server for them is set, and this folder is a real one. Otherwise
   * they wait until they are exported, and nobody may be promised one.
   */
  sendsMails: boolean;
  /**
   * The station's name.
   */
  station: string;
  storage: Storage;
  /**
   * The program's version.
   */
  version: string;
}
/**
 * Whether the disk keeps what it is told.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Storage".
 */
export interface Storage {
  /**
   * The data folder; organizer only.
   */
  folder?: string | null;
  /**
   * Room on the disk, in bytes, as measured last.
   */
  freeBytes?: number | null;
  /**
   * With less room than this, in bytes, nothing is stored.
   */
  neededBytes?: number | null;
  state: StorageState;
}
/**
 * One conference, by its id or its slug.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetConference".
 */
export interface GetConference {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * By id.
   */
  conferenceId?: string | null;
  /**
   * Or by slug, without regard to case.
   */
  slug?: string | null;
}
/**
 * A conference with what the caller may do with it.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ConferenceAnswer".
 */
export interface ConferenceAnswer {
  /**
   * The code that finds it again; organizer only.
   */
  accessCode?: string | null;
  /**
   * `register`, `edit`, `publish`, `unpublish`, `deleteSeatTypes`.
   */
  actions: string[];
  /**
   * What has to be there before it is published; organizer only.
   */
  checklist: ChecklistItem[];
  /**
   * Its id.
   */
  conferenceId: string;
  /**
   * ISO 4217 code of all its prices.
   */
  currency: string;
  /**
   * What it is about.
   */
  description: string;
  /**
   * Last day, `YYYY-MM-DD`.
   */
  endDate: string;
  invoicePolicy: InvoicePolicy;
  /**
   * Whether registration is open.
   */
  isPublished: boolean;
  /**
   * Where it takes place.
   */
  location: string;
  /**
   * Its name.
   */
  name: string;
  /**
   * The owner's e-mail; organizer only.
   */
  ownerEmail?: string | null;
  /**
   * The owner's name; organizer only.
   */
  ownerName?: string | null;
  /**
   * Where visitors may go while it is not published.
   */
  redirectUrl?: string | null;
  /**
   * The short name in its address.
   */
  slug: string;
  /**
   * First day, `YYYY-MM-DD`.
   */
  startDate: string;
  /**
   * One line under the name.
   */
  tagline?: string | null;
  /**
   * IANA name.
   */
  timeZone: string;
  /**
   * Whether it ever was.
   */
  wasEverPublished: boolean;
}
/**
 * One thing that a conference needs before it is published.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ChecklistItem".
 */
export interface ChecklistItem {
  /**
   * Whether it is there.
   */
  done: boolean;
  /**
   * `details`, `seatTypes`, `seats`, `published`.
   */
  item: string;
}
/**
 * The conferences.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ListConferences".
 */
export interface ListConferences {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * Only those with open registration; everybody but the organizer gets only those.
   */
  publishedOnly?: boolean;
}
/**
 * The conferences.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Conferences".
 */
export interface Conferences {
  /**
   * By start date.
   */
  items: ConferenceDetails[];
}
/**
 * A conference. What only its organizer may see is absent for everybody else.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ConferenceDetails".
 */
export interface ConferenceDetails {
  /**
   * The code that finds it again; organizer only.
   */
  accessCode?: string | null;
  /**
   * Its id.
   */
  conferenceId: string;
  /**
   * ISO 4217 code of all its prices.
   */
  currency: string;
  /**
   * What it is about.
   */
  description: string;
  /**
   * Last day, `YYYY-MM-DD`.
   */
  endDate: string;
  invoicePolicy: InvoicePolicy;
  /**
   * Whether registration is open.
   */
  isPublished: boolean;
  /**
   * Where it takes place.
   */
  location: string;
  /**
   * Its name.
   */
  name: string;
  /**
   * The owner's e-mail; organizer only.
   */
  ownerEmail?: string | null;
  /**
   * The owner's name; organizer only.
   */
  ownerName?: string | null;
  /**
   * Where visitors may go while it is not published.
   */
  redirectUrl?: string | null;
  /**
   * The short name in its address.
   */
  slug: string;
  /**
   * First day, `YYYY-MM-DD`.
   */
  startDate: string;
  /**
   * One line under the name.
   */
  tagline?: string | null;
  /**
   * IANA name.
   */
  timeZone: string;
  /**
   * Whether it ever was.
   */
  wasEverPublished: boolean;
}
/**
 * Finds a conference again.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "LocateConference".
 */
export interface LocateConference {
  /**
   * Its access code, in any case.
   */
  accessCode: string;
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The owner's e-mail.
   */
  email: string;
}
/**
 * A conference that was found again.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "LocatedConference".
 */
export interface LocatedConference {
  /**
   * Its id.
   */
  conferenceId: string;
}
/**
 * What a selection of seats would cost.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "EstimateTotal".
 */
export interface EstimateTotal {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * The selection.
   */
  seats: WantedSeats[];
}
/**
 * What a selection would cost now.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Estimate".
 */
export interface Estimate {
  /**
   * One line a seat type.
   */
  lines: EstimateLine[];
  total: Money;
}
/**
 * One line of an estimate.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "EstimateLine".
 */
export interface EstimateLine {
  lineTotal: Money;
  /**
   * How many.
   */
  quantity: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
}
/**
 * The seat types of a conference and what is left of them.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetSeatTypes".
 */
export interface GetSeatTypes {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
}
/**
 * The seat types of a conference.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SeatTypes".
 */
export interface SeatTypes {
  /**
   * The most seats of one type in one order.
   */
  mostPerType: number;
  /**
   * In the order in which they were defined.
   */
  seatTypes: SeatType[];
}
/**
 * A seat type of a conference, with what is left of it.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SeatType".
 */
export interface SeatType {
  /**
   * Whether it was announced to registrants.
   */
  announced: boolean;
  /**
   * What can be had now; never below 0.
   */
  available: number;
  /**
   * What it gives access to.
   */
  description: string;
  /**
   * Reserved and not yet paid.
   */
  held: number;
  /**
   * Its name.
   */
  name: string;
  price: Money;
  /**
   * The quota.
   */
  quantity: number;
  /**
   * Quota less sold and held; negative when the quota was cut below them.
   */
  remaining: number;
  /**
   * Its id.
   */
  seatTypeId: string;
  /**
   * Confirmed.
   */
  sold: number;
}
/**
 * What another quota of a seat type would leave.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PreviewQuota".
 */
export interface PreviewQuota {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * The quota to try.
   */
  quantity: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
}
/**
 * What another quota would leave.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "QuotaPreview".
 */
export interface QuotaPreview {
  /**
   * Seats that are reserved and not paid.
   */
  held: number;
  /**
   * Whether more is given out than the quota: worth a warning before it is set.
   */
  isBelow: boolean;
  /**
   * How many more orders there are.
   */
  moreOrders: number;
  /**
   * The orders that have them, newest first, at most 20.
   */
  orders: GivenOut[];
  /**
   * What would be left; below 0 when more is given out than the quota.
   */
  remaining: number;
  /**
   * Confirmed seats.
   */
  sold: number;
}
/**
 * An order that has seats of a type, sold or held.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GivenOut".
 */
export interface GivenOut {
  /**
   * The code that finds it again.
   */
  accessCode: string;
  /**
   * The order.
   */
  orderId: string;
  /**
   * The registrant's entry.
   */
  registrantId?: string | null;
  /**
   * The registrant's name.
   */
  registrantName?: string | null;
  /**
   * How many seats of the type it has.
   */
  seats: number;
  status: OrderStatus;
}
/**
 * An order on its way.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetDraftOrder".
 */
export interface GetDraftOrder {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The order.
   */
  orderId: string;
}
/**
 * A draft order with what the caller may do with it.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "DraftOrderAnswer".
 */
export interface DraftOrderAnswer {
  /**
   * The code that finds it again.
   */
  accessCode: string;
  /**
   * `changeSeats`, `assignDetails`, `pay`, `payByInvoice`, `confirmFree`, `extend`,
   * `settleAtDesk`, `assignSeats`, `cancelSeats`, `startAgain`; nothing in the past.
   */
  actions: string[];
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * From when on more time is granted.
   */
  extendableFrom: string;
  /**
   * How often more time was given.
   */
  extensions: number;
  /**
   * Until when the open invoice has to be paid, of several the one that is due last; the seats are
   * held until then.
   */
  invoiceDueAt?: string | null;
  /**
   * Whether the registrant's time is over.
   */
  isExpired: boolean;
  /**
   * Whether nothing more can come of it: it expired, and no payment is on its way.
   */
  isOver: boolean;
  /**
   * Its seat types.
   */
  lines: DraftOrderLine[];
  /**
   * Whether the organizer has to look at a payment of this order.
   */
  needsAttention: boolean;
  /**
   * What the clock of the store shows, or showed in the past that is asked for; a page counts down
   * from here.
   */
  now: string;
  /**
   * The payment that waits for the processor, of several the latest; while the order is open.
   */
  openPaymentId?: string | null;
  /**
   * Its id.
   */
  orderId: string;
  /**
   * Every attempt to pay, invoices included, in the order in which they began.
   */
  payments: PaymentDetails[];
  /**
   * The registrant's e-mail.
   */
  registrantEmail?: string | null;
  /**
   * The registrant's first name.
   */
  registrantFirstName?: string | null;
  /**
   * The registrant's last name.
   */
  registrantLastName?: string | null;
  /**
   * Until when the registrant has time.
   */
  reservationExpiration: string;
  /**
   * From when on the seats may go back to sale.
   */
  seatsReleasedAt: string;
  state: DraftOrderState;
  /**
   * The revision of the order that this shows.
   */
  version: number;
}
/**
 * One seat type of a draft order.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "DraftOrderLine".
 */
export interface DraftOrderLine {
  /**
   * How many were asked for.
   */
  requested: number;
  /**
   * How many are held.
   */
  reserved: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
}
/**
 * A payment attempt.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PaymentDetails".
 */
export interface PaymentDetails {
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * What it is for.
   */
  description: string;
  /**
   * Until when an invoice has to be paid.
   */
  dueAt?: string | null;
  /**
   * When it began.
   */
  initiatedAt: string;
  /**
   * The invoice's number.
   */
  invoiceNumber?: string | null;
  /**
   * `thirdParty` or `invoice`.
   */
  method: string;
  /**
   * The order that it pays.
   */
  orderId: string;
  /**
   * Its id.
   */
  paymentId: string;
  state: PaymentState;
  totalAmount: Money;
}
/**
 * What an order costs.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetPricedOrder".
 */
export interface GetPricedOrder {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The order.
   */
  orderId: string;
}
/**
 * What an order costs.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PricedOrderAnswer".
 */
export interface PricedOrderAnswer {
  /**
   * The seat assignments, once the order is confirmed.
   */
  assignmentsId?: string | null;
  /**
   * Whether there is nothing to pay.
   */
  isFreeOfCharge: boolean;
  /**
   * What is paid for.
   */
  lines: PricedOrderLine[];
  /**
   * The order.
   */
  orderId: string;
  total: Money;
}
/**
 * One priced line; name and price are frozen.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PricedOrderLine".
 */
export interface PricedOrderLine {
  /**
   * Its name when the order was priced.
   */
  description: string;
  lineTotal: Money;
  /**
   * How many.
   */
  quantity: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
  unitPrice: Money;
}
/**
 * Finds an order again, within one conference.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "LocateOrder".
 */
export interface LocateOrder {
  /**
   * The order's access code, in any case.
   */
  accessCode: string;
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * The registrant's e-mail.
   */
  email: string;
}
/**
 * An order that was found again.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "LocatedOrder".
 */
export interface LocatedOrder {
  /**
   * Its conference.
   */
  conferenceId: string;
  /**
   * Its id.
   */
  orderId: string;
}
/**
 * The seats of a confirmed order.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetOrderSeats".
 */
export interface GetOrderSeats {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The order.
   */
  orderId: string;
}
/**
 * The seats of an order with what the caller may do with them.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "OrderSeatsAnswer".
 */
export interface OrderSeatsAnswer {
  /**
   * `assignSeats`.
   */
  actions: string[];
  /**
   * The set of assignments.
   */
  assignmentsId: string;
  /**
   * The order.
   */
  orderId: string;
  /**
   * Every position.
   */
  seats: OrderSeat[];
}
/**
 * One seat of a confirmed order.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "OrderSeat".
 */
export interface OrderSeat {
  /**
   * Who sits there.
   */
  attendee?: AttendeeDetails | null;
  /**
   * Whether the person who sat there was erased.
   */
  attendeeErased: boolean;
  /**
   * Its place in the order, from 0.
   */
  position: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
  /**
   * Its name when the order was priced.
   */
  seatTypeName: string;
}
/**
 * A person on a seat.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AttendeeDetails".
 */
export interface AttendeeDetails {
  /**
   * E-mail; may be missing at a staffed desk.
   */
  email?: string | null;
  /**
   * First name.
   */
  firstName: string;
  /**
   * Last name.
   */
  lastName: string;
  /**
   * The entry of the person.
   */
  personId: string;
}
/**
 * One payment.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetPaymentDetails".
 */
export interface GetPaymentDetails {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The payment.
   */
  paymentId: string;
}
/**
 * The organizer's orders, newest first.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ListOrders".
 */
export interface ListOrders {
  /**
   * `next` of the page before.
   */
  after?: string | null;
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * 1 to 500; 50 unless told.
   */
  limit?: number | null;
  /**
   * Part of a name, an e-mail or a code, from 2 letters on.
   */
  search?: string | null;
  /**
   * Only those that stand so.
   */
  status?: OrderStatus | null;
}
/**
 * A page of a list.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PageOfOrderRow".
 */
export interface PageOfOrderRow {
  /**
   * The rows.
   */
  items: OrderRow[];
  /**
   * Give it as `after` to get the next page; absent on the last one.
   */
  next?: string | null;
  /**
   * How many rows there are in all pages.
   */
  total: number;
}
/**
 * One order in the organizer's list.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "OrderRow".
 */
export interface OrderRow {
  /**
   * The code that finds it again.
   */
  accessCode: string;
  /**
   * How many of them have an attendee.
   */
  assigned: number;
  /**
   * Who placed it: registrant, kiosk, desk, organizer.
   */
  channel: string;
  /**
   * When it was placed.
   */
  createdAt: string;
  /**
   * What was taken off the total for cancelled seats.
   */
  credited?: Money | null;
  /**
   * The device that recorded it.
   */
  device: string;
  /**
   * The order.
   */
  orderId: string;
  /**
   * `thirdParty`, `invoice`, `desk` or `free`, once settled.
   */
  paymentMethod?: string | null;
  /**
   * The registrant's e-mail.
   */
  registrantEmail?: string | null;
  /**
   * The registrant's entry.
   */
  registrantId?: string | null;
  /**
   * The registrant's name.
   */
  registrantName?: string | null;
  /**
   * How many seats it holds, confirmed or not.
   */
  seatCount: number;
  /**
   * Its seats, once confirmed; cancelled ones are not among them.
   */
  seats: ListedSeat[];
  /**
   * The station that placed it.
   */
  station: string;
  status: OrderStatus;
  /**
   * What it costs, once priced.
   */
  total?: Money | null;
}
/**
 * A seat of an order in the organizer's list.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ListedSeat".
 */
export interface ListedSeat {
  /**
   * Who sits there.
   */
  attendee?: AttendeeDetails | null;
  /**
   * Its place in the order, from 0.
   */
  position: number;
  /**
   * Its seat type's name when the order was priced.
   */
  seatTypeName: string;
}
/**
 * Every seat of every confirmed order by its attendee's last and first name; the free ones last.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ListAttendees".
 */
export interface ListAttendees {
  /**
   * `next` of the page before.
   */
  after?: string | null;
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * 1 to 500; 50 unless told.
   */
  limit?: number | null;
  /**
   * Part of a name, an e-mail or a code, from 2 letters on.
   */
  search?: string | null;
}
/**
 * A page of a list.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "PageOfAttendeeRow".
 */
export interface PageOfAttendeeRow {
  /**
   * The rows.
   */
  items: AttendeeRow[];
  /**
   * Give it as `after` to get the next page; absent on the last one.
   */
  next?: string | null;
  /**
   * How many rows there are in all pages.
   */
  total: number;
}
/**
 * One seat in the organizer's list of attendees.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AttendeeRow".
 */
export interface AttendeeRow {
  /**
   * The order's code.
   */
  accessCode: string;
  /**
   * Who sits there.
   */
  attendee?: AttendeeDetails | null;
  /**
   * Whether the person who sat there was erased.
   */
  attendeeErased: boolean;
  /**
   * The order.
   */
  orderId: string;
  /**
   * The seat's place in the order.
   */
  position: number;
  /**
   * The seat type.
   */
  seatTypeId: string;
  /**
   * Its name when the order was priced.
   */
  seatTypeName: string;
}
/**
 * What an organizer has to decide.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ListAttentionCards".
 */
export interface ListAttentionCards {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
}
/**
 * The cards of a conference.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AttentionCards".
 */
export interface AttentionCards {
  /**
   * Oldest first.
   */
  items: AttentionCard[];
}
/**
 * Something that an organizer has to decide.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AttentionCard".
 */
export interface AttentionCard {
  /**
   * The order's code.
   */
  accessCode: string;
  /**
   * What may be done now: `RetryLatePayment`, `RecordRefund`, `DismissAttention`; nothing in the
   * past.
   */
  actions: string[];
  /**
   * Its id.
   */
  attentionId: string;
  /**
   * `LatePayment` or `Overpayment`.
   */
  kind: string;
  /**
   * The order.
   */
  orderId: string;
  paid: Money;
  /**
   * Since when.
   */
  raisedAt: string;
}
/**
 * The figures of a conference at a glance.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetDashboard".
 */
export interface GetDashboard {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
}
/**
 * The figures of a conference.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Dashboard".
 */
export interface Dashboard {
  /**
   * Each of them can be explained.
   */
  figures: Figure[];
  /**
   * The log position that they show.
   */
  position: number;
}
/**
 * One figure.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Figure".
 */
export interface Figure {
  /**
   * The currency of an amount.
   */
  currency?: string | null;
  /**
   * Its name, for `ExplainFigure`.
   */
  figure: string;
  /**
   * The seat type that it is about.
   */
  seatTypeId?: string | null;
  /**
   * A count, or minor units of `currency`.
   */
  value: number;
}
/**
 * The facts that add up to a figure.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ExplainFigure".
 */
export interface ExplainFigure {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * The conference.
   */
  conferenceId: string;
  /**
   * The figure's name, as `GetDashboard` gives it, such as `remaining:<seatTypeId>`.
   */
  figure: string;
}
/**
 * The facts behind a figure.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Explanation".
 */
export interface Explanation {
  /**
   * Each with its contribution.
   */
  facts: ExplainedFact[];
  /**
   * The figure.
   */
  figure: string;
  /**
   * What the facts add up to; equal to the figure.
   */
  value: number;
}
/**
 * One fact and what it adds to a figure.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ExplainedFact".
 */
export interface ExplainedFact {
  /**
   * What it adds.
   */
  adds: number;
  /**
   * The event's name.
   */
  event: string;
  /**
   * The order, where it is about one.
   */
  orderId?: string | null;
  /**
   * Its place in the log.
   */
  position: number;
  /**
   * When it was recorded.
   */
  recordedAt: string;
}
/**
 * What happened: to one stream, in one flow, or in one conference.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetHistory".
 */
export interface GetHistory {
  /**
   * The position to go on from.
   */
  after?: number | null;
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * Of a conference.
   */
  conferenceId?: string | null;
  /**
   * Of a flow.
   */
  correlationId?: string | null;
  /**
   * 1 to 500; 50 unless told.
   */
  limit?: number | null;
  /**
   * Such as `order-018f…`.
   */
  streamId?: string | null;
}
/**
 * What happened.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "History".
 */
export interface History {
  /**
   * Oldest first.
   */
  items: HistoryItem[];
  /**
   * Give it as `after` to get the next page; absent on the last one.
   */
  next?: number | null;
}
/**
 * One event of a history.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "HistoryItem".
 */
export interface HistoryItem {
  /**
   * Role and station.
   */
  actor: string;
  /**
   * The command that caused it.
   */
  commandId: string;
  /**
   * Its flow.
   */
  correlationId: string;
  /**
   * Its data; personal fields in clear where the person is not erased.
   */
  data: {
    [k: string]: unknown;
  };
  /**
   * Its name.
   */
  event: string;
  /**
   * Its place in the log.
   */
  position: number;
  /**
   * When it was recorded.
   */
  recordedAt: string;
  /**
   * Its stream.
   */
  stream: string;
}
/**
 * Which server sends, and how it stands with the mails.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetMailServer".
 */
export interface GetMailServer {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
}
/**
 * How it stands with the mails.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MailServerState".
 */
export interface MailServerState {
  /**
   * `test`, `sendNow`, `remove`.
   */
  actions: string[];
  counts: MailCounts;
  /**
   * Why the server did not take anything when it was tried last.
   */
  failure?: MailFailure | null;
  /**
   * Whether this process sends by itself what is queued.
   */
  isSending: boolean;
  /**
   * Whether nothing is ever sent from this folder: a sandbox or a demo.
   */
  isTestFolder: boolean;
  /**
   * The server; absent while there is none, and mails are only exported.
   */
  server?: MailServer | null;
}
/**
 * How many mails are where.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MailCounts".
 */
export interface MailCounts {
  /**
   * Written as files.
   */
  exported: number;
  /**
   * Accepted by a mail server.
   */
  sent: number;
  /**
   * Refused for good, and not tried any more by themselves.
   */
  undeliverable: number;
  /**
   * In the outbox, not yet sent or exported. A few may turn out to have nobody to go to.
   */
  waiting: number;
}
/**
 * Why a mail server took nothing.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MailFailure".
 */
export interface MailFailure {
  /**
   * When it was tried.
   */
  at: string;
  /**
   * What the server or the system said, in its own words.
   */
  message: string;
  /**
   * When it is tried again by itself.
   */
  nextTryAt: string;
  /**
   * `unreachable`, `insecure`, `login`, `sender`, `server` or `interrupted`.
   */
  reason: string;
}
/**
 * A server that sends mails. Its password is told to nobody.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "MailServer".
 */
export interface MailServer {
  /**
   * Whether a password is stored.
   */
  hasPassword: boolean;
  /**
   * Its port.
   */
  port: number;
  security: MailSecurity;
  /**
   * The address under which is sent.
   */
  senderAddress: string;
  /**
   * The name beside it; may be empty.
   */
  senderName: string;
  /**
   * Its name or address.
   */
  server: string;
  /**
   * Who logs in there; empty if nobody has to.
   */
  user: string;
}
/**
 * Mails, each with its text.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ListMails".
 */
export interface ListMails {
  /**
   * The `next` of the page before.
   */
  after?: number | null;
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
  /**
   * 1 to 500; 50 if absent.
   */
  limit?: number | null;
  state?: MailState;
}
/**
 * Mails.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Mails".
 */
export interface Mails {
  /**
   * Those that wait: oldest first, and only those with somebody to write to. All others: newest
   * first.
   */
  items: Mail[];
  /**
   * Give it as `after` to get the next page; absent on the last one.
   */
  next?: number | null;
}
/**
 * One mail. Its text is made when it is asked for, from what is known then: absent are the parts of
 * one that left, and that would have nobody to go to today.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Mail".
 */
export interface Mail {
  /**
   * How often sending it failed.
   */
  attempts: number;
  /**
   * The same for every repeat of this mail, and for no other mail anywhere: its `Message-ID`
   * begins with it.
   */
  key: string;
  /**
   * Why it failed last: what the server said, in its own words.
   */
  lastError?: string | null;
  /**
   * When it left.
   */
  leftAt?: string | null;
  /**
   * Its id in the queue.
   */
  mailId: number;
  /**
   * Before this it is not tried again by itself.
   */
  nextTryAt?: string | null;
  /**
   * When it was queued.
   */
  queuedAt: string;
  state: MailState;
  /**
   * In English and German.
   */
  subject?: string | null;
  /**
   * `accessCode`, `orderConfirmed`, `orderExpired`, `orderCancelled`, `seatsCancelled`,
   * `seatCancelled` or `ticket`.
   */
  template: string;
  /**
   * In English, then in German.
   */
  text?: string | null;
  /**
   * To whom.
   */
  to?: string | null;
}
/**
 * What is set for this installation, whatever the conference.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetSettings".
 */
export interface GetSettings {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
}
/**
 * What is set for this installation.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Settings".
 */
export interface Settings {
  /**
   * How many seats registrants may hold at once from one window where they are by themselves.
   */
  holdLimit: number;
}
/**
 * How it stands with the backups of this application.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetBackups".
 */
export interface GetBackups {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
}
/**
 * How it stands with backups.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "BackupState".
 */
export interface BackupState {
  /**
   * How many events are not in it.
   */
  eventsSince: number;
  /**
   * What went wrong last, until one succeeds.
   */
  failure?: BackupFailure | null;
  /**
   * The chosen folder.
   */
  folder?: string | null;
  /**
   * Whether this process makes copies by itself while a folder is chosen.
   */
  isAutomatic: boolean;
  /**
   * The newest verified backup of this device.
   */
  last?: BackupInfo | null;
  /**
   * How far the one is that is being made.
   */
  running?: Progress | null;
}
/**
 * Why the last backup was not made.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "BackupFailure".
 */
export interface BackupFailure {
  /**
   * When it was tried.
   */
  at: string;
  /**
   * What is the matter and what helps, in English.
   */
  message: string;
}
/**
 * How far it is.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Progress".
 */
export interface Progress {
  /**
   * How much of this step is done.
   */
  done: number;
  step: Step;
  /**
   * Of how much; 0 while that is not known.
   */
  total: number;
}
/**
 * The backups in the chosen folder, the newest first.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "ListBackups".
 */
export interface ListBackups {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
}
/**
 * Backups, the newest first.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "BackupList".
 */
export interface BackupList {
  /**
   * They.
   */
  items: BackupInfo[];
}
/**
 * How the data is.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetDataHealth".
 */
export interface GetDataHealth {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
}
/**
 * How the data is.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "DataHealth".
 */
export interface DataHealth {
  /**
   * What can be done now: `verify`, `cancelVerification`, `rebuild`, `resumeRebuild`,
   * `cancelRebuild`.
   */
  actions: string[];
  /**
   * Events that this release does not understand.
   */
  quarantine: SetAside[];
  rebuild: RebuildState;
  /**
   * What the scan of the log after the start has found; absent where none was begun.
   */
  scan?: Scan | null;
  verification: VerificationState;
}
/**
 * An event that this release does not understand.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "SetAside".
 */
export interface SetAside {
  /**
   * Its place in the log.
   */
  position: number;
  /**
   * Why it is not understood.
   */
  reason: string;
  /**
   * Its stored name.
   */
  type: string;
}
/**
 * A rebuild of the read models.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RebuildState".
 */
export interface RebuildState {
  /**
   * Events applied, or rows copied, in this phase.
   */
  done: number;
  /**
   * When the last one ended; absent if none did since the start.
   */
  endedAt?: string | null;
  /**
   * Events applied in a second, since it was begun or taken up.
   */
  eventsPerSecond: number;
  /**
   * What is being done; absent unless it is under way.
   */
  phase?: RebuildPhase | null;
  /**
   * Why it failed.
   */
  reason?: string | null;
  state: TaskState;
  /**
   * Of so many.
   */
  total: number;
}
/**
 * The scan of the log that begins after each start.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Scan".
 */
export interface Scan {
  /**
   * When the last scan reached the end of the log; absent if none did.
   */
  checkedAt?: string | null;
  /**
   * Up to which position the log was checked.
   */
  done: number;
  /**
   * What is wrong; the first hundred.
   */
  faults: Fault[];
  state: ScanState;
  /**
   * How long the log is.
   */
  total: number;
}
/**
 * Something that is wrong with the log.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Fault".
 */
export interface Fault {
  kind: FaultName;
  /**
   * Where.
   */
  position: number;
  /**
   * What, in words.
   */
  what: string;
}
/**
 * A verification that was asked for.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "VerificationState".
 */
export interface VerificationState {
  /**
   * Events done in this phase.
   */
  done: number;
  /**
   * When the last one ended; absent if none did since the start.
   */
  endedAt?: string | null;
  /**
   * What the last one found.
   */
  found?: Verification | null;
  /**
   * What is being done; absent unless it is under way.
   */
  phase?: Phase | null;
  /**
   * Why it failed.
   */
  reason?: string | null;
  state: TaskState;
  /**
   * Events in all.
   */
  total: number;
}
/**
 * What verifying found. Stable: fields may be added, none is renamed or removed.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Verification".
 */
export interface Verification {
  /**
   * Accepted commands that do not agree with the log.
   */
  commands: Wrong[];
  /**
   * How many events were read.
   */
  events: number;
  /**
   * How many faults there are.
   */
  faultCount: number;
  /**
   * What is wrong with the log, by position; the first thousand.
   */
  faults: Fault[];
  /**
   * The position of the last one; 0 if there is none.
   */
  lastPosition: number;
  /**
   * Why tables were not compared; absent if they were.
   */
  notCompared?: string | null;
  /**
   * What SQLite's own check found wrong with the file.
   */
  pages: string[];
  /**
   * Events that this release does not understand. They stay in the log and count for nothing.
   */
  quarantine: SetAside[];
  /**
   * How long it took.
   */
  seconds: number;
  /**
   * Snapshots that do not agree with the log.
   */
  snapshots: Wrong[];
  /**
   * Whether nothing is wrong. Events that are set aside are not wrong.
   */
  sound: boolean;
  /**
   * Tables that differ from what the log tells.
   */
  tables: Difference[];
  /**
   * What the witness file says; absent while the application runs, which looked at its start,
   * and where the end of the log cannot be read.
   */
  witness?: Witnessed | null;
}
/**
 * Something beside the log that does not agree with it.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Wrong".
 */
export interface Wrong {
  /**
   * Which: a command's id, a stream's name.
   */
  key: string;
  /**
   * What, in words.
   */
  what: string;
}
/**
 * How a table differs from a fresh fold of the log.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Difference".
 */
export interface Difference {
  /**
   * Rows that say something else than the log.
   */
  different: number;
  /**
   * Rows that are missing.
   */
  onlyFresh: number;
  /**
   * Rows that the log does not tell of.
   */
  onlyLive: number;
  /**
   * The first of each kind.
   */
  rows: RowDifference[];
  /**
   * The table.
   */
  table: string;
  /**
   * Why the table could not be read to its end; absent if it could.
   */
  unreadable?: string | null;
}
/**
 * One row. It names columns and no values: those may be personal.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "RowDifference".
 */
export interface RowDifference {
  /**
   * The columns that differ; empty if the whole row does.
   */
  columns: string[];
  /**
   * Its key; the parts of one that has several are separated by a slash.
   */
  key: string;
  kind: RowKind;
}
/**
 * What the witness file says of the log.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "Witnessed".
 */
export interface Witnessed {
  /**
   * About which position; absent if about none.
   */
  position?: number | null;
  says: WitnessWord;
}
/**
 * How far a rebuild is.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "GetRebuild".
 */
export interface GetRebuild {
  /**
   * A log position, or a moment of RFC 3339, to look back at.
   */
  asOf?: number | string;
  /**
   * The answer waits until this log position is in it.
   */
  atLeast?: number;
}
/**
 * Advances a clock that stands still, and runs what falls due. On the command line only.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AdvanceClock".
 */
export interface AdvanceClock {
  /**
   * By how much.
   */
  seconds: number;
}
/**
 * The clock of a sandbox was advanced.
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AdvancedClock".
 */
export interface AdvancedClock {
  /**
   * What the clock shows now.
   */
  now: string;
  /**
   * The log position after everything that fell due.
   */
  position: number;
}
/**
 * An error at the boundary. Callers branch on `code` only; its first word names the family:
 * `Invalid` (mark the field), `Refused` (tell the person), `Busy` (try again, with the same command
 * id), `Broken` (show the report number).
 *
 * This interface was referenced by `Methods`'s JSON-Schema
 * via the `definition` "AppError".
 */
export interface AppError {
  /**
   * Such as `InvalidSlugTaken`.
   */
  code: string;
  /**
   * More for machines; `errors` lists further fields.
   */
  details?: {
    [k: string]: unknown;
  };
  /**
   * The field that it is about, by its name in the request.
   */
  field?: string | null;
  /**
   * What is wrong and what helps, in English; the window has its own texts by code.
   */
  message: string;
}
