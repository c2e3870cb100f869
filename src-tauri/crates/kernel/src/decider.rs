//! The shape of a decision.

/// An aggregate: what it remembers, and what it answers to a command.
///
/// Pure: the time and every random value come in the command. A command that is already true
/// yields no events. Deciding, folding and deciding again yields nothing new.
pub trait Decider: Default + Clone {
    /// What can be asked.
    type Command;
    /// What can have happened.
    type Event;
    /// Why a command is refused: one variant per rule.
    type Error;

    /// What happens if the command is carried out now.
    ///
    /// # Errors
    /// The rule that refuses the command; nothing happens then.
    fn decide(&self, command: &Self::Command) -> Result<Vec<Self::Event>, Self::Error>;

    /// Remembers what happened. Cannot fail and checks nothing.
    fn evolve(&mut self, event: &Self::Event);

    /// The state after a history.
    fn fold<'a>(history: impl IntoIterator<Item = &'a Self::Event>) -> Self
    where
        Self::Event: 'a,
    {
        let mut state = Self::default();
        for event in history {
            state.evolve(event);
        }
        state
    }
}
