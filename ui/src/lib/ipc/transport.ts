/** The two ways to the core: Tauri in the application, a local HTTP bridge while developing. */

export interface CommandRequest {
  method: string;
  params: object;
  commandId: string;
}

export interface QueryRequest {
  method: string;
  params: object;
}

/** Read models that have reached a new position of the log. */
export interface Moved {
  models: string[];
  position: number;
}

export interface Transport {
  execute(request: CommandRequest): Promise<unknown>;
  query(request: QueryRequest): Promise<unknown>;
  onMoved(listener: (moved: Moved) => void): void;
  /** The one-time token of the payment; told to the processor's window once, to no other ever. */
  processorToken(): Promise<string | null>;
  /** Opens the sample conference in a data folder of its own. */
  openSample(): Promise<void>;
}
