//! Commands that share a commit.
//!
//! A command that is refused before it has written anything, as nearly all that are refused, is no
//! trouble to the others. One that fails after that takes the whole transaction back, and the group
//! is run once more with a savepoint for each. So what nearly always goes well does without
//! savepoints, which copy every page that a command changes; measured, they took a sixth of the
//! writer's time. See the decision "Savepoints when they are needed".

use std::{collections::BTreeSet, time::Instant};

use crossbeam_channel::Receiver;
use serde_json::value::RawValue;

use super::{Answer, Envelope, Job, Writer, steps, tell};
use crate::{
    command::Command,
    error::AppError,
    handlers,
    health::DiskFault,
    unit::{Occasion, Unit},
};

/// The most commands that share a commit.
const MOST_IN_A_GROUP: usize = 256;
/// The largest group, in bytes of the commands' parameters.
const MOST_BYTES_IN_A_GROUP: usize = 1024 * 1024;

/// How the commands of a group are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// Not at all: who fails half-way takes everybody back.
    Together,
    /// By a savepoint each.
    Each,
}

/// What became of a command.
enum Ran {
    /// It has an answer, and if that is a refusal, it left no trace.
    Answered(Answer),
    /// It failed half-way.
    Spoilt,
    /// The disk failed, and the transaction with it.
    Lost(AppError),
}

impl Writer {
    /// Answers with the job that ended the group, if it was of another kind.
    pub(super) fn execute_group(&mut self, first: Envelope, jobs: &Receiver<Job>) -> Option<Job> {
        let mut bytes = first.size;
        let mut group = vec![first];
        let mut answers = Vec::new();
        let mut moved = BTreeSet::new();
        let mut left_over = None;
        let mut apart = Apart::Together;
        let codes = self.memory.codes;
        if let Err(error) = self.admit().and_then(|()| self.begin_group()) {
            refuse_all(group, &error);
            return None;
        }
        while let Some(envelope) = group.get(answers.len()) {
            match self.execute_one(envelope, &mut moved, apart) {
                Ran::Answered(answer) => answers.push(answer),
                Ran::Spoilt => {
                    self.undo();
                    self.counters.count_rerun();
                    // So that the same codes are drawn again where they come from a seed.
                    self.memory.codes = codes;
                    answers.clear();
                    moved.clear();
                    apart = Apart::Each;
                    if let Err(error) = self.begin_group() {
                        refuse_all(group, &error);
                        return left_over;
                    }
                }
                Ran::Lost(error) => {
                    self.undo();
                    self.memory.codes = codes;
                    refuse_all(group, &self.noted(error));
                    return left_over;
                }
            }
            let has_room = group.len() < MOST_IN_A_GROUP && bytes < MOST_BYTES_IN_A_GROUP;
            if answers.len() == group.len() && left_over.is_none() && has_room {
                match jobs.try_recv() {
                    Ok(Job::Execute(envelope)) => {
                        bytes += envelope.size;
                        group.push(*envelope);
                    }
                    Ok(other) => left_over = Some(other),
                    Err(_) => {}
                }
            }
        }
        if !self.commit(moved, group, answers) {
            self.memory.codes = codes;
        }
        left_over
    }

    fn begin_group(&mut self) -> Result<(), AppError> {
        self.store.begin().map_err(|error| self.noted(error.into()))
    }

    fn execute_one(
        &mut self,
        envelope: &Envelope,
        moved: &mut BTreeSet<&'static str>,
        apart: Apart,
    ) -> Ran {
        let Envelope { command, caller, command_id, may_be_repeat, digest, .. } = envelope;
        let command_id = *command_id;
        let erases = matches!(command, Command::ErasePerson(..));
        self.wal_to_empty |= erases;
        self.erased_to_note |= erases;
        if *may_be_repeat && let Some(answer) = self.first_answer(envelope) {
            return Ran::of(answer);
        }
        let occasion = Occasion {
            command_id,
            caller: caller.clone(),
            at: self.clock.now(),
            secrets: &self.secrets,
        };
        let work = |unit: &mut Unit<'_>| {
            let before = unit.store.last_position();
            let outcome = handlers::handle(unit, command.clone())?;
            unit.react()?;
            let position = unit.store.last_position();
            let answer = outcome.answer(position)?;
            let first = (before < position).then_some(before + 1);
            unit.store.record_command(command_id, digest, first, answer.get())?;
            Ok(answer)
        };
        let (store, memory) = (&mut self.store, &mut self.memory);
        match apart {
            Apart::Each => Ran::of(steps::in_savepoint(store, memory, moved, occasion, work)),
            Apart::Together => match steps::in_the_open(store, memory, moved, occasion, work) {
                Ok(answer) => Ran::Answered(Ok(answer)),
                Err(steps::Failed { error, is_untouched: true }) => Ran::of(Err(error)),
                Err(steps::Failed { error, .. }) if DiskFault::of_refusal(&error).is_some() => {
                    Ran::Lost(error)
                }
                Err(_) => Ran::Spoilt,
            },
        }
    }

    /// What a command that was accepted before was answered.
    fn first_answer(&self, envelope: &Envelope) -> Option<Answer> {
        match self.store.find_command(envelope.command_id) {
            Ok(None) => None,
            Ok(Some(known)) if known.digest == envelope.digest => {
                Some(RawValue::from_string(known.answer).map_err(AppError::broken))
            }
            Ok(Some(_)) => Some(Err(AppError::on_field(
                "InvalidCommandIdReused",
                "commandId",
                "this commandId was used for another command; make a new one for each intent",
            ))),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Makes the group durable, and only then answers. Says whether something may be stored.
    fn commit(
        &mut self,
        moved: BTreeSet<&'static str>,
        group: Vec<Envelope>,
        answers: Vec<Answer>,
    ) -> bool {
        if let Err(error) = self.note_reactions() {
            self.undo();
            refuse_all(group, &self.noted(error.into()));
            return false;
        }
        let began = Instant::now();
        let committed = self.store.commit();
        self.counters.count(group.len(), began.elapsed());
        if let Err(error) = committed {
            self.undo();
            let refusal = self.noted(error.into());
            let is_unknown = DiskFault::leaves_outcome_unknown(&refusal);
            refuse_all(group, &refusal);
            return is_unknown;
        }
        self.publish(moved);
        if self.erased_to_note {
            self.note_erased();
            // Whoever hears that somebody was erased should find no trace any more.
            self.empty_wal();
        }
        for (envelope, answer) in group.into_iter().zip(answers) {
            tell(|| (envelope.reply)(answer));
        }
        true
    }
}

impl Ran {
    /// What is answered, unless the disk is to blame: then it is not this command's trouble alone.
    fn of(answer: Answer) -> Self {
        match answer {
            Err(error) if DiskFault::of_refusal(&error).is_some() => Self::Lost(error),
            answer => Self::Answered(answer),
        }
    }
}

fn refuse_all(group: Vec<Envelope>, error: &AppError) {
    for envelope in group {
        tell(|| (envelope.reply)(Err(error.clone())));
    }
}
