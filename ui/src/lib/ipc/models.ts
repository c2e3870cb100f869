/** What can move, by the names under which the core says that they moved. */
export type Model =
  | 'conference'
  | 'seat_type'
  | 'draft_order'
  | 'priced_order'
  | 'order_list'
  | 'order_seats'
  | 'payment'
  | 'attention'
  /** No read model: something about backups moved. */
  | 'backups'
  /** No read model: something about mails, or the server that sends them, moved. */
  | 'mails'
  /** No read model: what `GetApplication` answers has changed. */
  | 'application'
  | 'data_health';
