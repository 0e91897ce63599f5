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
    Moved {
        /// `<note>`.
        from: String,
        /// `<remark>`.
        to: String,
        /// Whether a reader that does not find it reports an error.
        loud: bool,
        /// Whether it is a list.
        list: bool,
        /// The property that its reader takes it for: one that has this name there.
        taken_for: Option<String>,
    },
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
        Hint::Moved {
            from,
            to,
            loud,
            list,
            taken_for,
        } => {
            if finding.xml == Level::None {
                return;
            }
            if let Some(other) = taken_for {
                let text = match direction {
                    Direction::Argument => format!(
                        "rebuilt programs write {to}; {from} from existing programs is read as `{other}`, without an error"
                    ),
                    Direction::Reply => {
                        format!("existing programs read {to} as `{other}`, without an error")
                    }
                };
                behaves(Level::Breaking, text);
                finding.silent = Some(true);
                return;
            }
            let (silent, text) = match direction {
                Direction::Argument => (
                    !loud,
                    format!(
                        "rebuilt programs write {to}; {from} from existing programs is {}",
                        if *loud {
                            "rejected"
                        } else {
                            "silently ignored"
                        }
                    ),
                ),
                Direction::Reply => {
                    let what = match (loud, list) {
                        (true, _) => "and report an error",
                        (false, true) => "and read the list as empty, without an error",
                        (false, false) if error => "and lose the message, without an error",
                        (false, false) => "and read it as absent, without an error",
                    };
                    (
                        !loud,
                        format!("existing programs look for {from} where {to} arrives, {what}"),
                    )
                }
            };
            behaves(Level::Breaking, text);
            finding.silent = Some(silent);
        }
    }
}
