//! Commands on their way to the writer.

use kernel::CommandId;
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{App, authorize, closed, never_answered, object, raw};
use crate::{
    care::Task,
    command::{Command, read, unknown_method},
    error::AppError,
    ids::fresh,
    persons::Search,
    role::Caller,
    sending::Sending,
    use_cases,
    wire::{answers::Done, commands::AdvanceClock},
    writer::{Answer, Envelope, Job, Reply},
};

/// A command that may be handed to the writer.
struct Checked {
    command: Command,
    command_id: CommandId,
    may_be_repeat: bool,
    size: usize,
    digest: [u8; 32],
}

/// An answer that is still to come.
pub struct Pending(oneshot::Receiver<Answer>);

impl Pending {
    /// Waits for it.
    ///
    /// # Errors
    /// The command's refusal; `Broken`, with the outcome unknown, if the writer is gone.
    pub async fn answer(self) -> Answer {
        self.0.await.unwrap_or_else(|_| Err(never_answered()))
    }

    /// Waits for it, outside of any runtime.
    ///
    /// # Errors
    /// The command's refusal; `Broken`, with the outcome unknown, if the writer is gone.
    pub fn wait(self) -> Answer {
        self.0.blocking_recv().unwrap_or_else(|_| Err(never_answered()))
    }
}

impl App {
    /// Hands a command to the writer; `reply` hears the answer after the commit. May wait while
    /// the queue is full.
    ///
    /// `params` may carry `commandId`; one is made where it is absent.
    pub fn submit(&self, caller: Caller, method: &str, params: Value, reply: Reply) {
        match self.check(&caller, method, params) {
            Ok(checked) => {
                let Checked { command, command_id, may_be_repeat, size, digest } = checked;
                let Some(reply) = self.beside_the_writer(&command, command_id, reply) else {
                    return;
                };
                // The writer refuses it as well, but only after the flush that it is waiting for,
                // and that takes its time while something else is filling the disk.
                if let Some(full) = self.health().refusal_if_full_by_now(self.folder()) {
                    return reply(Err(full));
                }
                self.send(Job::Execute(Box::new(Envelope {
                    command: self.look_ahead(command),
                    caller,
                    command_id,
                    may_be_repeat,
                    size,
                    digest,
                    reply,
                })));
            }
            Err(error) => reply(Err(error)),
        }
    }

    /// Carries out what is no part of the log, backups, test mails and background work, and answers
    /// it. Gives the reply back for everything else.
    fn beside_the_writer(
        &self,
        command: &Command,
        command_id: CommandId,
        reply: Reply,
    ) -> Option<Reply> {
        let backups = self.0.shared.backups.clone();
        match command {
            Command::Care(task) => reply(self.perform(task)),
            Command::ErasePerson(..) => return Some(self.after_erasure(reply)),
            Command::MakeBackup(_) => backups.make_now(command_id, reply),
            Command::CancelBackup(_) => {
                backups.cancel();
                reply(raw(&Done { position: self.position() }));
            }
            Command::SetBackupFolder(wanted) => {
                if let Err(error) = backups.check_folder(&wanted.folder) {
                    reply(Err(error));
                    return None;
                }
                let folder = wanted.folder.clone();
                return Some(Box::new(move |answer| {
                    if answer.is_ok() {
                        backups.set_folder(&folder);
                    }
                    reply(answer);
                }));
            }
            Command::TestMailServer(test) => self.sending().test(command_id, &test.to, reply),
            Command::SendMails(_) => {
                if let Err(error) = self.sending().check() {
                    reply(Err(error));
                    return None;
                }
                return Some(self.then_sending(reply, Sending::try_now));
            }
            Command::RetryMails(_) => return Some(self.then_sending(reply, Sending::try_now)),
            Command::SetMailServer(_) | Command::RemoveMailServer(_) => {
                return Some(self.then_sending(reply, Sending::server_changed));
            }
            _ => return Some(reply),
        }
        None
    }

    /// Looks for whom an erasure means, by the caller's thread: that takes the whole log, and nobody
    /// else should wait for it.
    fn look_ahead(&self, command: Command) -> Command {
        let Command::ErasePerson(form, None) = command else { return command };
        let mut search = Search::of(form.person_id);
        let found = loop {
            match self.read(|log| Ok(search.step(log, self.keys())?)) {
                Ok(true) => {}
                Ok(false) => break Some(search.found()),
                // The writer looks for itself, or says what is wrong.
                Err(_) => break None,
            }
        };
        Command::ErasePerson(form, found)
    }

    /// Lets the sending of mails hear of a command that was carried out, before its caller does.
    fn then_sending(&self, reply: Reply, hear: fn(&Sending)) -> Reply {
        let app = self.clone();
        Box::new(move |answer| {
            if answer.is_ok() {
                hear(app.sending());
            }
            reply(answer);
        })
    }

    fn check(&self, caller: &Caller, method: &str, params: Value) -> Result<Checked, AppError> {
        let mut params = object(params)?;
        let given = command_id(params.remove("commandId"))?;
        let params = Value::Object(params);
        let text = params.to_string();
        let digest = self.0.shared.secrets.digest(method, &text);
        let Some((case, true)) = use_cases::find(method) else {
            return Err(unknown_method(method));
        };
        let command = Command::parse(method, params)?;
        authorize(caller, case)?;
        Ok(Checked {
            command,
            command_id: given.unwrap_or_else(fresh),
            may_be_repeat: given.is_some(),
            size: text.len(),
            digest,
        })
    }

    /// Background work is not the writer's, and no part of the log.
    fn perform(&self, task: &Task) -> Answer {
        self.care().perform(task)?;
        raw(&Done { position: self.position() })
    }

    fn after_erasure(&self, reply: Reply) -> Reply {
        let app = self.clone();
        Box::new(move |answer| {
            app.care().forget_in_rebuilds();
            reply(answer);
        })
    }

    pub(super) fn send(&self, job: Job) {
        let jobs = self.0.jobs.lock().map(|jobs| jobs.clone());
        let refused = match jobs {
            Ok(Some(jobs)) => jobs.send(job).err().map(|error| error.0),
            Ok(None) | Err(_) => Some(job),
        };
        match refused {
            Some(Job::Execute(envelope)) => (envelope.reply)(Err(closed())),
            Some(Job::Advance { reply, .. }) => reply(Err(closed())),
            _ => {}
        }
    }

    /// Carries a command out. See [`submit`](Self::submit).
    #[must_use]
    pub fn execute(&self, caller: Caller, method: &str, params: Value) -> Pending {
        let (sender, receiver) = oneshot::channel();
        // A caller that went away hears nothing; the command counts all the same.
        let reply: Reply = Box::new(move |answer| drop(sender.send(answer)));
        self.submit(caller, method, params, reply);
        Pending(receiver)
    }

    /// Advances a clock that stands still; the answer comes when everything that fell due is done.
    ///
    /// # Errors
    /// `InvalidRequest`, `RefusedRole`; `RefusedClock` where the clock is the computer's.
    pub fn advance_clock(&self, caller: &Caller, params: Value) -> Result<Pending, AppError> {
        let AdvanceClock { seconds } = read(params)?;
        authorize(caller, &use_cases::CLOCK)?;
        if !self.0.shared.clock.is_manual() {
            let refused = "only a clock that was started with --clock manual can be advanced";
            return Err(AppError::new("RefusedClock", refused));
        }
        let (sender, receiver) = oneshot::channel();
        let reply: Reply = Box::new(move |answer| drop(sender.send(answer)));
        self.send(Job::Advance { seconds, reply });
        Ok(Pending(receiver))
    }
}

fn command_id(given: Option<Value>) -> Result<Option<CommandId>, AppError> {
    let Some(given) = given else { return Ok(None) };
    let id = given.as_str().and_then(|text| Uuid::parse_str(text).ok());
    id.map(|id| Some(CommandId::from_uuid(id)))
        .ok_or_else(|| AppError::on_field("InvalidRequest", "commandId", "commandId is a UUID"))
}
