//! Running the RegistrationProcessManager: its memory, its commands, its timeouts.

use std::num::NonZeroUsize;

use event_store::Expected;
use kernel::{EventId, OrderId};
use lru::LruCache;
use read_models::Fact;
use registration::{
    order::{ConfirmOrderPayment, MarkSeatsAsReserved, Order, OrderCommand, ReviveOrder},
    process::{Context, Input, Process, ProcessCommand, TimeoutChange, react},
    seats_availability::{SeatsAvailability, SeatsAvailabilityCommand},
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::AppError,
    ids::derived_command,
    unit::{Place, Unit},
};

/// The stored name of the process; its rows hang on it.
pub const NAME: &str = "RegistrationProcessManager";
/// The stored name of its timeout.
pub const TIMEOUT: &str = "ExpireRegistrationProcess";

const KEPT: NonZeroUsize = NonZeroUsize::new(20_000).expect("more than none");

/// The processes in memory.
pub struct Processes(LruCache<OrderId, Process>);

impl Default for Processes {
    fn default() -> Self {
        Self(LruCache::new(KEPT))
    }
}

impl Processes {
    /// Forgets one, to be read from the database again.
    pub fn forget(&mut self, order_id: OrderId) {
        self.0.pop(&order_id);
    }
}

/// What a timeout of the process carries.
#[derive(Serialize, Deserialize)]
pub struct Armed {
    /// Which of its timeouts it is.
    pub token: u32,
}

/// The process of an order as it is now.
pub fn load(unit: &mut Unit<'_>, order_id: OrderId) -> Result<Process, AppError> {
    let known = unit.unsaved.get(&order_id);
    if let Some(process) = known.or_else(|| unit.memory.processes.0.get(&order_id)) {
        return Ok(process.clone());
    }
    match unit.store.load_process(NAME, order_id.uuid())? {
        Some(stored) => read(&stored),
        None => Ok(Process::default()),
    }
}

/// The process of an order as a reader of the database sees it.
pub fn find(connection: &Connection, order_id: OrderId) -> Result<Process, AppError> {
    let stored: Option<String> = connection
        .prepare_cached("SELECT state FROM process_managers WHERE name = ?1 AND key = ?2")?
        .query_row(params![NAME, order_id.uuid()], |row| row.get(0))
        .optional()?;
    stored.map_or_else(|| Ok(Process::default()), |stored| read(&stored))
}

fn read(stored: &str) -> Result<Process, AppError> {
    serde_json::from_str(stored).map_err(AppError::broken)
}

/// Gives the process an input, and carries out what it asks for.
pub fn feed(
    unit: &mut Unit<'_>,
    order_id: OrderId,
    input: &Input,
    cause: EventId,
) -> Result<(), AppError> {
    let process = load(unit, order_id)?;
    // The first command that it sends is the one whose answer it will know by this id.
    let next_command_id = derived_command(cause.uuid(), 0);
    let reaction = react(&process, input, &Context { at: unit.at, next_command_id });
    if reaction.state != process {
        unit.unsaved.insert(order_id, reaction.state);
    }
    for change in &reaction.timeouts {
        keep_time(unit, order_id, change)?;
    }
    for (index, command) in (0..).zip(&reaction.commands) {
        unit.continue_with(derived_command(cause.uuid(), index), cause.uuid());
        send(unit, command)?;
    }
    if reaction.events.is_empty() {
        return Ok(());
    }
    let index = u32::try_from(reaction.commands.len()).unwrap_or(u32::MAX);
    unit.continue_with(derived_command(cause.uuid(), index), cause.uuid());
    let facts = reaction.events.into_iter().map(Fact::Attention).collect();
    unit.record(&format!("attention-{order_id}"), Expected::Any, facts)?;
    Ok(())
}

/// Stores the processes that a unit of work has moved on, each once however many inputs it had.
pub fn save(unit: &mut Unit<'_>) -> Result<(), AppError> {
    while let Some((order_id, process)) = unit.unsaved.pop_first() {
        unit.changed(Place::Process(order_id));
        let stored = serde_json::to_string(&process).map_err(AppError::broken)?;
        unit.store.save_process(NAME, order_id.uuid(), &stored)?;
        unit.memory.processes.0.put(order_id, process);
    }
    Ok(())
}

fn keep_time(
    unit: &mut Unit<'_>,
    order_id: OrderId,
    change: &TimeoutChange,
) -> Result<(), AppError> {
    match change {
        TimeoutChange::Arm { token, due } => {
            let armed =
                serde_json::to_string(&Armed { token: *token }).map_err(AppError::broken)?;
            unit.store.set_timeout(TIMEOUT, order_id.uuid(), *due, &armed)?;
        }
        TimeoutChange::Disarm { .. } => {
            unit.store.clear_timeout(TIMEOUT, order_id.uuid())?;
        }
    }
    Ok(())
}

fn send(unit: &mut Unit<'_>, command: &ProcessCommand) -> Result<(), AppError> {
    match command {
        ProcessCommand::MakeSeatReservation(command) => {
            let key = command.conference_id;
            let command = SeatsAvailabilityCommand::MakeSeatReservation(command.clone());
            unit.carry_out::<SeatsAvailability>(key, &command)?;
        }
        ProcessCommand::CancelSeatReservation(command) => {
            let key = command.conference_id;
            let command = SeatsAvailabilityCommand::CancelSeatReservation(*command);
            unit.carry_out::<SeatsAvailability>(key, &command)?;
        }
        ProcessCommand::CommitSeatReservation(command) => {
            let key = command.conference_id;
            let command = SeatsAvailabilityCommand::CommitSeatReservation(*command);
            unit.carry_out::<SeatsAvailability>(key, &command)?;
        }
        ProcessCommand::MarkSeatsAsReserved { order_id, seats, expiration } => {
            let order = unit.load::<Order>(*order_id)?;
            let Some(conference_id) = order.state.conference_id() else { return Ok(()) };
            let catalogue = unit.catalogue(conference_id)?;
            let (seats, expiration) = (seats.clone(), *expiration);
            let command = MarkSeatsAsReserved { seats, expiration, catalogue };
            unit.carry_out::<Order>(*order_id, &OrderCommand::MarkSeatsAsReserved(command))?;
        }
        ProcessCommand::ConfirmOrderPayment { order_id, settlement } => {
            let command = ConfirmOrderPayment { settlement: settlement.clone() };
            unit.carry_out::<Order>(*order_id, &OrderCommand::ConfirmOrderPayment(command))?;
        }
        ProcessCommand::ReviveOrder { order_id, seats, expiration } => {
            let command = ReviveOrder { seats: seats.clone(), expiration: *expiration };
            unit.carry_out::<Order>(*order_id, &OrderCommand::ReviveOrder(command))?;
        }
        ProcessCommand::RejectOrder { order_id } => {
            unit.carry_out::<Order>(*order_id, &OrderCommand::RejectOrder)?;
        }
    }
    Ok(())
}

/// The cause that stands for a timeout or an organizer's request, which are no events.
pub const fn as_cause(command: Uuid) -> EventId {
    EventId::from_uuid(command)
}

/// The armed timeout of an order is due.
pub fn time_is_up(unit: &mut Unit<'_>, timeout: &event_store::Timeout) -> Result<(), AppError> {
    let armed: Armed = serde_json::from_str(&timeout.payload).map_err(AppError::broken)?;
    unit.in_flow_of(timeout.key);
    let cause = as_cause(unit.command_id().uuid());
    let order_id = OrderId::from_uuid(timeout.key);
    feed(unit, order_id, &Input::Timeout { token: armed.token }, cause)
}
