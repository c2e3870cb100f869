//! The names of tables that are on their way in or out. Each begins with its own word; everything
//! that belongs to a table (indexes, triggers, the parts of a full-text table) carries it too.

/// How the name of everything that belongs to a read model begins.
pub const LIVE: &str = "rm_";
/// The same on its way in.
pub const NEW: &str = "new_rm_";
/// The same on its way out.
pub const OLD: &str = "old_rm_";

/// A statement or name with every name that begins with one word beginning with another.
pub fn renamed(sql: &str, from: &str, to: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while let Some(place) = rest.find(from) {
        let before = rest[..place].chars().next_back().or_else(|| text.chars().next_back());
        let is_inside = before.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
        text.push_str(&rest[..place]);
        text.push_str(if is_inside { from } else { to });
        rest = &rest[place + from.len()..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_renamed() {
        let sql = "CREATE INDEX rm_a_by_b ON rm_a (confirm_at, form_rm_x) WHERE rm_a.rm_b";
        let new = "CREATE INDEX new_rm_a_by_b ON new_rm_a (confirm_at, form_rm_x) \
                   WHERE new_rm_a.new_rm_b";
        assert_eq!(renamed(sql, LIVE, NEW), new);
        assert_eq!(renamed(new, NEW, LIVE), sql);
        assert_eq!(renamed(new, LIVE, OLD), new);
    }
}
