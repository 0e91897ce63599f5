//! Refusals with what is wrong.

use crate::intake::Cut;
use crate::problem::{Problem, Refusal};

/// A refusal with everything that is wrong.
pub(crate) type Refused = (Refusal, Vec<Problem>);

/// The refusal for a body that could not be read to its end.
pub(crate) fn cut(cut: Cut) -> Refused {
    match cut {
        Cut::TooLarge(most) => {
            let problem = Problem::new("body", format!("at most {most} bytes"), "more");
            (Refusal::TooLarge, vec![problem])
        }
        Cut::Broken(why) => invalid(Problem::new("body", "a body that arrives whole", why)),
    }
}

/// The refusal for one problem.
pub(crate) fn invalid(problem: Problem) -> Refused {
    (Refusal::Invalid, vec![problem])
}
