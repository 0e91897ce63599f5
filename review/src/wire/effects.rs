//! What a change of a schema does to programs, in words, and whether a break shows itself.

use crate::finding::{Effect, Finding};
use crate::level::{Direction, Level};

/// What else is known of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// Nothing.
    None,
    /// Only readers see it.
    Documentation,
    /// It has this effect on programs, whichever way the values travel.
    Behaves(Level, String),
    /// It has this effect on programs that send the value.
    Sends(Level, String),
    /// It has this effect on programs that receive the value.
    Receives(Level, String),
    /// What programs send is not read, or what they read is not sent.
    Lost {
        /// Whether it must be there: then its absence is an error.
        required: bool,
    },
    /// The value appears elsewhere in XML.
    Moved(Moved),
}

/// Where a value appeared in XML, and where it appears now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    /// `<note>`.
    pub(crate) from: String,
    /// `<remark>`.
    pub(crate) to: String,
    /// Whether a reader that does not find it reports an error.
    pub(crate) loud: bool,
    /// Whether it is a list.
    pub(crate) list: bool,
    /// The property that its reader takes it for: one that has this name there.
    pub(crate) taken_for: Option<String>,
}

/// Adds what a hint says.
pub(crate) fn apply(finding: &mut Finding, hint: &Hint, direction: Direction, error: bool) {
    let mut behaves = |level: Level, text: String| finding.behaviour.push(Effect { level, text });
    match hint {
        Hint::None => {}
        Hint::Documentation => {
            finding.spec = Level::Documentation;
            finding.rust.push(Effect {
                level: Level::Documentation,
                text: "documentation only".to_owned(),
            });
        }
        Hint::Behaves(level, text) => behaves(*level, text.clone()),
        Hint::Sends(level, text) if direction == Direction::Argument => {
            behaves(*level, text.clone());
        }
        Hint::Receives(level, text) if direction == Direction::Reply => {
            behaves(*level, text.clone());
        }
        Hint::Sends(..) | Hint::Receives(..) => {}
        Hint::Lost { required } => {
            let text = match (direction, required) {
                (Direction::Argument, true) => return finding.silent = Some(false),
                (Direction::Argument, false) => "what existing programs send is silently ignored",
                (Direction::Reply, true) => return finding.silent = Some(false),
                (Direction::Reply, false) => "existing programs find no value, without an error",
            };
            finding.silent = Some(true);
            behaves(Level::Risky, text.to_owned());
        }
        Hint::Moved(_) if finding.xml == Level::None => {}
        Hint::Moved(moved) => {
            behaves(Level::Breaking, moved.text(direction, error));
            finding.silent = Some(!moved.loud || moved.taken_for.is_some());
        }
    }
}

impl Moved {
    /// What it does to programs; `error`: the value is in the body of an error.
    fn text(&self, direction: Direction, error: bool) -> String {
        let Self { from, to, .. } = self;
        match (direction, &self.taken_for) {
            (Direction::Argument, taken_for) => {
                let read = match taken_for {
                    Some(other) => format!("read as `{other}`, without an error"),
                    None if self.loud => "rejected".to_owned(),
                    None => "silently ignored".to_owned(),
                };
                format!("rebuilt programs write {to}; {from} from existing programs is {read}")
            }
            (Direction::Reply, Some(other)) => {
                format!("existing programs read {to} as `{other}`, without an error")
            }
            (Direction::Reply, None) => {
                let what = match (self.loud, self.list) {
                    (true, _) => "and report an error",
                    (false, true) => "and read the list as empty, without an error",
                    (false, false) if error => "and lose the message, without an error",
                    (false, false) => "and read it as absent, without an error",
                };
                format!("existing programs look for {from} where {to} arrives, {what}")
            }
        }
    }
}
