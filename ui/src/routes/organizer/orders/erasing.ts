/** Somebody whose data may be erased. */
export interface Person {
  personId: string;
  /** As shown; it is typed to confirm. */
  name: string;
}
