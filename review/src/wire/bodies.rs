//! Bodies of requests.

use lavka_model::normalized::Operation;

use super::media::media_types;
use super::{Change, Scope, Wire, title};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Variance};

pub(super) fn request(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let place = format!("{} request", title(base));
    match (&base.request, &head.request) {
        (None, None) => {}
        (None, Some(body)) => {
            let required = body.required.value;
            let word = if required {
                "a required"
            } else {
                "an optional"
            };
            let change = Change::new(
                &catalogue::BODY_ADDED,
                Variance::added(required),
                place,
                format!("{word} request body is added"),
                Spot::near(&base.origin),
                Spot::at(&body.origin, word),
            );
            wire.report(change, scope);
        }
        (Some(body), None) => {
            let change = Change::new(
                &catalogue::BODY_REMOVED,
                Variance::removed(body.required.value),
                place,
                "the request body is removed",
                Spot::at(&body.origin, "a body"),
                Spot::near(&head.origin),
            );
            wire.report(change, scope);
        }
        (Some(one), Some(other)) => {
            if one.required.value != other.required.value {
                let what = if other.required.value {
                    "the request body is required now"
                } else {
                    "the request body is no longer required"
                };
                let change = Change::new(
                    &catalogue::BODY_REQUIRED,
                    Variance::required(other.required.value),
                    place.as_str(),
                    what,
                    Spot::at(&one.required.origin, one.required.value.to_string()),
                    Spot::at(&other.required.origin, other.required.value.to_string()),
                );
                wire.report(change, scope);
            }
            wire.described(
                &catalogue::OPERATION_TEXT,
                &format!("{place} description"),
                "the description of the request body changes",
                (
                    (one.description.as_deref(), &one.origin),
                    (other.description.as_deref(), &other.origin),
                ),
                scope,
            );
            media_types(
                wire,
                (&one.content, &other.content),
                (&one.origin, &other.origin),
                Direction::Argument,
                &place,
                false,
                scope,
            );
        }
    }
}
