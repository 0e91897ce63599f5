//! What programs see that use the bindings: names, types and the order of arguments.
//!
//! Types are taken to be `#[non_exhaustive]`, and methods to take required arguments only: that is what the bindings are.

use super::checks;
use crate::level::{Level::*, Table};

checks! { RUST;
    RUST_REMOVED "R701" "something of the bindings is removed", Table::always(Breaking),
    "A method, type, field, variant or constant: programs that name it no longer compile."
    fires ["remove /components/schemas/Thing/properties/price"]
    quiet ["set /components/schemas/Thing/properties/price/description = Costs."];

    RUST_ADDED "R702" "something is added to the bindings", Table::always(Compatible),
    "Programs keep compiling: types are `#[non_exhaustive]`."
    fires ["set /components/schemas/Spare = {type: object, description: Spare., properties: {a: {type: string}}}"]
    quiet ["set /components/schemas/Thing/properties/price/description = Costs."];

    RUST_RENAMED "R703" "something of the bindings gets another name", Table::always(Breaking),
    "The same place on the wire has another name: programs that use the old name no longer compile."
    fires ["set /paths/~1things~1{id}/get/operationId = fetch_thing"]
    quiet ["set /paths/~1things~1{id}/get/summary = Fetches."];

    RUST_RETYPED "R704" "something of the bindings gets another type", Table::always(Breaking),
    "The same place on the wire has another type: most programs that use it no longer compile."
    fires ["set /components/schemas/Thing/properties/price/format = double"]
    quiet ["set /components/schemas/Thing/properties/price/minimum = 0"];

    RUST_REBOUND "R705" "a name of the bindings refers to something else", Table::always(Breaking),
    "The name and the type are the same, but it is another place on the wire: programs compile, and read or send another value. Give both an `x-rust-name`."
    fires ["set /components/schemas/Thing/properties/name/x-rust-name = title ~ set /components/schemas/Thing/properties/name/x-rust-name = heading ; set /components/schemas/Thing/properties/caption = {type: string, x-rust-name: title, description: A caption.} ; set /components/schemas/Thing/required = [id, state, caption, name, parts]"]
    quiet ["set /components/schemas/Thing/properties/caption = {type: string, description: A caption.}"];

    RUST_SWAPPED "R706" "arguments of the same type are swapped", Table::always(Breaking),
    "Programs compile, and send each value as the other. Arguments are in the order of the document: restore it."
    fires ["swap /paths/~1things~1{id}/delete/parameters 1 2"]
    quiet ["swap /paths/~1things/get/parameters 0 1"];

    RUST_SIGNATURE "R707" "arguments of a function change", Table::always(Breaking),
    "A required argument is added or removed, or arguments of different types are reordered: calls no longer compile."
    fires ["append /components/schemas/NewThing/required = label", "set /paths/~1things~1{id}/delete/parameters/1/required = false"]
    quiet ["set /paths/~1things~1{id}/delete/parameters/1/description = Why."];

    RUST_OMITTED "R708" "an operation is left out of the bindings", Table::always(Breaking),
    "The document has it, but it cannot be generated any more. `lavka lint` says why."
    fires ["set /paths/~1prices/post/requestBody = {$ref: '#/components/requestBodies/Lost'}"]
    quiet ["set /paths/~1things~1{id}/get/summary = Fetches."];

    RUST_INCLUDED "R709" "an operation that was left out is in the bindings", Table::always(Compatible),
    "It can be generated now."
    fires ["set /paths/~1prices/post/requestBody = {$ref: '#/components/requestBodies/Lost'} ~ set /info/title = Things"]
    quiet ["set /paths/~1things~1{id}/get/summary = Fetches."];

    RUST_CHANGED "R710" "something of the bindings changes in another way", Table::always(Compatible),
    "For instance a `#[deprecated]` mark: the compiler warns where it is used."
    fires ["set /paths/~1things~1{id}/get/deprecated = true", "set /components/schemas/Thing/properties/price/deprecated = true"]
    quiet ["set /paths/~1things~1{id}/get/summary = Fetches."];
}
